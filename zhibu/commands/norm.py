"""`zhibu norm`: check packs, attach the original text, print the readings and the rules."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from zhibu.audit.relations import Asked, Event, Facts, Finding, Membership, Organization, State
from zhibu.commands.audit import day
from zhibu.norm.check import check, check_cases, pack_of_text, read_text
from zhibu.norm.coverage import carriers, coverage
from zhibu.norm.faults import Fault, Faults, NormRefused
from zhibu.norm.model import Case, Duty, Norm
from zhibu.norm.read import folder_of, installed, load
from zhibu.norm.readings import Signature, sheet
from zhibu.norm.sentence import rule
from zhibu.norm.text import attached


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the word `norm` with check, attach, coverage, readings and show."""
    word = words.add_parser("norm", help="规范包：检查、附原文、口径确认单、各项要求")
    below = word.add_subparsers(dest="norm", metavar="做什么", required=True)

    one = below.add_parser("check", help="检查规范包是否完整、一致；给出原文时逐句核对")
    one.add_argument(
        "packs",
        nargs="*",
        type=folder_of,
        metavar="规范包",
        help="规范包文件夹，或 norms/ 里的一个名称（默认为已安装的全部）",
    )
    one.add_argument("--text", type=Path, metavar="文件", help="规范原文（UTF-8 文本），逐句核对条款")
    one.add_argument("--pack", metavar="编号", help="原文是哪个规范包的（默认：条款带指纹的那一个）")
    one.set_defaults(run=run_check, parser=one)

    one = below.add_parser("attach", help="附上本单位的规范原文，留存在 var/norms/，与条款对照显示")
    one.add_argument("file", type=Path, metavar="文件", help="规范原文（UTF-8 文本）")
    one.add_argument("--pack", metavar="编号", help="原文是哪个规范包的（默认：条款带指纹的那一个）")
    _add_norm(one)
    one.set_defaults(run=run_attach)

    one = below.add_parser("coverage", help="列出每条每句由哪些要求、程序或原则承担")
    _add_norm(one)
    one.set_defaults(run=run_coverage)

    one = below.add_parser("readings", help="打印口径确认单")
    _add_norm(one)
    one.set_defaults(run=run_readings)

    one = below.add_parser("show", help="用一句话说明各项要求")
    one.add_argument("duty", nargs="?", metavar="要求", help="要求的编号，如 study.weekly（默认全部）")
    one.add_argument("--on", type=day, metavar="日期", help="参数取哪天的值（默认最新的值）")
    _add_norm(one)
    one.set_defaults(run=run_show)


def _add_norm(word: argparse.ArgumentParser) -> None:
    word.add_argument(
        "--norm",
        action="append",
        type=folder_of,
        metavar="规范包",
        help="规范包文件夹，或 norms/ 里的一个名称，可多次（默认为已安装的全部）",
    )


def var() -> Path:
    """The deployment's folder of files: ZHIBU_VAR, else `var/` of the checkout."""
    return Path(os.environ.get("ZHIBU_VAR") or Path(__file__).resolve().parents[2] / "var").resolve()


def _refused(faults: list[Fault]) -> int:
    for fault in faults:
        print(f"{fault}{_line_of(fault)}", file=sys.stderr)
    print(f"共 {len(faults)} 处问题。", file=sys.stderr)
    return 1


