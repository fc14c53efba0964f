/*
 * Every ceiling of the house, in one place. A limit that users can meet says what happens beyond
 * it.
 */
#ifndef VH_LIMITS_H
#define VH_LIMITS_H

#define LIM_ARENA (8u << 20)        /* bytes of one step; beyond: VH_LIMIT */
#define LIM_ARENA_IMPORT (96u << 20) /* bytes of a ledger import */
#define LIM_BODY (256u << 10)       /* request body unless the route says otherwise: 413 */
#define LIM_KEPT (32u << 10)        /* a form that waits in the login page */
#define LIM_BODY_LEDGER (16u << 20) /* an uploaded ledger: 413 */
#define LIM_BODY_PHOTO (6u << 20)   /* a form with a camera's picture: 413 */
#define LIM_PHOTO_BODIES 16         /* of these at once, larger than LIM_BODY; beyond: 503 */
#define LIM_RESPONSE (8u << 20)     /* one rendered page */
#define LIM_HEADERS 64              /* request headers */
#define LIM_FIELDS 256              /* fields of a form */
#define LIM_FIELD 4096              /* bytes of one field */
#define LIM_JSON_DEPTH 16
#define LIM_JSON_MEMBERS 20000
#define LIM_TEMPLATE (128u << 10)   /* bytes of a template */
#define LIM_TEMPLATE_DEPTH 32       /* sections and partials */
#define LIM_TEMPLATE_STEPS (2u << 20) /* tags and texts of one rendering */
#define LIM_PAYLOAD (64u << 10)     /* one event's data */
#define LIM_REPLY (1u << 20)        /* an upstream's answer; beyond: unknown */
#define LIM_NAME 64                 /* Unicode characters of a name */
#define LIM_TEXT 200                /* characters of any other short text */
#define LIM_DOC_NO 32
#define LIM_PHONE 20
#define LIM_AHEAD_DAYS 31           /* a move-in further ahead is a slip: `date` */
#define LIM_AWAY_DAYS 366           /* who is away for longer has moved out: `date` */
#define LIM_CAPACITY 64             /* people a room may be said to hold */
#define LIM_ROOM_M2 9999            /* square metres a room may be said to have */
#define LIM_ROOMS_HOUSE 500
#define LIM_HOTELS (1 << 20)        /* 20 bits in the plate code */
#define LIM_PLATES (1 << 20)        /* plates of one hotel, 20 bits in the code */
#define LIM_LEDGER_FILE (64u << 20) /* bytes of a ledger file: sheet_limit */
#define LIM_LEDGER_ROWS 1000000
#define LIM_LEDGER_COLS 64
#define LIM_LEDGER_CELL 1024
#define LIM_XLSX_PART (512u << 20)  /* unpacked bytes of one part of an XLSX */
#define LIM_XLSX_TOTAL (UINT64_C(2) << 30) /* of all parts; they are read up to three times */
#define LIM_XLSX_RATIO 200          /* unpacked : packed; beyond: a zip bomb */
#define LIM_XLSX_STRINGS (48u << 20) /* bytes of the shared strings */
#define LIM_XLSX_TEXTS 4000000      /* how many they are */
#define LIM_XLSX_NAMES 1000         /* sheets, and parts that one part names */
#define LIM_XLSX_NAME 255           /* bytes of such a name */
#define LIM_XLSX_TOKEN (1u << 20)   /* one tag or run of text */
#define LIM_XLSX_DEPTH 64           /* elements inside each other */
#define LIM_XLSX_MERGES 1000000
#define LIM_GROUP 64                /* steps of one group commit */
#define LIM_GROUP_MS 20
#define LIM_WRITE_WAIT_MS 5000      /* waiting for the writer or the lock: VH_BUSY */
#define LIM_READ_MS 2000            /* a read transaction */
#define LIM_HTTP_THREADS 16
#define LIM_HTTP_CONNECTIONS 1024
#define LIM_HTTP_CONNECTION_MEM (32u << 10)
#define LIM_HTTP_TIMEOUT_S 15
#define LIM_HTTP_PER_IP 512         /* connections of one address; generous: carriers share them */
#define LIM_HTTP_SWALLOW (1u << 20) /* refused body bytes read away so that the answer arrives */
#define LIM_HTTP_BODY_S 60          /* from the head to the end of the body: then cut off */
#define LIM_GUESSES_MIN 60          /* wrong codes or logins an address or account a minute: 429 */
#define LIM_WRITES_MIN 60           /* changes of a landlord or tenant a minute: 429 */
#define LIM_STAY_CHANGES 200        /* of one stay, by those who may not verify: `stay_changes` */
#define LIM_CONTESTED 20            /* filings of one room that wait for an officer's word */
#define LIM_REMARKS 40              /* of one stay, from one upstream; beyond: passed over */
#define LIM_TOLD 20                 /* open notes of one room, that somebody left: `told_many` */
#define LIM_PIN_TRIES 10            /* then the account locks */
#define LIM_PHONES 10               /* phones and browsers bound to one account: `phones` */
#define LIM_HAZARDS_OPEN 40         /* open reports of one house; beyond: VH_LIMIT */
#define LIM_PHOTO (1u << 20)        /* bytes of a picture of a hazard: `photo` */
#define LIM_PHOTOS 3                /* of one hazard: `photo_many` */
#define LIM_HAZARDS_LISTED 500      /* of a house, the newest */
#define LIM_OWN_PEOPLE 300          /* named on one landlord's first page; beyond: counted */
#define LIM_DECLARE_TRIES 5         /* wrong digits, then a landlord's code ends */
#define LIM_DECLARE_USES 8          /* people who may file themselves with one code */
#define LIM_DECLARE_MS (2 * 3600 * 1000)
#define LIM_BACK_DAYS 31            /* so long a landlord reads what was sent back to him */
#define LIM_REOPEN_DAYS 92          /* a move-out older than this is the desk's to mend */
#define LIM_RECEIPT_DAYS 92         /* the receipt of whoever has no account opens so long */
#define LIM_PRIVACY 12000           /* bytes of the notice about personal information */
#define LIM_NOTICE 500              /* characters of a notice */
#define LIM_TILE (256u << 10)       /* bytes of one tile of the map; beyond: none */
#define LIM_TILES (32u << 20)       /* bytes of the tiles that are kept */
#define LIM_TILE_ZOOM 20
#define LIM_TILE_MS 4000            /* fetching one; a third of the threads at most wait so */
#define LIM_FOUND 100               /* people of one search, each with an access row */
#define LIM_UNMASK_DAY 200          /* persons unmasked per account and day */
#define LIM_EMERGENCY_HOUR 5        /* lists of who is in a house; beyond: opened, and told */
#define LIM_CALLS_DAY 300           /* whole telephone numbers shown to an account in a day */
#define LIM_ERASE_SEND 200          /* people erased by one press of the button */
#define LIM_BULK 100                /* stays of one bulk change */
#define LIM_EMPLOYERS 500           /* offered where an employer is typed */
#define LIM_SYNC_BATCH 100          /* events of one POST */
#define LIM_SYNC_CLAIM 500          /* events of a hotel claimed at once, for several POSTs */
#define LIM_SYNC_CLAIM_BYTES (512u << 10) /* of these, unless the first batch alone is larger */
#define LIM_SYNC_FLIGHTS 12         /* batches under way at once, each on a connection */
#define LIM_SYNC_FLIGHTS_EACH 4     /* of these to one upstream */
#define LIM_DOWN_PAGES 50           /* of what comes down about a hotel in a round; 100 each */
#define LIM_RECOVER_IDS (256u << 20) /* bytes: of a hotel's events, 8 each, while it takes back */
#define LIM_SUMS 2                  /* hotels summed up for sources at once; beyond: 503 */
#define LIM_BODY_BATCH (512u << 10) /* of a batch that comes in: 413 */
#define LIM_SYNC_BODY (256u << 10)  /* bytes of one POST, unless one event alone is larger */

#endif
