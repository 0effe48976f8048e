"""The engines on which the audit runs, by name."""

from __future__ import annotations

from zhibu.audit.engines.base import Columns, Engine, EngineMissing, Needed, Query, Rows, Source

NAMES = ("sqlite", "duckdb", "postgres", "spark")

__all__ = ["NAMES", "Columns", "Engine", "EngineMissing", "Needed", "Query", "Rows", "Source", "open_engine"]


def open_engine(name: str, database: str | None = None) -> Engine:
    """A new engine by its name; heavy ones are imported only when asked for. `database`: URL for postgres."""
    if name == "sqlite":
        from zhibu.audit.engines.sqlite import SqliteEngine

        return SqliteEngine()
    if name == "duckdb":
        from zhibu.audit.engines.duckdb import DuckdbEngine

        return DuckdbEngine()
    if name == "postgres":
        from zhibu.audit.engines.postgres import PostgresEngine

        return PostgresEngine(database)
    if name == "spark":
        from zhibu.audit.engines.spark import SparkEngine

        return SparkEngine()
    raise ValueError(f"engine: {name}")
