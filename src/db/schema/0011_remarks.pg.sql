-- A node above asks for a correction of a stay: which field, what it believes is right, in words why. The registry that
-- keeps the stay decides. The .sqlite.sql twin is kept equal by a test.
-- origin: its id at the node where it was asked. upstream: whom it came from; NULL: it was asked here. by: the account
-- that asked. task: at the desk that decides. believed, words and answer are sealed.
CREATE TABLE remark (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL, origin BIGINT NOT NULL, stay BIGINT NOT NULL, field TEXT COLLATE "C" NOT NULL,
	believed BYTEA, words BYTEA, at BIGINT NOT NULL, by BIGINT, upstream BIGINT, task BIGINT,
	state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'amended', 'declined', 'ended', 'unknown', 'erased')),
	answer BYTEA, settled_at BIGINT, settled_by BIGINT,
	PRIMARY KEY (hotel, id)
);
CREATE UNIQUE INDEX remark_origin ON remark (hotel, origin);
CREATE INDEX remark_stay ON remark (hotel, stay);
CREATE INDEX remark_open ON remark (hotel, id) WHERE state = 'open';

ALTER TABLE down_cursor ADD COLUMN remarks BIGINT NOT NULL DEFAULT 0;
