-- What comes down: a registry that lost something gets it from its upstream again, and learns what was noticed and
-- looked at above. The .sqlite.sql twin is kept equal by a test.

-- Where a received event stands in the journal here; 0: nowhere, its person was erased before it came.
ALTER TABLE received ADD COLUMN kept_epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE received ADD COLUMN kept_seq BIGINT NOT NULL DEFAULT 0;
UPDATE received SET kept_epoch = coalesce((SELECT e.epoch FROM event e WHERE e.hotel = received.hotel
	AND e.id = received.id), 0);
UPDATE received SET kept_seq = coalesce((SELECT e.seq FROM event e WHERE e.hotel = received.hotel
	AND e.id = received.id), 0);

-- Documents of people in received hotels, by an index over the whole node.
CREATE TABLE known_in (
	hotel BIGINT NOT NULL, person BIGINT NOT NULL, idx BYTEA NOT NULL,
	PRIMARY KEY (hotel, person)
);
CREATE INDEX known_in_idx ON known_in (idx);

-- A stay whose person is current in another hotel as well, noticed once. other_*: only where it was noticed.
CREATE TABLE elsewhere (
	hotel BIGINT NOT NULL, stay BIGINT NOT NULL, task BIGINT NOT NULL, at BIGINT NOT NULL,
	other_hotel BIGINT, other_stay BIGINT,
	PRIMARY KEY (hotel, stay)
);
CREATE INDEX elsewhere_task ON elsewhere (hotel, task);

-- Looks at people of a hotel at nodes above this one. node: as the way up names it; origin: the row's id there.
CREATE TABLE look_above (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL, node TEXT COLLATE "C" NOT NULL, origin BIGINT NOT NULL,
	at BIGINT NOT NULL, role TEXT COLLATE "C" NOT NULL, subject BIGINT NOT NULL, fields TEXT COLLATE "C" NOT NULL, reason TEXT COLLATE "C" NOT NULL,
	request TEXT COLLATE "C",
	PRIMARY KEY (hotel, id)
);
CREATE UNIQUE INDEX look_above_origin ON look_above (hotel, node, origin);
CREATE INDEX look_above_subject ON look_above (hotel, subject);

-- Up to where tasks and looks of an upstream were taken.
CREATE TABLE down_cursor (
	upstream BIGINT NOT NULL, hotel BIGINT NOT NULL, tasks BIGINT NOT NULL, looks BIGINT NOT NULL,
	PRIMARY KEY (upstream, hotel)
);