def _line_of(fault: Fault) -> str:
    """The line of the file, below the fault; empty where there is none to show."""
    try:
        lines = Path(fault.file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    return f"\n{fault.line:>6} | {lines[fault.line - 1]}" if 0 < fault.line <= len(lines) else ""


def _load(asked: argparse.Namespace) -> Norm:
    return load(asked.norm or installed())


def decide(norm: Norm, duty: Duty, case: Case) -> list[Finding]:
    """What the audit finds for a case."""
    from zhibu.audit.run import audit  # engines are loaded only where they are needed

    rows: dict[str, list[dict[str, Any]]] = {
        key: [dict(row) for row in case.facts[key]] for key in case.facts
    }
    facts = Facts(
        [Organization(**row) for row in rows["organizations"]],
        [Membership(**row) for row in rows["memberships"]],
        [Event(**row) for row in rows["events"]],
        [State(**row) for row in rows["states"]],
    )
    return audit(norm, facts, Asked(case.as_of, case.since, (duty.id,)))


def run_check(asked: argparse.Namespace) -> int:
    """Print every fault; 1 when there is one."""
    if asked.pack is not None and asked.text is None:
        asked.parser.error("--pack 只和 --text 一起用")
    folders = asked.packs or installed()
    faults = check(folders, asked.text, asked.pack)
    if all(fault.code == "case-side" for fault in faults):
        faults = check_cases(folders, decide) or faults  # a case that fails may be the side that lacks
    if faults:
        return _refused(faults)
    norm = load(folders)
    clauses = sum(len(article.clauses) for article in norm.articles)
    cases = sum(len(duty.cases) for duty in norm.duties.values())
    counts = (
        (len(norm.packs), "个规范包"),
        (len(norm.articles), "条"),
        (clauses, "句"),
        (len(norm.duties), "项要求"),
        (len(norm.kinds), "种事实"),
        (len(norm.parameters), "个参数"),
        (len(norm.readings), "处口径"),
        (cases, "个案例"),
    )
    print(f"没有问题：{'，'.join(f'{number} {what}' for number, what in counts)}。")
    if asked.text is not None:
        pack = asked.pack or pack_of_text(norm)
        rows = coverage(norm, pack, read_text(asked.text, Faults()))
        print(f"原文 {sum(1 for row in rows if row.fits)} 句，每一句都有条款承担。")
    return 0


def run_attach(asked: argparse.Namespace) -> int:
    """Keep the original text beside our wording; 1 when it does not fit the pack."""
    folders = asked.norm or installed()
    faults = check(folders, asked.file, asked.pack)
    if faults:
        return _refused(faults)
    pack = asked.pack or pack_of_text(load(folders))
    target = attached(var(), pack)
    target.parent.mkdir(parents=True, exist_ok=True)
    # written beside and renamed, so that a reader never sees half a text
    half = target.with_suffix(".part")
    half.write_bytes(asked.file.read_bytes())
    half.replace(target)
    print(f"原文已附在规范包“{pack}”旁：{target}")
    return 0


def run_coverage(asked: argparse.Namespace) -> int:
    """Print what carries each sentence, with the original where it is attached."""
    try:
        norm = _load(asked)
    except NormRefused as refused:
        return _refused(refused.faults)
    for pack in norm.packs.values():
        path = attached(var(), pack.id)
        faults = Faults()
        original = read_text(path, faults) if path.is_file() else []
        if faults.found:
            return _refused(faults.found)
        print(f"《{pack.title}》")
        for row in coverage(norm, pack.id, original):
            print(f"{row.clause.id}  {row.clause.text}")
            if row.original is not None:
                print(f"    原文：{row.original}{'' if row.fits else '（与写条款时不同，请核实）'}")
            print(f"    由此承担：{carriers(norm, row.clause)}")
    return 0


def run_readings(asked: argparse.Namespace) -> int:
    """Print 口径确认单: of the packs in use with what the deployment has signed, of others to be signed."""
    try:
        norm = _load(asked)
    except NormRefused as refused:
        return _refused(refused.faults)
    print(sheet(norm, {} if asked.norm else _signed(norm)))
    return 0


def _signed(norm: Norm) -> dict[str, Signature]:
    """What the deployment has signed; nothing where there is no database yet."""
    from zhibu.site.start import start

    start()
    from django.db import connection

    from zhibu.desk.models import SignedReading
    from zhibu.desk.readings import signatures

    if SignedReading._meta.db_table not in connection.introspection.table_names():
        return {}
    return {id: Signature(row.signed_by, row.signed) for id, row in signatures(norm).items()}


def run_show(asked: argparse.Namespace) -> int:
    """Print each duty, or the one asked for, as a sentence; 1 when there is no such duty."""
    try:
        norm = _load(asked)
    except NormRefused as refused:
        return _refused(refused.faults)
    if asked.duty is not None and asked.duty not in norm.duties:
        near = "、".join(id for id in norm.duties if id.split(".")[0] == asked.duty.split(".")[0])
        print(
            f"没有要求“{asked.duty}”。{f'相近的有：{near}。' if near else ''}用 zhibu norm show 列出全部。",
            file=sys.stderr,
        )
        return 1
    for duty in [norm.duties[asked.duty]] if asked.duty is not None else norm.duties.values():
        print(f"{duty.clause}  {duty.id}  {duty.title}\n    {rule(norm, duty, asked.on)}")
        if asked.duty is not None:
            print(f"    办法：{duty.why}")
            for case in duty.cases:
                print(f"    案例：{case.sentence}（截至 {case.as_of}）")
    return 0
