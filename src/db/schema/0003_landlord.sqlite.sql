-- What landlords say at the door. Keys, instants, days and sealed columns as in 0001.
-- The .pg.sql twin is kept equal by a test.

-- The day somebody left is not always known: then `ended` is about the day.
ALTER TABLE stay ADD COLUMN ended_about INTEGER NOT NULL DEFAULT 0;

-- helper: one of the family, who acts for the landlord on an account of his own (家人代办).
CREATE TABLE house_landlord_new (
	hotel INTEGER NOT NULL, house INTEGER NOT NULL, landlord INTEGER NOT NULL,
	role TEXT NOT NULL CHECK (role IN ('owner', 'lessor', 'agent', 'sublessor', 'helper')),
	PRIMARY KEY (hotel, house, landlord)
) STRICT, WITHOUT ROWID;
INSERT INTO house_landlord_new (hotel, house, landlord, role) SELECT hotel, house, landlord, role FROM house_landlord;
DROP TABLE house_landlord;
ALTER TABLE house_landlord_new RENAME TO house_landlord;
CREATE INDEX house_landlord_landlord ON house_landlord (hotel, landlord);

-- What the desk has to see to because somebody said so; the words are dropped when its task is done. gone: somebody
-- who is not on the list left the room (day: when, about: not exactly); wrong_person: the stay is about another.
CREATE TABLE told (
	hotel INTEGER NOT NULL, task INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('gone', 'wrong_person')),
	words BLOB, day TEXT, about INTEGER NOT NULL,
	PRIMARY KEY (hotel, task)
) STRICT, WITHOUT ROWID;
