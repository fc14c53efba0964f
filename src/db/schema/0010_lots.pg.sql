-- How an upstream of another kind is spoken to: its profile with the template, as it was read when it was added, so that
-- a payload is rendered to the same bytes for as long as it travels. The .sqlite.sql twin is kept equal by a test.
CREATE TABLE upstream_profile (
	upstream BIGINT NOT NULL, text TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL,
	PRIMARY KEY (upstream)
);

-- What an upstream has taken under a number of its own and will judge later, and which event was which in it.
CREATE TABLE lot (
	upstream BIGINT NOT NULL, hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	name TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL CHECK (state IN ('received', 'done', 'forgotten')),
	at BIGINT NOT NULL, next_at BIGINT NOT NULL, polls BIGINT NOT NULL, done_at BIGINT,
	PRIMARY KEY (upstream, hotel, id)
);
CREATE INDEX lot_open ON lot (upstream, hotel, next_at) WHERE state = 'received';

CREATE TABLE lot_item (
	upstream BIGINT NOT NULL, hotel BIGINT NOT NULL, lot BIGINT NOT NULL, n BIGINT NOT NULL,
	epoch BIGINT NOT NULL, seq BIGINT NOT NULL, attempt BIGINT NOT NULL,
	PRIMARY KEY (upstream, hotel, lot, n)
);
