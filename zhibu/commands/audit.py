"""`zhibu audit`: the findings of a bundle of facts, or of the deployment's database."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from zhibu.audit.relations import Asked
from zhibu.norm.document import EARLIEST, read_day
from zhibu.norm.faults import NormRefused
from zhibu.norm.model import Norm
from zhibu.norm.read import folder_of, installed, load

ENGINES = ("duckdb", "sqlite", "postgres", "spark")


class Refusal(Exception):
    """The input is refused; the lines say what, why and how to mend it."""


@dataclass(frozen=True)
class Question:
    """What the command line asks, read: the norm, the facts, the question, the engine."""

    norm: Norm
    facts: Any
    asked: Asked
    engine: Any


def day(text: str) -> date:
    """A day of the command line."""
    found = read_day(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"日期“{text}”应写成 2026-03-05 的样子")
    return found


def add_question(command: argparse.ArgumentParser) -> None:
    """Add the arguments that `zhibu audit` and `zhibu explain` share."""
    command.add_argument(
        "--facts", type=Path, metavar="文件夹", help="事实包，须同时写 --as-of；不写则用本系统的数据库"
    )
    command.add_argument(
        "--norm",
        action="append",
        type=folder_of,
        metavar="规范包",
        help="规范包文件夹，或 norms/ 里的一个名称，可多次（默认为已安装的全部）",
    )
    command.add_argument("--as-of", type=day, metavar="日期", help="查到哪一天；用数据库时默认今天")
    command.add_argument(
        "--since", type=day, metavar="日期", help="从哪一天查起（默认当年 1 月 1 日，4 月以前为上年）"
    )
    command.add_argument(
        "--engine", choices=ENGINES, help="用什么计算（事实包默认 duckdb，数据库默认它自己）"
    )
    command.add_argument("--database", metavar="URL", help="--engine postgres 用的数据库；不写则临时起一个")
    command.add_argument("--lenient", action="store_true", help="坏行放到一边，其余照查")
    command.add_argument(
        "--aside", type=Path, metavar="文件", help="坏行写到哪里（默认 文件夹.rejected.csv）"
    )


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `audit` to the command line."""
    command = words.add_parser(
        "audit",
        help="检查：由事实和规范算出每项要求做到了没有",
        epilog="例：zhibu audit --duty study.weekly（用本系统的数据库）；"
        "zhibu audit --facts 文件夹 --as-of 2026-11-30 --format csv --out 结果.csv",
    )
    add_question(command)
    command.add_argument(
        "--duty",
        action="append",
        nargs="+",
        metavar="编号",
        help="只查这些工作要求，如 study.weekly dues.monthly",
    )
    command.add_argument(
        "--org", action="append", nargs="+", metavar="编号", help="只看这些组织和它们的下级，编号照事实里的写"
    )
    command.add_argument(
        "--format",
        choices=("table", "csv", "json", "parquet"),
        default="table",
        help="结果的格式（默认 table）",
    )
    command.add_argument("--out", type=Path, metavar="文件", help="写到文件（parquet 必须写）")
    command.set_defaults(run=run, parser=command)


def question(words: argparse.Namespace) -> Question:
    """The question that the words ask. Raises Refusal, or ends with 2 where the words do not fit."""
    if any(asked is not None and asked < EARLIEST for asked in (words.as_of, words.since)):
        words.parser.error(f"--as-of、--since 不早于 {EARLIEST}")
    if words.aside is not None and not words.lenient:
        words.parser.error("--aside 只和 --lenient 一起用")
    if words.lenient and words.facts is None:
        words.parser.error("--lenient 只和 --facts 一起用")
    try:
        norm = load(words.norm or installed())
    except NormRefused as refused:
        raise Refusal(str(refused)) from refused
    engine: Any = words.engine
    as_of = words.as_of
    if words.facts is not None:
        if as_of is None:
            words.parser.error("用 --facts 时须写 --as-of：检查不看钟")
        facts = _bundle(words, norm)
        engine = engine or "duckdb"
    else:
        from zhibu.site.start import start

        start()
        from zhibu.desk.facts import deployment
        from zhibu.desk.findings import engine_name
        from zhibu.site.clock import today

        facts = deployment()
        as_of = as_of or today()
        engine = engine or engine_name()
    if words.database and engine != "postgres":
        words.parser.error("--database 只和 --engine postgres 一起用")
    if engine == "postgres" and (words.facts is not None or words.database):
        from zhibu.audit.engines.postgres import PostgresEngine

        engine = PostgresEngine(words.database)
    flat = {name: getattr(words, name, None) for name in ("duty", "org")}
    duties, organizations = (
        None if given is None else tuple(each for some in given for each in some)
        for given in (flat["duty"], flat["org"])
    )
    return Question(norm, facts, Asked(as_of, words.since, duties, organizations), engine)


