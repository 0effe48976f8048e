"""Spark: one session on this machine, bound to loopback, or the cluster that `SPARK_MASTER` names."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from glob import glob
from pathlib import Path
from typing import Any

from zhibu.audit.engines.base import Columns, EngineMissing

#: So many rows go into the text of a statement; more are handed over in a file.
FEW = 400
TYPES = {"int": "BIGINT", "text": "STRING"}


class SparkEngine:
    """The audit on Spark. A start takes half a minute; one session serves all audits of the process."""

    name = "spark"

    def __init__(self, session: Any = None) -> None:
        self.session = session or _session()
        self.staged: list[str] = []
        self.folder = ""

    def begin(self, narrow: bool = False) -> None:
        """Begin."""
        self.staged = []

    def end(self) -> None:
        """Forget what was staged."""
        for name in reversed(self.staged):
            self.session.catalog.dropTempView(name)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = ""

    def _stage(self, name: str, frame: Any) -> None:
        """Compute now and cut the lineage: else each file of SQL would be planned through all stages again."""
        frame.localCheckpoint(eager=True).createOrReplaceTempView(name)
        self.staged.append(name)

    def table(self, name: str, columns: Columns, rows: Iterable[Sequence[object]], key: str = "") -> None:
        """Stage rows. A few stand in the plan itself: a job for each such table would take longer."""
        held = [tuple(row) for row in rows]
        schema = ", ".join(f"`{column}` {TYPES[kind]}" for column, kind in columns.items())
        if len(held) <= FEW:
            self.session.sql(_values(columns, held)).createOrReplaceTempView(name)
            self.staged.append(name)
            return
        self.folder = self.folder or tempfile.mkdtemp(prefix="zhibu-spark-")
        file = Path(self.folder) / f"{name}.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened, lineterminator="\n").writerows(held)
        read = self.session.read.schema(schema).option("escape", '"').option("multiLine", True)
        self._stage(name, read.csv(str(file)))

    def derive(
        self, name: str, columns: Columns, select: str, key: str = "", parameters: Sequence[object] = ()
    ) -> None:
        """Stage the rows of a SELECT, with the columns' names and types."""
        if parameters:
            raise ValueError("Spark runs no statement with parameters: give the relation as rows")
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


def _values(columns: Columns, rows: list[tuple[object, ...]]) -> str:
    """A SELECT of some rows written out."""
    kinds = [TYPES[kind] for kind in columns.values()]
    names = ", ".join(f"`{column}`" for column in columns)
    nulls = ", ".join(
        f"CAST(NULL AS {kind}) AS `{column}`" for column, kind in zip(columns, kinds, strict=True)
    )
    if not rows:
        return f"SELECT * FROM (SELECT {nulls}) AS none WHERE 1 = 0"
    lines = ", ".join("(" + ", ".join(map(_literal, row)) + ")" for row in rows)
    casts = ", ".join(
        f"CAST(`{column}` AS {kind}) AS `{column}`" for column, kind in zip(columns, kinds, strict=True)
    )
    return f"SELECT {casts} FROM VALUES {lines} AS given ({names})"


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return str(value)


def _session() -> Any:
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    # Spark 4 runs on Java 17; a machine may have others beside it.
    homes = sorted(glob("/usr/lib/jvm/java-17-*"))
    if "JAVA_HOME" not in os.environ and homes:
        os.environ["JAVA_HOME"] = homes[0]
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as problem:
        raise EngineMissing("没有装 Spark：pip install zhibu[spark]，并装 Java 17") from problem
    builder = SparkSession.builder.appName("zhibu").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false").config("spark.log.level", "ERROR")
    if "SPARK_MASTER" in os.environ:
        return builder.master(os.environ["SPARK_MASTER"]).getOrCreate()
    builder = builder.master("local[2]").config("spark.driver.bindAddress", "127.0.0.1")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", "2")
    # Small tables here: compiling, by Spark or by the JVM's second compiler, would take longer than running.
    builder = builder.config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    for plain in ("codegen.wholeStage", "adaptive.enabled", "constraintPropagation.enabled"):
        builder = builder.config(f"spark.sql.{plain}", "false")
    builder = builder.config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    return builder.getOrCreate()
