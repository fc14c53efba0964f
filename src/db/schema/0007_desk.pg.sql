-- What a desk finds with four keys, and a session that waits for a PIN. The .sqlite.sql twin is kept equal by a test.

-- A short blind index of a phone's last four digits; NULL: no phone, or one that the night has still to look at.
ALTER TABLE person ADD COLUMN phone_tail BIGINT;
CREATE INDEX person_phone_tail ON person (hotel, phone_tail) WHERE phone_tail IS NOT NULL;
CREATE INDEX person_no_phone_tail ON person (hotel, id) WHERE phone IS NOT NULL AND phone_tail IS NULL;
CREATE INDEX room_no_key ON room (hotel, no_key) WHERE letting <> 'closed';
ALTER TABLE secret ADD COLUMN locked BIGINT NOT NULL DEFAULT 0;
