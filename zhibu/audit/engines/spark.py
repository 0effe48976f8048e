"""Spark: one session on this machine (or the cluster that the environment names), bound to loopback."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from glob import glob
from typing import Any

from zhibu.audit.engines.base import Columns

TYPES = {"int": "BIGINT", "text": "STRING"}


def _session() -> Any:
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    # Spark 4 runs on Java 17; a machine may have others beside it.
    homes = sorted(glob("/usr/lib/jvm/java-17-*"))
    if "JAVA_HOME" not in os.environ and homes:
        os.environ["JAVA_HOME"] = homes[0]
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("zhibu").config("spark.ui.enabled", "false")
    if "SPARK_MASTER" not in os.environ:
        builder = builder.master("local[2]").config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", "2")
        # Small tables here: planning and compiling would take longer than running.
        builder = builder.config("spark.sql.codegen.wholeStage", "false").config("spark.log.level", "ERROR")
        builder = builder.config("spark.sql.adaptive.enabled", "false")
    else:
        builder = builder.master(os.environ["SPARK_MASTER"])
    return builder.getOrCreate()


class SparkEngine:
    """The audit on Spark: staged tables are views on what was computed once."""

    name = "spark"

    def __init__(self) -> None:
        self.session = _session()
        self.staged: dict[str, Any] = {}

    def begin(self) -> None:
        """Begin."""
        self.staged = {}

    def end(self) -> None:
        """Let go of what was staged."""
        for name, frame in self.staged.items():
            self.session.catalog.dropTempView(name)
            frame.unpersist()
        self.staged = {}

    def _stage(self, name: str, frame: Any) -> None:
        # Computed once, here: a view on a plan would be computed again by every statement that reads it.
        kept = frame.localCheckpoint(eager=True)
        kept.createOrReplaceTempView(name)
        self.staged[name] = kept

    def table(self, name: str, columns: Columns, rows: Iterable[Sequence[object]], key: str = "") -> None:
        """Stage rows."""
        schema = ", ".join(f"{column} {TYPES[kind]}" for column, kind in columns.items())
        self._stage(name, self.session.createDataFrame([tuple(row) for row in rows], schema))

    def derive(
        self, name: str, columns: Columns, select: str, key: str = "", parameters: Sequence[object] = ()
    ) -> None:
        """Stage the rows of a SELECT, with the columns' names and types."""
        if parameters:
            raise ValueError("Spark runs no statement with parameters: give the relation as rows")
        found = self.session.sql(select)
        named = found.toDF(*columns)
        typed = [named[column].cast(TYPES[kind]).alias(column) for column, kind in columns.items()]
        self._stage(name, named.select(*typed))

    def rows(self, select: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT."""
        return (tuple(row) for row in self.session.sql(select).collect())

    def day(self, column: str) -> str:
        """A date to a running day."""
        return f"CAST(datediff({column}, DATE '0001-01-01') + 1 AS BIGINT)"
