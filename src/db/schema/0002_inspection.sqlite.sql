-- Visits, dangers, and what people say about their own entries. Keys, instants, days and sealed columns as in 0001.
-- The .pg.sql twin is kept equal by a test.

-- A task can be about a hazard, be handed to somebody, and close itself: want is the number of people who must be
-- registered in its room.
ALTER TABLE task ADD COLUMN hazard INTEGER;
ALTER TABLE task ADD COLUMN want INTEGER;
ALTER TABLE task ADD COLUMN assigned_to INTEGER;
CREATE INDEX task_room ON task (hotel, room) WHERE state <> 'confirmed';
CREATE INDEX task_stay ON task (hotel, stay) WHERE stay IS NOT NULL;
CREATE INDEX task_hazard ON task (hotel, hazard) WHERE state <> 'confirmed';

-- Each change of a task: who, when, with which words.
CREATE TABLE task_step (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	task INTEGER NOT NULL, state TEXT NOT NULL, by INTEGER NOT NULL, at INTEGER NOT NULL, note TEXT,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_step_task ON task_step (hotel, task);

-- Hazards have deadlines too: who is their severity, act is mend.
INSERT INTO deadline (hotel, id, who, act, unit, length, from_day, source)
	SELECT id, 5, 'grave', 'mend', 'day', 1, '1900-01-01', 'default' FROM hotel;
INSERT INTO deadline (hotel, id, who, act, unit, length, from_day, source)
	SELECT id, 6, 'minor', 'mend', 'day', 15, '1900-01-01', 'default' FROM hotel;

-- The check a room passes before it may be let; the newest row of a room counts, until its day.
CREATE TABLE clearance (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	room INTEGER NOT NULL, result TEXT NOT NULL CHECK (result IN ('ok', 'mend')),
	day TEXT NOT NULL, until TEXT, note TEXT, by INTEGER NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX clearance_room ON clearance (hotel, room, id);

-- A visit is one row (visit = id) about a room, or one about a house (room NULL) and one for each of its rooms that
-- was visited. found NULL: nobody was counted. items: JSON, code of the list (include/vh/safety.h) to answer.
CREATE TABLE inspection (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	visit INTEGER NOT NULL, house INTEGER NOT NULL, room INTEGER,
	at INTEGER NOT NULL, by INTEGER NOT NULL, consent TEXT CHECK (consent IN ('door', 'occupant', 'landlord')),
	outcome TEXT NOT NULL CHECK (outcome IN ('as_registered', 'found_more', 'found_fewer', 'nobody_lives',
		'nobody_home', 'refused', 'recheck')),
	registered INTEGER NOT NULL, found INTEGER, items TEXT, template INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inspection_room ON inspection (hotel, room, at) WHERE room IS NOT NULL;
CREATE INDEX inspection_house ON inspection (hotel, house, at) WHERE room IS NULL;
CREATE INDEX inspection_visit ON inspection (hotel, visit);

-- Which of the registered people were met, and which live there no longer.
CREATE TABLE inspection_seen (
	hotel INTEGER NOT NULL, inspection INTEGER NOT NULL, stay INTEGER NOT NULL,
	what TEXT NOT NULL CHECK (what IN ('here', 'gone')),
	PRIMARY KEY (hotel, inspection, stay)
) STRICT, WITHOUT ROWID;
CREATE INDEX inspection_seen_stay ON inspection_seen (hotel, stay);

-- found_in NULL: somebody reported it; reporter is sealed, and dropped when the hazard is closed. due NULL: unknown.
CREATE TABLE hazard (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	house INTEGER NOT NULL, room INTEGER, item TEXT NOT NULL,
	severity TEXT NOT NULL CHECK (severity IN ('grave', 'minor')),
	words BLOB, found_at INTEGER NOT NULL, found_in INTEGER, due INTEGER,
	closed_at INTEGER, closed_in INTEGER, reporter BLOB,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hazard_open ON hazard (hotel, house) WHERE closed_at IS NULL;
CREATE INDEX hazard_house ON hazard (hotel, house);

-- Pictures of an open hazard, sealed JPEGs without what they say besides; dropped when it is closed.
CREATE TABLE hazard_photo (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	hazard INTEGER NOT NULL, picture BLOB NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hazard_photo_hazard ON hazard_photo (hotel, hazard);

-- What is said to a house, or (house NULL) to the whole hotel.
CREATE TABLE notice (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	house INTEGER, text TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL,
	by INTEGER NOT NULL, at INTEGER NOT NULL, ended_at INTEGER, ended_by INTEGER,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_until ON notice (hotel, until_day) WHERE ended_at IS NULL;

-- Somebody objects to what is registered about him. was_ended: the end of the stay that he says is false.
CREATE TABLE dispute (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	stay INTEGER NOT NULL, person INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('still_here', 'wrong', 'not_me')),
	words BLOB, was_ended TEXT,
	state TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'refused')),
	by INTEGER NOT NULL, at INTEGER NOT NULL, settled_by INTEGER, settled_at INTEGER, reason TEXT,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX dispute_stay ON dispute (hotel, stay) WHERE state = 'open';
CREATE INDEX dispute_person ON dispute (hotel, person);

-- Four digits with which a tenant files himself at the door; and the stays that were filed so.
CREATE TABLE declaration (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	room INTEGER NOT NULL, code BLOB NOT NULL, by INTEGER NOT NULL, at INTEGER NOT NULL,
	until INTEGER NOT NULL, tries INTEGER NOT NULL, used INTEGER NOT NULL, ended INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX declaration_room ON declaration (hotel, room) WHERE ended = 0;

CREATE TABLE declared (
	hotel INTEGER NOT NULL, stay INTEGER NOT NULL,
	declaration INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('waiting', 'confirmed', 'denied')),
	at INTEGER NOT NULL, settled_by INTEGER, settled_at INTEGER,
	PRIMARY KEY (hotel, stay)
) STRICT, WITHOUT ROWID;
CREATE INDEX declared_waiting ON declared (hotel, at) WHERE state = 'waiting';

-- The receipt of an erasure: when the person last left, how long the hotel keeps data, how much was dropped.
CREATE TABLE erasure (
	hotel INTEGER NOT NULL, id INTEGER NOT NULL,
	person INTEGER NOT NULL, why TEXT NOT NULL CHECK (why IN ('retention', 'asked')),
	last_day TEXT NOT NULL, months INTEGER NOT NULL, stays INTEGER NOT NULL, events INTEGER NOT NULL,
	by INTEGER NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (hotel, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX erasure_person ON erasure (hotel, person);
CREATE INDEX grants_person ON grants (hotel, person) WHERE person IS NOT NULL;
