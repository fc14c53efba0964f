-- by: the account of the officer who took it; NULL: it came with a report, or before this column. What somebody sent in may
-- say who he is, and his landlord is not shown it. The .sqlite.sql twin is kept equal by a test.
ALTER TABLE hazard_photo ADD COLUMN by BIGINT;
