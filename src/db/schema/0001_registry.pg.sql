-- The registry. Every table of a hotel has the key (hotel, id), so that one hotel is one shard; the rest is global.
-- Instants: unix milliseconds UTC. Days: YYYY-MM-DD in the hotel's zone. BYTEA columns of persons are sealed
-- (include/vh/crypto.h), *_idx columns are blind indexes (include/vh/keys.h). The .sqlite.sql twin is kept equal by a test.

CREATE TABLE setting (
	key TEXT COLLATE "C" NOT NULL, value TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (key)
);

-- Which process holds which id slot, and which one works at a job that only one may do.
CREATE TABLE lease_of (
	name TEXT COLLATE "C" NOT NULL, holder TEXT COLLATE "C" NOT NULL, until BIGINT NOT NULL,
	PRIMARY KEY (name)
);

CREATE TABLE area (
	code TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, parent TEXT COLLATE "C", kind TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (code)
);

-- path: the area codes from the root down to this one, each between commas; a scope covers a hotel if it is in it.
CREATE TABLE hotel (
	id BIGINT NOT NULL CHECK (id BETWEEN 1 AND 1048575),
	area TEXT COLLATE "C" NOT NULL UNIQUE, name TEXT COLLATE "C" NOT NULL, path TEXT COLLATE "C" NOT NULL, zone_min BIGINT NOT NULL,
	desk_phone TEXT COLLATE "C", entrusted_by TEXT COLLATE "C", retention_months BIGINT,
	notice_version BIGINT NOT NULL, notice TEXT COLLATE "C",
	keys BYTEA NOT NULL, created BIGINT NOT NULL,
	PRIMARY KEY (id)
);

-- The counters of a hotel, apart from its row because every write moves them.
CREATE TABLE hotel_head (
	hotel BIGINT NOT NULL, epoch BIGINT NOT NULL, seq BIGINT NOT NULL,
	plate BIGINT NOT NULL, house BIGINT NOT NULL,
	seal BIGINT NOT NULL, seal_hash BYTEA NOT NULL,
	PRIMARY KEY (hotel)
);

-- How long one has to file: who resident|foreigner, act in|out, unit workday|day|hour; a rule holds from a day on.
CREATE TABLE deadline (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	who TEXT COLLATE "C" NOT NULL, act TEXT COLLATE "C" NOT NULL, unit TEXT COLLATE "C" NOT NULL, length BIGINT NOT NULL,
	from_day TEXT COLLATE "C" NOT NULL, source TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (hotel, id)
);

CREATE TABLE house (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	no BIGINT NOT NULL, address TEXT COLLATE "C" NOT NULL, address_key TEXT COLLATE "C" NOT NULL,
	grid TEXT COLLATE "C", lat DOUBLE PRECISION, lng DOUBLE PRECISION,
	state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'retired')),
	created BIGINT NOT NULL, version BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE UNIQUE INDEX house_no ON house (hotel, no);
CREATE UNIQUE INDEX house_address ON house (hotel, address_key) WHERE state = 'open';