def _bundle(words: argparse.Namespace, norm: Norm) -> Any:
    from zhibu.audit.bundle import FactsRefused, open_bundle

    if not words.facts.is_dir():
        raise Refusal(
            f"{words.facts} 不是文件夹。事实包是一个文件夹，里面有 organizations、memberships、events、states。"
        )
    try:
        bundle = open_bundle(words.facts, norm, words.lenient, words.aside)
    except FactsRefused as refused:
        lines = [str(fault) for fault in refused.faults[:200]]
        more = len(refused.faults) - len(lines)
        lines += [f"……还有 {more} 处"] if more else []
        rows = sum(fault.row is not None for fault in refused.faults)
        lines.append(f"共 {len(refused.faults)} 处问题，没有检查。{'行号从表头下一行数起。' if rows else ''}")
        aside = rows == len(refused.faults)
        lines.append(
            "改好再来" + ("，或用 --lenient 把坏行放到一边。" if aside else "：整个文件的问题不能放到一边。")
        )
        raise Refusal("\n".join(lines)) from refused
    if bundle.set_aside:
        print(f"放到一边 {bundle.set_aside} 行，见 {bundle.aside}", file=sys.stderr)
    return bundle


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """What the audit refuses, as a Refusal."""
    from zhibu.audit.calendar import UnknownPeriod
    from zhibu.audit.engines import EngineMissing
    from zhibu.audit.plan import UnknownDuty
    from zhibu.audit.run import UnknownOrganization
    from zhibu.audit.tree import TreeRefused

    try:
        yield
    except UnknownDuty as refused:
        raise Refusal(f"没有这项工作要求：{refused}。用 zhibu norm show 看规范包里有哪些。") from refused
    except UnknownOrganization as refused:
        raise Refusal(f"没有这个组织：{refused}。--org 要写事实里的组织编号。") from refused
    except UnknownPeriod as refused:
        raise Refusal(f"校历里没有这种期间：{refused}") from refused
    except TreeRefused as refused:
        raise Refusal(f"组织的上级绕成一圈：{refused}") from refused
    except EngineMissing as refused:
        raise Refusal(str(refused)) from refused


def run(words: argparse.Namespace) -> int:
    """Run the audit and write its findings."""
    if words.format == "parquet" and words.out is None:
        words.parser.error("--format parquet 须写 --out")
    try:
        _writable(words.out)  # told before a long audit, not after it
        with refusals():
            _write(words, question(words))
    except Refusal as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _write(words: argparse.Namespace, asked: Question) -> None:
    from zhibu.audit import large, report
    from zhibu.audit.bundle import Bundle
    from zhibu.audit.run import audit

    if words.format == "parquet" and asked.engine == "duckdb" and isinstance(asked.facts, Bundle):
        large.audit_to_parquet(asked.norm, asked.facts, asked.asked, words.out)
        return
    found = audit(asked.norm, asked.facts, asked.asked, asked.engine)
    if words.format == "parquet":
        report.write_parquet(found, words.out)
        return
    writers = {"table": report.write_table, "csv": report.write_csv, "json": report.write_json}
    with _opened(words.out) as out:
        writers[words.format](found, out)


def _writable(out: Path | None) -> None:
    if out is not None and out.is_dir():
        raise Refusal(f"{out} 是文件夹。--out 要写文件名，如 {out / '结果.csv'}。")
    if out is not None and not out.parent.is_dir():
        raise Refusal(f"没有文件夹 {out.parent}。请先建立，或把 --out 写到别处。")


@contextlib.contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    with out.open("w", encoding="utf-8", newline="") as opened:
        yield opened
