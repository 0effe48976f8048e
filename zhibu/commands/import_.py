"""`zhibu import roster FILE` and `zhibu import undo`: a roster into the register, and the last batch back out."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from zhibu.commands.audit import day
from zhibu.site.start import start

_VERBS = {"add": "新增", "change": "变更", "same": "不变", "bad": "退回"}


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `import` to the command line."""
    command = words.add_parser("import", help="导入名册，或撤销最近一次导入")
    below = command.add_subparsers(dest="what", metavar="内容", required=True)
    roster = below.add_parser("roster", help="导入党员名册、支部名册或入党申请人名册（.xlsx、.xls、.csv）")
    roster.add_argument("file", type=Path, metavar="文件", help="名册，如 党员名册.xlsx")
    roster.add_argument("--dry-run", action="store_true", help="只预览，不写入")
    roster.add_argument(
        "--kind", choices=("members", "branches", "applicants"), help="名册的种类；不写则按表头辨认"
    )
    roster.add_argument(
        "--committee", metavar="名称", help="导入到哪个党委；只有一个党委时不必写，还没有时新建"
    )
    roster.add_argument(
        "--since", type=day, metavar="日期", help="新增党员从哪天起在所在支部，如 2026-03-05（默认启用日期）"
    )
    roster.add_argument(
        "--accept",
        nargs="+",
        default=[],
        metavar="代码",
        help="照样导入有这些问题的行，代码在预览里每行的末尾，如 phone.shape",
    )
    roster.add_argument("--new-branches", action="store_true", help="表里有、库里没有的党支部一并新建")
    roster.add_argument(
        "--bad", type=Path, metavar="文件", help="把退回的行写成工作簿（.xlsx），改好后可以原样再导入"
    )
    roster.set_defaults(run=run_roster)
    undo = below.add_parser("undo", help="撤销最近一次导入")
    undo.add_argument("--committee", metavar="名称", help="哪个党委；只有一个时不必写")
    undo.set_defaults(run=run_undo)


def _refused(error: Any) -> int:
    print(
        f"错误：{error.what.rstrip('，。')}。{error.why.rstrip('；。')}。{error.mend}（{error.code}）",
        file=sys.stderr,
    )
    return 1


def _committee(name: str | None, today: date) -> Any:
    """The committee asked for, or the only one; None where there is none yet. Refused where it cannot be told."""
    from zhibu.access import Refused
    from zhibu.registers.organizations.models import Organization

    standing = list(Organization.objects.on(today).filter(kind="committee"))
    named = [one for one in standing if name in (None, one.name, one.short_name)]
    if len(named) == 1:
        return named[0]
    if not standing or (name is not None and not named):
        return None
    listed = "、".join(f"“{one}”" for one in standing)
    mend = f"请用 --committee 写明是哪一个：{listed}"
    raise Refused(what="没有导入", why="有不止一个党委", mend=mend, code="roster.which_committee")


def _new_committee(name: str | None, sheets_name: str, day: date) -> Any:
    from zhibu.access import Refused, system_account
    from zhibu.registers.organizations.actions import establish

    if not (name or sheets_name):
        mend = "请用 --committee 写明党委的名称，它会一并建立"
        raise Refused(what="没有导入", why="还没有党委", mend=mend, code="roster.no_committee")
    return establish(actor=system_account(), name=name or sheets_name, kind="committee", since=day)


def run_roster(asked: argparse.Namespace) -> int:
    """Preview, and unless it is a dry run import. 1 where the file or the write is refused."""
    start()
    from django.db import transaction

    from zhibu.access import Refused
    from zhibu.registers.members.roster.faults import KINDS
    from zhibu.registers.members.roster.refusal import RosterRefused
    from zhibu.site import clock

    if unknown := sorted(code for code in asked.accept if code not in KINDS or not KINDS[code].overrule):
        choices = "、".join(code for code, kind in KINDS.items() if kind.overrule)
        print(f"错误：--accept 不能写 {'、'.join(unknown)}。可以写：{choices}", file=sys.stderr)
        return 2
    today = clock.today()
    data = asked.file.read_bytes()
    try:
        with (
            transaction.atomic()
        ):  # a committee is not kept that a dry run, or an import of no row, would set up
            done = _import(asked, data, today)
            if asked.dry_run or done:
                transaction.set_rollback(True)
        return done
    except (RosterRefused, Refused) as error:
        return _refused(error)


