-- A node above asks for a correction of a stay: which field, what it believes is right, in words why. The registry that
-- keeps the stay decides. The .pg.sql twin is kept equal by a test.
-- origin: its id at the node where it was asked. upstream: whom it came from; NULL: it was asked here. by: the account
-- that asked. task: at the desk that decides. believed, words and answer are sealed.
CREATE TABLE remark (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL, origin INTEGER NOT NULL, stay INTEGER NOT NULL, field TEXT NOT NULL,
	believed BLOB, words BLOB, at INTEGER NOT NULL, by INTEGER, upstream INTEGER, task INTEGER,
	state TEXT NOT NULL CHECK (state IN ('open', 'amended', 'declined', 'ended', 'unknown', 'erased')),
	answer BLOB, settled_at INTEGER, settled_by INTEGER,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX remark_origin ON remark (hotel, origin);
CREATE INDEX remark_stay ON remark (hotel, stay);
CREATE INDEX remark_open ON remark (hotel, id) WHERE state = 'open';

ALTER TABLE down_cursor ADD COLUMN remarks INTEGER NOT NULL DEFAULT 0;
