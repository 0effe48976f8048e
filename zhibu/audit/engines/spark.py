"""Spark: local by default, on a cluster where `SPARK_REMOTE` or the Spark configuration says so."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zhibu.audit.engines.base import Columns, EngineMissing

TYPES = {"int": "BIGINT", "text": "STRING"}


class SparkEngine:
    """The audit on Spark. A start takes half a minute; one session serves all audits of the process."""

    name = "spark"

    def __init__(self, session: Any = None) -> None:
        self.session = session or _session()
        self.staged: list[str] = []

    def begin(self) -> None:
        """Begin."""
        self.staged = []

    def end(self) -> None:
        """Forget what was staged."""
        for name in reversed(self.staged):
            self.session.catalog.uncacheTable(name)
            self.session.catalog.dropTempView(name)

    def _stage(self, name: str, frame: Any) -> None:
        frame.createOrReplaceTempView(name)
        self.session.catalog.cacheTable(name)
        self.staged.append(name)

    def table(self, name: str, columns: Columns, rows: Iterable[Sequence[object]], key: str = "") -> None:
        """Stage rows."""
        schema = ", ".join(f"`{column}` {TYPES[kind]}" for column, kind in columns.items())
        self._stage(name, self.session.createDataFrame([tuple(row) for row in rows], schema))

    def derive(
        self, name: str, columns: Columns, select: str, key: str = "", parameters: Sequence[object] = ()
    ) -> None:
        """Stage the rows of a SELECT, with the types of the table."""
        frame = self.session.sql(select)
        named = frame.toDF(*columns)
        casts = [f"CAST(`{column}` AS {TYPES[kind]}) AS `{column}`" for column, kind in columns.items()]
        self._stage(name, named.selectExpr(*casts))

    def rows(self, select: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT."""
        for row in self.session.sql(select).toLocalIterator():
            yield tuple(row)

    def day(self, column: str) -> str:
        """A date to a running day."""
        return f"CAST(DATEDIFF({column}, DATE '1970-01-01') + 719163 AS BIGINT)"


def _session() -> Any:
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as problem:
        raise EngineMissing("没有装 Spark：pip install zhibu[spark]，并装 Java 17") from problem
    builder = SparkSession.builder.appName("zhibu")
    if "SPARK_REMOTE" not in os.environ and "SPARK_MASTER" not in os.environ:
        builder = builder.master("local[2]").config("spark.driver.bindAddress", "127.0.0.1")
    return (
        builder.config("spark.sql.shuffle.partitions", "2")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.crossJoin.enabled", "true")
        .config("spark.sql.ansi.enabled", "true")
        .getOrCreate()
    )