CREATE TABLE landlord (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	name BYTEA NOT NULL, name_idx BIGINT NOT NULL, phone BYTEA, phone_idx BYTEA,
	created BIGINT NOT NULL, version BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE INDEX landlord_phone ON landlord (hotel, phone_idx) WHERE phone_idx IS NOT NULL;
CREATE INDEX landlord_name ON landlord (hotel, name_idx);

CREATE TABLE house_landlord (
	hotel BIGINT NOT NULL, house BIGINT NOT NULL, landlord BIGINT NOT NULL,
	role TEXT COLLATE "C" NOT NULL CHECK (role IN ('owner', 'lessor', 'agent', 'sublessor')),
	PRIMARY KEY (hotel, house, landlord)
);
CREATE INDEX house_landlord_landlord ON house_landlord (hotel, landlord);

CREATE TABLE room (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	house BIGINT NOT NULL, no TEXT COLLATE "C" NOT NULL, no_key TEXT COLLATE "C" NOT NULL,
	area_m2 DOUBLE PRECISION, capacity BIGINT NOT NULL CHECK (capacity BETWEEN 1 AND 64),
	letting TEXT COLLATE "C" NOT NULL CHECK (letting IN ('open', 'suspended', 'barred', 'closed')),
	created BIGINT NOT NULL, version BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE UNIQUE INDEX room_no ON room (hotel, house, no_key) WHERE letting <> 'closed';
CREATE INDEX room_house ON room (hotel, house);

-- id is the plate number in the code; room and house are both NULL while it is unbound.
CREATE TABLE plate (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL CHECK (id BETWEEN 1 AND 1048575),
	room BIGINT, house BIGINT,
	state TEXT COLLATE "C" NOT NULL CHECK (state IN ('unbound', 'active', 'revoked')),
	replaced_by BIGINT, created BIGINT NOT NULL, changed BIGINT NOT NULL,
	PRIMARY KEY (hotel, id), CHECK (room IS NULL OR house IS NULL)
);
CREATE UNIQUE INDEX plate_room ON plate (hotel, room) WHERE state = 'active' AND room IS NOT NULL;
CREATE UNIQUE INDEX plate_house ON plate (hotel, house) WHERE state = 'active' AND house IS NOT NULL;

-- One row per document in a hotel; an infant without one hangs on a guardian.
CREATE TABLE person (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	doc_type TEXT COLLATE "C" NOT NULL, doc BYTEA, doc_idx BYTEA, tail_idx BIGINT,
	name BYTEA NOT NULL, name_idx BIGINT NOT NULL, phone BYTEA, phone_idx BYTEA, home BYTEA,
	sex BIGINT NOT NULL, foreigner BIGINT NOT NULL, guardian BIGINT,
	created BIGINT NOT NULL, version BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE UNIQUE INDEX person_doc ON person (hotel, doc_idx) WHERE doc_idx IS NOT NULL;
CREATE INDEX person_name ON person (hotel, name_idx);
CREATE INDEX person_phone ON person (hotel, phone_idx) WHERE phone_idx IS NOT NULL;
CREATE INDEX person_tail ON person (hotel, tail_idx) WHERE tail_idx IS NOT NULL;

CREATE TABLE employer (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	name TEXT COLLATE "C" NOT NULL, name_key TEXT COLLATE "C" NOT NULL, uscc TEXT COLLATE "C", created BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE UNIQUE INDEX employer_name ON employer (hotel, name_key);

CREATE TABLE employer_alias (
	hotel BIGINT NOT NULL, alias_key TEXT COLLATE "C" NOT NULL, employer BIGINT NOT NULL,
	PRIMARY KEY (hotel, alias_key)
);

CREATE TABLE lease (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	room BIGINT NOT NULL, lessee BIGINT NOT NULL,
	since TEXT COLLATE "C" NOT NULL, until TEXT COLLATE "C", state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'ended')),
	PRIMARY KEY (hotel, id)
);
CREATE INDEX lease_room ON lease (hotel, room) WHERE state = 'open';

CREATE TABLE stay (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	room BIGINT NOT NULL, person BIGINT NOT NULL, lease BIGINT,
	since TEXT COLLATE "C" NOT NULL, until TEXT COLLATE "C", ended TEXT COLLATE "C", away_until TEXT COLLATE "C",
	state TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'verified', 'contested', 'away', 'ended', 'rejected', 'void')),
	contest TEXT COLLATE "C", lessee BIGINT NOT NULL, relation TEXT COLLATE "C", employer BIGINT,
	notice BIGINT NOT NULL, filed_by BIGINT NOT NULL, filed_at BIGINT NOT NULL,
	due BIGINT, late BIGINT NOT NULL, out_due BIGINT, out_late BIGINT NOT NULL,
	verified_by BIGINT, verified_at BIGINT, reason TEXT COLLATE "C", version BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
-- One person has one current stay in a hotel; contested ones stand outside until verify decides.
CREATE UNIQUE INDEX stay_current ON stay (hotel, person) WHERE state IN ('pending', 'verified', 'away');
CREATE INDEX stay_room ON stay (hotel, room) WHERE state IN ('pending', 'verified', 'away', 'contested');
CREATE INDEX stay_person ON stay (hotel, person);

-- The journal. part is the partition key on the way up; payload is the sealed data of the event.
CREATE TABLE event (
	hotel BIGINT NOT NULL, epoch BIGINT NOT NULL, seq BIGINT NOT NULL,
	id BIGINT NOT NULL, type TEXT COLLATE "C" NOT NULL, subject TEXT COLLATE "C" NOT NULL, part BIGINT NOT NULL,
	at BIGINT NOT NULL, actor BIGINT NOT NULL, reason TEXT COLLATE "C", urgent BIGINT NOT NULL, supersedes BIGINT,
	payload BYTEA NOT NULL,
	PRIMARY KEY (hotel, epoch, seq)
);
CREATE INDEX event_subject ON event (hotel, subject);
CREATE INDEX event_urgent ON event (hotel, epoch, seq) WHERE urgent = 1;

CREATE TABLE upstream (
	id BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL UNIQUE, url TEXT COLLATE "C" NOT NULL, secret BYTEA NOT NULL,
	empty_accepted BIGINT NOT NULL, state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'paused')),
	created BIGINT NOT NULL,
	PRIMARY KEY (id)
);

