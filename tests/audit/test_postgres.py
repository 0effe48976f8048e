"""How the audit asks PostgreSQL to join: row by row only where few subjects are looked for, and as before after it."""

from __future__ import annotations

import pytest

from zhibu.audit.engines.postgres import FEW, PostgresEngine

pytestmark = pytest.mark.postgres
MANY = [(number, str(number)) for number in range(FEW)]
COLUMNS = {"number": "int", "id": "text"}


@pytest.fixture(scope="module")
def engine():
    return PostgresEngine()


def nested(engine):
    return engine.connection.execute("SHOW enable_nestloop").fetchone()[0]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("within", [False, True], ids=["of its own", "within a transaction"])
def test_rows_are_not_joined_one_by_one(engine, narrow, within):
    if within:
        engine.connection.execute("BEGIN")
    engine.begin(narrow)
    try:
        assert nested(engine) == "off"
        setting = {"setting": "text"}
        ask = "SELECT current_setting('enable_nestloop')"
        engine.derive("alone", setting, ask)
        engine.derive("looked_up", setting, f"{ask} WHERE 1 = %s", parameters=(1,))
        assert nested(engine) == "off"
        assert list(engine.rows("SELECT setting FROM alone")) == [("off",)]
        assert list(engine.rows("SELECT setting FROM looked_up")) == [("on" if narrow else "off",)]
    finally:
        engine.end()
    assert nested(engine) == "on"
    assert not list(engine.rows("SELECT 1 FROM pg_class WHERE relname IN ('alone', 'looked_up')"))
    if within:
        engine.connection.execute("ROLLBACK")


def test_only_tables_of_many_rows_are_indexed_and_counted(engine):
    engine.begin()
    try:
        engine.table("many", COLUMNS, MANY, "id")
        engine.table("few", COLUMNS, MANY[1:], "id")
        engine.table("none", COLUMNS, [], "id")
        engine.derive("many_more", COLUMNS, "SELECT number, id FROM many", "number;id")
        engine.derive("fewer", COLUMNS, "SELECT number, id FROM few", "number;id")
        found = engine.rows(
            "SELECT relname, reltuples, (SELECT COUNT(*) FROM pg_index WHERE indrelid = c.oid) FROM pg_class AS c"
            " WHERE relname IN ('many', 'few', 'none', 'many_more', 'fewer')"
        )
        assert {name: (rows, indexes) for name, rows, indexes in found} == {
            "many": (FEW, 1), "few": (-1, 0), "none": (-1, 0), "many_more": (FEW, 2), "fewer": (-1, 0),
        }  # fmt: skip
        assert list(engine.rows("SELECT id FROM few WHERE number = 1")) == [("1",)]
    finally:
        engine.end()