def _import(asked: argparse.Namespace, data: bytes, today: date) -> int:
    from zhibu.access import system_account
    from zhibu.registers.members.importing import previewing
    from zhibu.registers.members.importing.writing import Source
    from zhibu.registers.members.roster.returned import write_returned

    actor = system_account()
    committee = standing = _committee(asked.committee, today)
    if committee is None:
        committee = _new_committee(
            asked.committee, previewing.named_committee(data, asked.file.name), date(today.year, 1, 1)
        )
        print(f"新建党委：{committee}")
    accepted = frozenset(asked.accept) | ({"branch.unknown"} if asked.new_branches else set())
    found = previewing.preview(
        reader=actor,
        committee=committee,
        data=data,
        file_name=asked.file.name,
        today=today,
        kind=asked.kind,
        since=asked.since,
        accepted=accepted,
    )
    plan = found.plan
    _tell(found, plan, accepted)
    bad = [row.entry for row in plan.rows if row.verb == "bad"]
    if asked.bad and bad:
        asked.bad.write_bytes(write_returned(found.sheets, bad, accepted))
        print(f"退回的行：{asked.bad}")
    if asked.dry_run:
        print("只是预览，没有写入。")
        return 0
    counts = plan.counts()
    if not counts["add"] + counts["change"]:
        print("没有可写入的内容。" if standing else "没有可写入的内容，党委也没有新建。")
        return 1 if counts["bad"] else 0
    source = Source(actor, committee, asked.file.name, hashlib.sha256(data).hexdigest(), today)
    previewing.write(found, source, asked.since or previewing.default_since(committee, today))
    print("已导入。撤销：zhibu import undo")
    return 0


def _tell(found: Any, plan: Any, accepted: Iterable[str]) -> None:
    """The counts, what was not read, and the faults of the first rows in full."""
    print("　".join(f"{_VERBS[verb]} {count}" for verb, count in plan.counts().items()))
    if new := getattr(plan, "new_branches", None):
        print("新建党支部：" + "、".join(f"{name}（{count} 人）" for name, count in new.items()))
    if absent := getattr(plan, "absent", None):
        print(f"库里有、表里没有：{len(absent)} 人（不作改动）")
    for note in found.notes:
        print(f"注意：{note}")
    faulty = [row for row in plan.rows if row.entry.faults]
    for row in faulty[:20]:
        for fault in row.entry.faults:
            mark = "退回" if fault.stops(frozenset(accepted)) else "提示"
            print(f"{mark} 第 {row.entry.row} 行 {fault}")
    if len(faulty) > 20:
        print(f"……还有 {len(faulty) - 20} 行有问题；用 --bad 文件.xlsx 取回全部退回的行。")


def run_undo(asked: argparse.Namespace) -> int:
    """Undo the committee's last batch. 1 where something later depends on it."""
    start()
    from zhibu.access import Refused, system_account
    from zhibu.registers.members.importing.undoing import last_batch, undo_batch
    from zhibu.site import clock

    today = clock.today()
    try:
        committee = _committee(asked.committee, today)
        if committee is None and asked.committee:
            print(f"错误：没有党委“{asked.committee}”。请核对名称。", file=sys.stderr)
            return 1
        batch = last_batch(committee) if committee else None
        if batch is None:
            print("错误：没有可撤销的导入。", file=sys.stderr)
            return 1
        undo_batch(actor=system_account(), batch=batch, today=today)
    except Refused as error:
        return _refused(error)
    print(f"已撤销：{batch.file_name}（新增 {batch.counts['add']}、变更 {batch.counts['change']}）")
    return 0
