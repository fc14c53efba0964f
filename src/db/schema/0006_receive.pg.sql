-- The receiving side: registries below this one, and the hotels that are kept by them. Keys, instants, days and sealed
-- columns as in 0001. The .sqlite.sql twin is kept equal by a test.

-- Who may send, and about what: every hotel below the area `scope`. secret is sealed by the node's key.
CREATE TABLE source (
	id BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL UNIQUE, scope TEXT COLLATE "C" NOT NULL, secret BYTEA NOT NULL,
	state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'paused')), created BIGINT NOT NULL,
	PRIMARY KEY (id)
);

-- A hotel with a source is kept there: here it is read, and nobody changes it.
ALTER TABLE hotel ADD COLUMN source BIGINT;

-- Every event that came in, for ever. epoch, seq: the sender's own order; print: a keyed digest of what it said. The
-- event itself stands in the journal under this node's order of arrival, from where it goes further up.
CREATE TABLE received (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	epoch BIGINT NOT NULL, seq BIGINT NOT NULL, print BYTEA NOT NULL, at BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE INDEX received_seq ON received (hotel, epoch, seq);

-- The newest change that was applied to each thing of a received hotel: an older one that comes late changes nothing.
CREATE TABLE change_of (
	hotel BIGINT NOT NULL, kind TEXT COLLATE "C" NOT NULL, id BIGINT NOT NULL,
	epoch BIGINT NOT NULL, seq BIGINT NOT NULL,
	PRIMARY KEY (hotel, kind, id)
);
