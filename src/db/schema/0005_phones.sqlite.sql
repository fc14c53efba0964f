-- Phones and browsers that are bound to an account: what they are (a word for the browser and one for the system), and
-- by which of them a session came in, so that the session ends with it. The .pg.sql twin is kept equal by a test.
ALTER TABLE secret ADD COLUMN label TEXT;
ALTER TABLE secret ADD COLUMN via BLOB;
CREATE INDEX secret_via ON secret (via) WHERE via IS NOT NULL;
-- The account of somebody of whom the desk knows the telephone number.
CREATE INDEX account_phone ON account (phone_idx) WHERE phone_idx IS NOT NULL;
