-- Public keys of an upstream's receipts: the first is taken when the upstream is added, each later one was handed over
-- to by one that stood here. The .sqlite.sql twin is kept equal by a test.
CREATE TABLE upstream_key (
	upstream BIGINT NOT NULL, key TEXT COLLATE "C" NOT NULL, public BYTEA NOT NULL, since BIGINT NOT NULL,
	PRIMARY KEY (upstream, key)
);

-- Every try to send, as evidence that filing was tried in time: when, how many events, from which to which of the
-- hotel's journal, what was answered, after how long.
CREATE TABLE attempt (
	upstream BIGINT NOT NULL, hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	at BIGINT NOT NULL, ms BIGINT NOT NULL, events BIGINT NOT NULL, bytes BIGINT NOT NULL,
	epoch BIGINT NOT NULL, first_seq BIGINT NOT NULL, last_seq BIGINT NOT NULL,
	status BIGINT NOT NULL, code TEXT COLLATE "C" NOT NULL, accepted BIGINT NOT NULL, rejected BIGINT NOT NULL,
	PRIMARY KEY (upstream, hotel, id)
);