-- Events up to the cursor have a delivery row; those above it are waiting to be taken.
CREATE TABLE cursor_of (
	upstream BIGINT NOT NULL, hotel BIGINT NOT NULL, epoch BIGINT NOT NULL, seq BIGINT NOT NULL,
	PRIMARY KEY (upstream, hotel)
);

CREATE TABLE delivery (
	upstream BIGINT NOT NULL, hotel BIGINT NOT NULL, epoch BIGINT NOT NULL, seq BIGINT NOT NULL,
	event BIGINT NOT NULL, part BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL CHECK (state IN ('due', 'sending', 'unknown', 'retry', 'accepted', 'rejected', 'dead', 'superseded')),
	attempts BIGINT NOT NULL, next_at BIGINT NOT NULL, sent_at BIGINT, done_at BIGINT,
	status BIGINT, code TEXT COLLATE "C", detail TEXT COLLATE "C", receipt TEXT COLLATE "C",
	PRIMARY KEY (upstream, hotel, epoch, seq)
);
CREATE INDEX delivery_open ON delivery (upstream, hotel, next_at) WHERE state IN ('due', 'sending', 'unknown', 'retry');
CREATE INDEX delivery_part ON delivery (upstream, hotel, part, epoch, seq) WHERE state NOT IN ('accepted', 'superseded');
CREATE INDEX delivery_event ON delivery (hotel, event);

-- Who saw what about whom. digest is over the row; seals chain the digests (core/access).
CREATE TABLE access (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	at BIGINT NOT NULL, account BIGINT NOT NULL, role TEXT COLLATE "C" NOT NULL,
	subject BIGINT NOT NULL, fields TEXT COLLATE "C" NOT NULL, reason TEXT COLLATE "C" NOT NULL, request TEXT COLLATE "C",
	digest BYTEA NOT NULL, seal BIGINT,
	PRIMARY KEY (hotel, id)
);
CREATE INDEX access_subject ON access (hotel, subject);
CREATE INDEX access_unsealed ON access (hotel, id) WHERE seal IS NULL;
CREATE INDEX access_seal_rows ON access (hotel, seal) WHERE seal IS NOT NULL;

CREATE TABLE access_seal (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	rows BIGINT NOT NULL, hash BYTEA NOT NULL, at BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);

CREATE TABLE account (
	id BIGINT NOT NULL, login TEXT COLLATE "C" NOT NULL UNIQUE, role TEXT COLLATE "C" NOT NULL,
	name BYTEA, phone BYTEA, phone_idx BYTEA,
	password TEXT COLLATE "C", totp BYTEA, totp_step BIGINT NOT NULL, pin TEXT COLLATE "C",
	fails BIGINT NOT NULL, locked BIGINT NOT NULL, disabled BIGINT NOT NULL, created BIGINT NOT NULL,
	PRIMARY KEY (id)
);

-- What an account may do where: an area code covers every hotel below it; person binds a tenant to himself.
CREATE TABLE grants (
	id BIGINT NOT NULL, account BIGINT NOT NULL, role TEXT COLLATE "C" NOT NULL, scope TEXT COLLATE "C" NOT NULL,
	hotel BIGINT, person BIGINT, created BIGINT NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX grants_account ON grants (account);

-- Secrets rest as keyed hashes. kind: session, device, token, invite.
CREATE TABLE secret (
	hash BYTEA NOT NULL, kind TEXT COLLATE "C" NOT NULL, account BIGINT NOT NULL,
	created BIGINT NOT NULL, seen BIGINT NOT NULL, until BIGINT NOT NULL, revoked BIGINT NOT NULL,
	csrf TEXT COLLATE "C",
	PRIMARY KEY (hash)
);
CREATE INDEX secret_account ON secret (account, kind);

CREATE TABLE idem (
	account BIGINT NOT NULL, key TEXT COLLATE "C" NOT NULL, print BYTEA NOT NULL, made BIGINT NOT NULL, at BIGINT NOT NULL,
	PRIMARY KEY (account, key)
);
CREATE INDEX idem_at ON idem (at);

CREATE TABLE task (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	kind TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL CHECK (state IN ('found', 'assigned', 'handled', 'confirmed')),
	stay BIGINT, room BIGINT, house BIGINT, note TEXT COLLATE "C", due BIGINT,
	created BIGINT NOT NULL, changed BIGINT NOT NULL, by BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE INDEX task_open ON task (hotel, kind) WHERE state <> 'confirmed';

-- Ledger rows that were refused, sealed, waiting for the desk. ledger names the file by its digest.
CREATE TABLE desk_row (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	ledger TEXT COLLATE "C" NOT NULL, line BIGINT NOT NULL, code TEXT COLLATE "C" NOT NULL, detail TEXT COLLATE "C" NOT NULL,
	data BYTEA NOT NULL, at BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE UNIQUE INDEX desk_row_line ON desk_row (hotel, ledger, line);
