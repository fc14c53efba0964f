-- What SQLite's planner is told of every index, after each schema file, instead of statistics gathered from rows.
-- Told nothing, it takes the rows of a hotel for ten and reads them all to save itself a sort; and with gathered
-- ones a village's plans would not be a district's, nor a test's those of a registry in use. A hotel, an upstream
-- or an epoch alone leaves many rows; any other column of an index leaves few.
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat)
SELECT t.name, iif(i.origin = 'pk' AND t.wr, t.name, i.name),
	iif(i.partial, '10000', '1000000') || (
		SELECT group_concat(CASE
			WHEN c.name IN ('hotel', 'upstream', 'epoch') AND c.seqno < m.last
			THEN iif(i.partial, ' 5000', ' 100000')
			ELSE iif(i."unique" AND c.seqno = m.last, ' 1', ' 10') END, '')
		FROM pragma_index_info(i.name) c, (SELECT max(seqno) AS last FROM pragma_index_info(i.name)) m)
FROM pragma_table_list t, pragma_index_list(t.name) i
WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%';
ANALYZE sqlite_schema;
