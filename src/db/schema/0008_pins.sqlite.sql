-- Public keys of an upstream's receipts: the first is taken when the upstream is added, each later one was handed over
-- to by one that stood here. The .pg.sql twin is kept equal by a test.
CREATE TABLE upstream_key (
	upstream INTEGER NOT NULL, key TEXT NOT NULL, public BLOB NOT NULL, since INTEGER NOT NULL,
	PRIMARY KEY (upstream, key)
) STRICT, WITHOUT ROWID;

-- Every try to send, as evidence that filing was tried in time: when, how many events, from which to which of the
-- hotel's journal, what was answered, after how long.
CREATE TABLE attempt (
	upstream INTEGER NOT NULL, hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	at INTEGER NOT NULL, ms INTEGER NOT NULL, events INTEGER NOT NULL, bytes INTEGER NOT NULL,
	epoch INTEGER NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
	status INTEGER NOT NULL, code TEXT NOT NULL, accepted INTEGER NOT NULL, rejected INTEGER NOT NULL,
	PRIMARY KEY (upstream, hotel, id)
) STRICT, WITHOUT ROWID;
