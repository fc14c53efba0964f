-- What waits for somebody, and who works where, is found without reading the hotel. The .pg.sql twin is kept equal by
-- a test.

CREATE INDEX stay_waiting ON stay (hotel, id) WHERE state IN ('pending', 'contested');
CREATE INDEX stay_until ON stay (hotel, until, id) WHERE state IN ('pending', 'verified', 'away');
CREATE INDEX stay_away ON stay (hotel, away_until, id) WHERE state = 'away';
CREATE INDEX stay_late ON stay (hotel, id) WHERE late = 1 AND state IN ('pending', 'verified', 'away');
CREATE INDEX stay_employer ON stay (hotel, employer) WHERE employer IS NOT NULL;
CREATE INDEX employer_alias_of ON employer_alias (hotel, employer);
