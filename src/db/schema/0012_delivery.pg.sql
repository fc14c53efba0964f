-- An event on its way is in one index less: it enters and leaves it when it waits for its time, which most never do. The
-- .sqlite.sql twin is kept equal by a test.
DROP INDEX delivery_open;
CREATE INDEX delivery_open ON delivery (upstream, hotel, next_at) WHERE state IN ('due', 'unknown', 'retry');
