-- marks: counts what changes a room's marks on the rack and is no event: a task that is confirmed by hand. The
-- .sqlite.sql twin is kept equal by a test.
ALTER TABLE hotel_head ADD COLUMN marks BIGINT NOT NULL DEFAULT 0;
