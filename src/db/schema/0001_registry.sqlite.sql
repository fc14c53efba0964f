-- The registry. Every table of a hotel has the key (hotel, id), so that one hotel is one shard; the rest is global.
-- Instants: unix milliseconds UTC. Days: YYYY-MM-DD in the hotel's zone. BLOB columns of persons are sealed
-- (include/vh/crypto.h), *_idx columns are blind indexes (include/vh/keys.h). The .pg.sql twin is kept equal by a test.

CREATE TABLE setting (
	key TEXT NOT NULL, value TEXT NOT NULL,
	PRIMARY KEY (key)
) STRICT, WITHOUT ROWID;

-- Which process holds which id slot, and which one works at a job that only one may do.
CREATE TABLE lease_of (
	name TEXT NOT NULL, holder TEXT NOT NULL, until INTEGER NOT NULL,
	PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

CREATE TABLE area (
	code TEXT NOT NULL, name TEXT NOT NULL, parent TEXT, kind TEXT NOT NULL,
	PRIMARY KEY (code)
) STRICT, WITHOUT ROWID;

-- path: the area codes from the root down to this one, each between commas; a scope covers a hotel if it is in it.
CREATE TABLE hotel (
	id INTEGER NOT NULL CHECK (id BETWEEN 1 AND 1048575),
	area TEXT NOT NULL UNIQUE, name TEXT NOT NULL, path TEXT NOT NULL, zone_min INTEGER NOT NULL,
	desk_phone TEXT, entrusted_by TEXT, retention_months INTEGER,
	notice_version INTEGER NOT NULL, notice TEXT,
	keys BLOB NOT NULL, created INTEGER NOT NULL,
	PRIMARY KEY (id)
) STRICT;

-- The counters of a hotel, apart from its row because every write moves them.
CREATE TABLE hotel_head (
	hotel INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
	plate INTEGER NOT NULL, house INTEGER NOT NULL,
	seal INTEGER NOT NULL, seal_hash BLOB NOT NULL,
	PRIMARY KEY (hotel)
) STRICT;

-- How long one has to file: who resident|foreigner, act in|out, unit workday|day|hour; a rule holds from a day on.
CREATE TABLE deadline (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	who TEXT NOT NULL, act TEXT NOT NULL, unit TEXT NOT NULL, length INTEGER NOT NULL,
	from_day TEXT NOT NULL, source TEXT NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE house (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	no INTEGER NOT NULL, address TEXT NOT NULL, address_key TEXT NOT NULL,
	grid TEXT, lat REAL, lng REAL,
	state TEXT NOT NULL CHECK (state IN ('open', 'retired')),
	created INTEGER NOT NULL, version INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX house_no ON house (hotel, no);
CREATE UNIQUE INDEX house_address ON house (hotel, address_key) WHERE state = 'open';

CREATE TABLE landlord (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	name BLOB NOT NULL, name_idx INTEGER NOT NULL, phone BLOB, phone_idx BLOB,
	created INTEGER NOT NULL, version INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX landlord_phone ON landlord (hotel, phone_idx) WHERE phone_idx IS NOT NULL;
CREATE INDEX landlord_name ON landlord (hotel, name_idx);

CREATE TABLE house_landlord (
	hotel INTEGER NOT NULL, house INTEGER NOT NULL, landlord INTEGER NOT NULL,
	role TEXT NOT NULL CHECK (role IN ('owner', 'lessor', 'agent', 'sublessor')),
	PRIMARY KEY (hotel, house, landlord)
) STRICT, WITHOUT ROWID;
CREATE INDEX house_landlord_landlord ON house_landlord (hotel, landlord);

CREATE TABLE room (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	house INTEGER NOT NULL, no TEXT NOT NULL, no_key TEXT NOT NULL,
	area_m2 REAL, capacity INTEGER NOT NULL CHECK (capacity BETWEEN 1 AND 64),
	letting TEXT NOT NULL CHECK (letting IN ('open', 'suspended', 'barred', 'closed')),
	created INTEGER NOT NULL, version INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX room_no ON room (hotel, house, no_key) WHERE letting <> 'closed';
CREATE INDEX room_house ON room (hotel, house);

-- id is the plate number in the code; room and house are both NULL while it is unbound.
CREATE TABLE plate (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL CHECK (id BETWEEN 1 AND 1048575),
	room INTEGER, house INTEGER,
	state TEXT NOT NULL CHECK (state IN ('unbound', 'active', 'revoked')),
	replaced_by INTEGER, created INTEGER NOT NULL, changed INTEGER NOT NULL,
	PRIMARY KEY (hotel, id), CHECK (room IS NULL OR house IS NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX plate_room ON plate (hotel, room) WHERE state = 'active' AND room IS NOT NULL;
CREATE UNIQUE INDEX plate_house ON plate (hotel, house) WHERE state = 'active' AND house IS NOT NULL;

-- One row per document in a hotel; an infant without one hangs on a guardian.
CREATE TABLE person (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	doc_type TEXT NOT NULL, doc BLOB, doc_idx BLOB, tail_idx INTEGER,
	name BLOB NOT NULL, name_idx INTEGER NOT NULL, phone BLOB, phone_idx BLOB, home BLOB,
	sex INTEGER NOT NULL, foreigner INTEGER NOT NULL, guardian INTEGER,
	created INTEGER NOT NULL, version INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX person_doc ON person (hotel, doc_idx) WHERE doc_idx IS NOT NULL;
CREATE INDEX person_name ON person (hotel, name_idx);
CREATE INDEX person_phone ON person (hotel, phone_idx) WHERE phone_idx IS NOT NULL;
CREATE INDEX person_tail ON person (hotel, tail_idx) WHERE tail_idx IS NOT NULL;

CREATE TABLE employer (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	name TEXT NOT NULL, name_key TEXT NOT NULL, uscc TEXT, created INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX employer_name ON employer (hotel, name_key);

CREATE TABLE employer_alias (
	hotel INTEGER NOT NULL, alias_key TEXT NOT NULL, employer INTEGER NOT NULL,
	PRIMARY KEY (hotel, alias_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	room INTEGER NOT NULL, lessee INTEGER NOT NULL,
	since TEXT NOT NULL, until TEXT, state TEXT NOT NULL CHECK (state IN ('open', 'ended')),
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_room ON lease (hotel, room) WHERE state = 'open';

CREATE TABLE stay (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	room INTEGER NOT NULL, person INTEGER NOT NULL, lease INTEGER,
	since TEXT NOT NULL, until TEXT, ended TEXT, away_until TEXT,
	state TEXT NOT NULL CHECK (state IN ('pending', 'verified', 'contested', 'away', 'ended', 'rejected', 'void')),
	contest TEXT, lessee INTEGER NOT NULL, relation TEXT, employer INTEGER,
	notice INTEGER NOT NULL, filed_by INTEGER NOT NULL, filed_at INTEGER NOT NULL,
	due INTEGER, late INTEGER NOT NULL, out_due INTEGER, out_late INTEGER NOT NULL,
	verified_by INTEGER, verified_at INTEGER, reason TEXT, version INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
-- One person has one current stay in a hotel; contested ones stand outside until verify decides.
CREATE UNIQUE INDEX stay_current ON stay (hotel, person) WHERE state IN ('pending', 'verified', 'away');
CREATE INDEX stay_room ON stay (hotel, room) WHERE state IN ('pending', 'verified', 'away', 'contested');
CREATE INDEX stay_person ON stay (hotel, person);

-- The journal. part is the partition key on the way up; payload is the sealed data of the event.
CREATE TABLE event (
	hotel INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
	id INTEGER NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL, part INTEGER NOT NULL,
	at INTEGER NOT NULL, actor INTEGER NOT NULL, reason TEXT, urgent INTEGER NOT NULL, supersedes INTEGER,
	payload BLOB NOT NULL,
	PRIMARY KEY (hotel, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_subject ON event (hotel, subject);
CREATE INDEX event_urgent ON event (hotel, epoch, seq) WHERE urgent = 1;

CREATE TABLE upstream (
	id INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, url TEXT NOT NULL, secret BLOB NOT NULL,
	empty_accepted INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'paused')),
	created INTEGER NOT NULL,
	PRIMARY KEY (id)
) STRICT;

-- Events up to the cursor have a delivery row; those above it are waiting to be taken.
CREATE TABLE cursor_of (
	upstream INTEGER NOT NULL, hotel INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
	PRIMARY KEY (upstream, hotel)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
	upstream INTEGER NOT NULL, hotel INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
	event INTEGER NOT NULL, part INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('due', 'sending', 'unknown', 'retry', 'accepted', 'rejected', 'dead', 'superseded')),
	attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, sent_at INTEGER, done_at INTEGER,
	status INTEGER, code TEXT, detail TEXT, receipt TEXT,
	PRIMARY KEY (upstream, hotel, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_open ON delivery (upstream, hotel, next_at) WHERE state IN ('due', 'sending', 'unknown', 'retry');
CREATE INDEX delivery_part ON delivery (upstream, hotel, part, epoch, seq) WHERE state NOT IN ('accepted', 'superseded');
CREATE INDEX delivery_event ON delivery (hotel, event);

-- Who saw what about whom. digest is over the row; seals chain the digests (core/access).
CREATE TABLE access (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	at INTEGER NOT NULL, account INTEGER NOT NULL, role TEXT NOT NULL,
	subject INTEGER NOT NULL, fields TEXT NOT NULL, reason TEXT NOT NULL, request TEXT,
	digest BLOB NOT NULL, seal INTEGER,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_subject ON access (hotel, subject);
CREATE INDEX access_unsealed ON access (hotel, id) WHERE seal IS NULL;
CREATE INDEX access_seal_rows ON access (hotel, seal) WHERE seal IS NOT NULL;

CREATE TABLE access_seal (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	rows INTEGER NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
	id INTEGER NOT NULL, login TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
	name BLOB, phone BLOB, phone_idx BLOB,
	password TEXT, totp BLOB, totp_step INTEGER NOT NULL, pin TEXT,
	fails INTEGER NOT NULL, locked INTEGER NOT NULL, disabled INTEGER NOT NULL, created INTEGER NOT NULL,
	PRIMARY KEY (id)
) STRICT;

-- What an account may do where: an area code covers every hotel below it; person binds a tenant to himself.
CREATE TABLE grants (
	id INTEGER NOT NULL, account INTEGER NOT NULL, role TEXT NOT NULL, scope TEXT NOT NULL,
	hotel INTEGER, person INTEGER, created INTEGER NOT NULL,
	PRIMARY KEY (id)
) STRICT;
CREATE INDEX grants_account ON grants (account);

-- Secrets rest as keyed hashes. kind: session, device, token, invite.
CREATE TABLE secret (
	hash BLOB NOT NULL, kind TEXT NOT NULL, account INTEGER NOT NULL,
	created INTEGER NOT NULL, seen INTEGER NOT NULL, until INTEGER NOT NULL, revoked INTEGER NOT NULL,
	csrf TEXT,
	PRIMARY KEY (hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX secret_account ON secret (account, kind);

CREATE TABLE idem (
	account INTEGER NOT NULL, key TEXT NOT NULL, print BLOB NOT NULL, made INTEGER NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idem_at ON idem (at);

CREATE TABLE task (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	kind TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('found', 'assigned', 'handled', 'confirmed')),
	stay INTEGER, room INTEGER, house INTEGER, note TEXT, due INTEGER,
	created INTEGER NOT NULL, changed INTEGER NOT NULL, by INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_open ON task (hotel, kind) WHERE state <> 'confirmed';

-- Ledger rows that were refused, sealed, waiting for the desk. ledger names the file by its digest.
CREATE TABLE desk_row (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	ledger TEXT NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL,
	data BLOB NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX desk_row_line ON desk_row (hotel, ledger, line);
