"""`zhibu explain DUTY SUBJECT PERIOD [REF]`: why a finding is as it is."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from zhibu.audit.relations import STATUS_TITLES
from zhibu.commands.audit import Refusal, add_question, question, refusals
from zhibu.norm.amounts import amount_title, unit_of

if TYPE_CHECKING:
    from zhibu.audit.evidence import Evidence, Explanation
    from zhibu.norm.model import Norm

#: The registers as the navigation names them.
REGISTERS = {
    "organizations": "组织",
    "members": "党员",
    "activities": "活动",
    "evidence": "佐证",
    "exemptions": "免除",
    "education": "学习教育",
}


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `explain` to the command line."""
    command = words.add_parser(
        "explain",
        help="说明一条检查结果：依据、计入的事实、没有计入的和原因、还缺什么",
        epilog="例：先用 zhibu audit --duty study.weekly --format csv 列出，"
        "照其中一行写 zhibu explain study.weekly 组织编号 2026-W12",
    )
    command.add_argument(
        "duty_id", metavar="工作要求", help="编号，如 study.weekly（zhibu norm show 列出全部）"
    )
    command.add_argument("subject", metavar="责任主体", help="组织或党员的编号，照 zhibu audit 列出的写")
    command.add_argument(
        "period",
        metavar="期间",
        help="照 zhibu audit 列出的写，如 2026、2026-Q3、2026-03、2026-W12；先后的写事情发生那天，常态的写截止日",
    )
    command.add_argument("ref", nargs="?", metavar="关联", help="同一天有几件事时写明是哪一件")
    add_question(command)
    command.set_defaults(run=run, parser=command)


def run(words: argparse.Namespace) -> int:
    """Print the explanation."""
    from zhibu.audit.explanation import NoSuchFinding, explain

    try:
        with refusals():
            asked = question(words)
            found = explain(
                asked.norm, asked.facts, asked.asked, words.duty_id, words.subject, words.period, words.ref,
                asked.engine,
            )  # fmt: skip
    except Refusal as refused:
        print(refused, file=sys.stderr)
        return 1
    except NoSuchFinding as refused:
        print(_none(words, refused.refs), file=sys.stderr)
        return 1
    print("\n".join(lines(asked.norm, found)))
    return 0


def _none(words: argparse.Namespace, refs: tuple[str | None, ...]) -> str:
    """Why no finding is meant, and how to find the one that is."""
    named = f"{words.duty_id}　{words.subject}　{words.period}"
    if refs:
        listed = "、".join("（无）" if ref is None else ref for ref in refs)
        return f"没有说明：{named} 有 {len(refs)} 条，关联各是 {listed}。请照样写在期间后面。"
    return (
        f"没有这一条结果：{named}。可能是责任主体或期间写得不同，可能在 --since 以前，也可能这一期不欠。"
        f"用 zhibu audit --duty {words.duty_id} 列出有哪些（--facts 等照写）。"
    )


def lines(norm: Norm, found: Explanation) -> list[str]:
    """The explanation as lines of text, amounts in the words of their units."""
    finding, duty = found.finding, found.duty
    unit = unit_of(norm, duty.id)
    required, actual = amount_title(finding.required, unit), amount_title(finding.actual, unit)
    head = f"{duty.title}（{duty.id}）　{finding.subject}　{finding.period}"
    head += f"　关联 {finding.ref}" if finding.ref is not None else ""
    text = [
        head,
        f"结果：{STATUS_TITLES[finding.status]}　应 {required}　实 {actual}",
    ]
    if found.clause is not None:
        text.append(f"条款：{found.clause.id}　{found.clause.text}")
    text.append(f"规则：{found.rule}")
    settles = f"，{found.settles.isoformat()} 以前补录不算晚" if found.settles else ""
    text.append(f"应办日期：{finding.due.isoformat()}{settles}")
    if found.readings:
        text += ["所依口径：", *(f"  {norm.readings[id].question}（{id}）" for id in found.readings)]
    sections = (
        ("批准免除", found.exemption), ("计入的事实", found.counted), ("应数取自", found.bound),
        ("分子", found.numerator), ("分母", found.denominator), ("看过而没有计入", found.others),
    )  # fmt: skip
    for title, facts in sections:
        if facts:
            text.append(f"{title}：")
            text += [f"  {_fact(norm, fact)}" for fact in facts]
    if found.run:
        text.append(f"连续没有的期间：{'、'.join(each.period for each in found.run)}")
    for lacking in found.missing:
        registers = "、".join(sorted({REGISTERS.get(kind.register, kind.register) for kind in lacking.kinds}))
        text.append(f"{lacking.text}（到“{registers}”登记）")
    return text


def _fact(norm: Norm, fact: Evidence) -> str:
    days = fact.happened.isoformat()
    if fact.is_state:
        days += f" 至 {fact.until.isoformat() if fact.until else '今'}"
    elif fact.day != fact.happened:
        days += f"（计入 {fact.day.isoformat()}）"
    parts = [days, fact.title or fact.kind, fact.org, fact.member or ""]
    unit = norm.kinds[fact.kind].amount if fact.kind in norm.kinds else None
    parts += [amount_title(fact.amount, unit)] if fact.amount is not None else []
    parts += [f"关联 {fact.ref}"] if fact.ref else []
    parts += [f"记录于 {fact.recorded.isoformat()}"] if fact.recorded else []
    parts += [f"—— {fact.reason}"] if fact.reason else []
    return " ".join(part for part in parts if part)
