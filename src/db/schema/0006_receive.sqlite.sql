-- The receiving side: registries below this one, and the hotels that are kept by them. Keys, instants, days and sealed
-- columns as in 0001. The .pg.sql twin is kept equal by a test.

-- Who may send, and about what: every hotel below the area `scope`. secret is sealed by the node's key.
CREATE TABLE source (
	id INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, scope TEXT NOT NULL, secret BLOB NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('open', 'paused')), created INTEGER NOT NULL,
	PRIMARY KEY (id)
) STRICT;

-- A hotel with a source is kept there: here it is read, and nobody changes it.
ALTER TABLE hotel ADD COLUMN source INTEGER;

-- Every event that came in, for ever. epoch, seq: the sender's own order; print: a keyed digest of what it said. The
-- event itself stands in the journal under this node's order of arrival, from where it goes further up.
CREATE TABLE received (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	epoch INTEGER NOT NULL, seq INTEGER NOT NULL, print BLOB NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX received_seq ON received (hotel, epoch, seq);

-- The newest change that was applied to each thing of a received hotel: an older one that comes late changes nothing.
CREATE TABLE change_of (
	hotel INTEGER NOT NULL, kind TEXT NOT NULL, id INTEGER NOT NULL,
	epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
	PRIMARY KEY (hotel, kind, id)
) STRICT, WITHOUT ROWID;
