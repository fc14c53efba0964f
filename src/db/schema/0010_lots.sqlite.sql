-- How an upstream of another kind is spoken to: its profile with the template, as it was read when it was added, so that
-- a payload is rendered to the same bytes for as long as it travels. The .pg.sql twin is kept equal by a test.
CREATE TABLE upstream_profile (
	upstream INTEGER NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (upstream)
) STRICT;

-- What an upstream has taken under a number of its own and will judge later, and which event was which in it.
CREATE TABLE lot (
	upstream INTEGER NOT NULL, hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	name TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('received', 'done', 'forgotten')),
	at INTEGER NOT NULL, next_at INTEGER NOT NULL, polls INTEGER NOT NULL, done_at INTEGER,
	PRIMARY KEY (upstream, hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lot_open ON lot (upstream, hotel, next_at) WHERE state = 'received';

CREATE TABLE lot_item (
	upstream INTEGER NOT NULL, hotel INTEGER NOT NULL, lot INTEGER NOT NULL, n INTEGER NOT NULL,
	epoch INTEGER NOT NULL, seq INTEGER NOT NULL, attempt INTEGER NOT NULL,
	PRIMARY KEY (upstream, hotel, lot, n)
) STRICT, WITHOUT ROWID;
