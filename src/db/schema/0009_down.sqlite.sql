-- What comes down: a registry that lost something gets it from its upstream again, and learns what was noticed and
-- looked at above. The .pg.sql twin is kept equal by a test.

-- Where a received event stands in the journal here; 0: nowhere, its person was erased before it came.
ALTER TABLE received ADD COLUMN kept_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE received ADD COLUMN kept_seq INTEGER NOT NULL DEFAULT 0;
UPDATE received SET kept_epoch = coalesce((SELECT e.epoch FROM event e WHERE e.hotel = received.hotel
	AND e.id = received.id), 0);
UPDATE received SET kept_seq = coalesce((SELECT e.seq FROM event e WHERE e.hotel = received.hotel
	AND e.id = received.id), 0);

-- Documents of people in received hotels, by an index over the whole node.
CREATE TABLE known_in (
	hotel INTEGER NOT NULL, person INTEGER NOT NULL, idx BLOB NOT NULL,
	PRIMARY KEY (hotel, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_in_idx ON known_in (idx);

-- A stay whose person is current in another hotel as well, noticed once. other_*: only where it was noticed.
CREATE TABLE elsewhere (
	hotel INTEGER NOT NULL, stay INTEGER NOT NULL, task INTEGER NOT NULL, at INTEGER NOT NULL,
	other_hotel INTEGER, other_stay INTEGER,
	PRIMARY KEY (hotel, stay)
) STRICT, WITHOUT ROWID;
CREATE INDEX elsewhere_task ON elsewhere (hotel, task);

-- Looks at people of a hotel at nodes above this one. node: as the way up names it; origin: the row's id there.
CREATE TABLE look_above (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL, node TEXT NOT NULL, origin INTEGER NOT NULL,
	at INTEGER NOT NULL, role TEXT NOT NULL, subject INTEGER NOT NULL, fields TEXT NOT NULL, reason TEXT NOT NULL,
	request TEXT,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX look_above_origin ON look_above (hotel, node, origin);
CREATE INDEX look_above_subject ON look_above (hotel, subject);

-- Up to where tasks and looks of an upstream were taken.
CREATE TABLE down_cursor (
	upstream INTEGER NOT NULL, hotel INTEGER NOT NULL, tasks INTEGER NOT NULL, looks INTEGER NOT NULL,
	PRIMARY KEY (upstream, hotel)
) STRICT, WITHOUT ROWID;
