#!/usr/bin/env python3
"""bad_cell.py DB TABLE COLUMN EXPRESSION: puts a value into the first row that the schema forbids, as damage does."""
import re
import sqlite3
import sys

db, table, column, value = sys.argv[1:]


def with_schema(change):
    c = sqlite3.connect(db, isolation_level=None)
    version = c.execute("PRAGMA schema_version").fetchone()[0]
    c.execute("PRAGMA writable_schema = ON")
    change(c)
    c.execute(f"PRAGMA schema_version = {version + 1}")
    c.close()


c = sqlite3.connect(db)
strict = c.execute("SELECT sql FROM sqlite_schema WHERE name = ?", [table]).fetchone()[0]
c.close()
loose = strict.replace("STRICT", "").replace("NOT NULL", "").rstrip().rstrip(",")
loose = re.sub(r"CHECK\s*\((?:[^()]|\([^()]*\))*\)", "", loose)
loose = re.sub(r"(\b%s\s+)(INTEGER|TEXT|BLOB|REAL)\b" % column, r"\1", loose)
with_schema(lambda c: c.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", [loose, table]))
c = sqlite3.connect(db, isolation_level=None)
key = "hotel, id" if "WITHOUT ROWID" in strict else "rowid"
c.execute(f"UPDATE {table} SET {column} = {value} WHERE ({key}) = (SELECT {key} FROM {table} LIMIT 1)")
c.close()
with_schema(lambda c: c.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", [strict, table]))
