-- Visits, dangers, and what people say about their own entries. Keys, instants, days and sealed columns as in 0001.
-- The .sqlite.sql twin is kept equal by a test.

-- A task can be about a hazard, be handed to somebody, and close itself: want is the number of people who must be
-- registered in its room.
ALTER TABLE task ADD COLUMN hazard BIGINT;
ALTER TABLE task ADD COLUMN want BIGINT;
ALTER TABLE task ADD COLUMN assigned_to BIGINT;
CREATE INDEX task_room ON task (hotel, room) WHERE state <> 'confirmed';
CREATE INDEX task_stay ON task (hotel, stay) WHERE stay IS NOT NULL;
CREATE INDEX task_hazard ON task (hotel, hazard) WHERE state <> 'confirmed';

-- Each change of a task: who, when, with which words.
CREATE TABLE task_step (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	task BIGINT NOT NULL, state TEXT COLLATE "C" NOT NULL, by BIGINT NOT NULL, at BIGINT NOT NULL, note TEXT COLLATE "C",
	PRIMARY KEY (hotel, id)
);
CREATE INDEX task_step_task ON task_step (hotel, task);

-- Hazards have deadlines too: who is their severity, act is mend.
INSERT INTO deadline (hotel, id, who, act, unit, length, from_day, source)
	SELECT id, 5, 'grave', 'mend', 'day', 1, '1900-01-01', 'default' FROM hotel;
INSERT INTO deadline (hotel, id, who, act, unit, length, from_day, source)
	SELECT id, 6, 'minor', 'mend', 'day', 15, '1900-01-01', 'default' FROM hotel;

-- The check a room passes before it may be let; the newest row of a room counts, until its day.
CREATE TABLE clearance (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	room BIGINT NOT NULL, result TEXT COLLATE "C" NOT NULL CHECK (result IN ('ok', 'mend')),
	day TEXT COLLATE "C" NOT NULL, until TEXT COLLATE "C", note TEXT COLLATE "C", by BIGINT NOT NULL, at BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE INDEX clearance_room ON clearance (hotel, room, id);

-- A visit is one row (visit = id) about a room, or one about a house (room NULL) and one for each of its rooms that
-- was visited. found NULL: nobody was counted. items: JSON, code of the list (include/vh/safety.h) to answer.
CREATE TABLE inspection (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	visit BIGINT NOT NULL, house BIGINT NOT NULL, room BIGINT,
	at BIGINT NOT NULL, by BIGINT NOT NULL, consent TEXT COLLATE "C" CHECK (consent IN ('door', 'occupant', 'landlord')),
	outcome TEXT COLLATE "C" NOT NULL CHECK (outcome IN ('as_registered', 'found_more', 'found_fewer', 'nobody_lives',
		'nobody_home', 'refused', 'recheck')),
	registered BIGINT NOT NULL, found BIGINT, items TEXT COLLATE "C", template BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE INDEX inspection_room ON inspection (hotel, room, at) WHERE room IS NOT NULL;
CREATE INDEX inspection_house ON inspection (hotel, house, at) WHERE room IS NULL;
CREATE INDEX inspection_visit ON inspection (hotel, visit);

-- Which of the registered people were met, and which live there no longer.
CREATE TABLE inspection_seen (
	hotel BIGINT NOT NULL, inspection BIGINT NOT NULL, stay BIGINT NOT NULL,
	what TEXT COLLATE "C" NOT NULL CHECK (what IN ('here', 'gone')),
	PRIMARY KEY (hotel, inspection, stay)
);
CREATE INDEX inspection_seen_stay ON inspection_seen (hotel, stay);

-- found_in NULL: somebody reported it; reporter is sealed, and dropped when the hazard is closed. due NULL: unknown.
CREATE TABLE hazard (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	house BIGINT NOT NULL, room BIGINT, item TEXT COLLATE "C" NOT NULL,
	severity TEXT COLLATE "C" NOT NULL CHECK (severity IN ('grave', 'minor')),
	words BYTEA, found_at BIGINT NOT NULL, found_in BIGINT, due BIGINT,
	closed_at BIGINT, closed_in BIGINT, reporter BYTEA,
	PRIMARY KEY (hotel, id)
);
CREATE INDEX hazard_open ON hazard (hotel, house) WHERE closed_at IS NULL;
CREATE INDEX hazard_house ON hazard (hotel, house);

-- Pictures of an open hazard, sealed JPEGs without what they say besides; dropped when it is closed.
CREATE TABLE hazard_photo (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	hazard BIGINT NOT NULL, picture BYTEA NOT NULL, at BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE INDEX hazard_photo_hazard ON hazard_photo (hotel, hazard);

-- What is said to a house, or (house NULL) to the whole hotel.
CREATE TABLE notice (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	house BIGINT, text TEXT COLLATE "C" NOT NULL, from_day TEXT COLLATE "C" NOT NULL, until_day TEXT COLLATE "C" NOT NULL,
	by BIGINT NOT NULL, at BIGINT NOT NULL, ended_at BIGINT, ended_by BIGINT,
	PRIMARY KEY (hotel, id)
);
CREATE INDEX notice_until ON notice (hotel, until_day) WHERE ended_at IS NULL;

-- Somebody objects to what is registered about him. was_ended: the end of the stay that he says is false.
CREATE TABLE dispute (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	stay BIGINT NOT NULL, person BIGINT NOT NULL,
	kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('still_here', 'wrong', 'not_me')),
	words BYTEA, was_ended TEXT COLLATE "C",
	state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'upheld', 'refused')),
	by BIGINT NOT NULL, at BIGINT NOT NULL, settled_by BIGINT, settled_at BIGINT, reason TEXT COLLATE "C",
	PRIMARY KEY (hotel, id)
);
CREATE UNIQUE INDEX dispute_stay ON dispute (hotel, stay) WHERE state = 'open';
CREATE INDEX dispute_person ON dispute (hotel, person);

-- Four digits with which a tenant files himself at the door; and the stays that were filed so.
CREATE TABLE declaration (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	room BIGINT NOT NULL, code BYTEA NOT NULL, by BIGINT NOT NULL, at BIGINT NOT NULL,
	until BIGINT NOT NULL, tries BIGINT NOT NULL, used BIGINT NOT NULL, ended BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE UNIQUE INDEX declaration_room ON declaration (hotel, room) WHERE ended = 0;

CREATE TABLE declared (
	hotel BIGINT NOT NULL, stay BIGINT NOT NULL,
	declaration BIGINT NOT NULL, state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'confirmed', 'denied')),
	at BIGINT NOT NULL, settled_by BIGINT, settled_at BIGINT,
	PRIMARY KEY (hotel, stay)
);
CREATE INDEX declared_waiting ON declared (hotel, at) WHERE state = 'waiting';

-- The receipt of an erasure: when the person last left, how long the hotel keeps data, how much was dropped.
CREATE TABLE erasure (
	hotel BIGINT NOT NULL, id BIGINT NOT NULL,
	person BIGINT NOT NULL, why TEXT COLLATE "C" NOT NULL CHECK (why IN ('retention', 'asked')),
	last_day TEXT COLLATE "C" NOT NULL, months BIGINT NOT NULL, stays BIGINT NOT NULL, events BIGINT NOT NULL,
	by BIGINT NOT NULL, at BIGINT NOT NULL,
	PRIMARY KEY (hotel, id)
);
CREATE UNIQUE INDEX erasure_person ON erasure (hotel, person);
CREATE INDEX grants_person ON grants (hotel, person) WHERE person IS NOT NULL;
