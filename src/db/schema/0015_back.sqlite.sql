-- stay_back: what was sent back in a room, which its landlord reads on his first page. The .pg.sql twin is kept
-- equal by a test.
CREATE INDEX stay_back ON stay (hotel, room) WHERE state = 'rejected';
