-- desk_rows: rows that a ledger had refused were kept, and nobody could read them. The .sqlite.sql twin is kept equal
-- by a test.
DROP TABLE desk_row;
