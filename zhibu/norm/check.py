"""Proves packs sound: all that reading asks, cases on both sides of every bound, and the original text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from zhibu.norm.cases import differences
from zhibu.norm.document import Entry
from zhibu.norm.faults import Fault, Faults
from zhibu.norm.model import Case, Duty, Norm
from zhibu.norm.read import Joining
from zhibu.norm.sentence import rule
from zhibu.norm.text import OriginalArticle, split

#: A case on either side of a bound: reached, and not reached.
REACHED = frozenset({"met", "late"})
NOT_REACHED = frozenset({"missed", "open"})


def check(folders: Sequence[Path], text: Path | None = None, pack: str | None = None) -> list[Fault]:
    """Every fault of the packs, in order of file and line; with an original text also where it does not fit.

    `pack` names the pack that the text belongs to; None: the only one of those given whose clauses carry
    fingerprints.
    """
    faults = Faults()
    joining = Joining(faults)
    norm, _ = joining.read([Path(folder) for folder in folders])
    for duty in norm.duties.values():
        row = joining.duties[duty.id][1]
        if len(duty.cases) == _cases(row):  # else something of it is told already
            _check_sides(norm, duty, row)
    if text is not None:
        _check_text(joining, text, pack or pack_of_text(norm))
    return faults.told()


def check_cases(
    folders: Sequence[Path], evaluate: Callable[[Norm, Duty, Case], Iterable[Any]]
) -> list[Fault]:
    """The cases of sound packs that an evaluator (it gives a duty's findings) decides otherwise."""
    faults = Faults()
    joining = Joining(faults)
    norm, _ = joining.read([Path(folder) for folder in folders])
    for duty in norm.duties.values():
        entry = joining.duties[duty.id][1].table().get("cases")
        for case, row in zip(duty.cases, entry.items() if entry is not None else (), strict=True):
            for told in differences(case, duty.id, evaluate(norm, duty, case)):
                # a case is mostly asked on the day after its period: the numbers are those of the period
                day = case.as_of - timedelta(days=1) if duty.form == "quota" else case.as_of
                said = rule(norm, duty, day)
                row.fault("case-fails", told, f"要求现在的意思是：{said}案例写错的改案例，意思不对的改要求")
    return faults.told()


def pack_of_text(norm: Norm) -> str:
    """The pack whose clauses carry fingerprints; "" when there is none, or several."""
    packs = {article.pack for article in norm.articles for clause in article.clauses if clause.fingerprint}
    return packs.pop() if len(packs) == 1 else ""


def _cases(row: Entry) -> int:
    """How many cases stand beside a duty, sound or not."""
    entry = row.table().get("cases")
    return len(entry.items()) if entry is not None else 0


def _check_sides(norm: Norm, duty: Duty, row: Entry) -> None:
    shown = {expected["status"] for case in duty.cases for expected in case.expect}
    if _never_decided(norm, duty):
        if "no rule" not in shown:
            row.fault(
                "case-side", f"要求“{duty.id}”的清单是空的，还没有“未定标准”的案例", "在 cases 里补一例"
            )
        return
    for side, words in ((REACHED, "已完成或补办"), (NOT_REACHED, "未完成或进行中")):
        if not shown & side:
            row.fault("case-side", f"要求“{duty.id}”没有{words}的案例", "在 cases 里补一例，日期取在界限当天")


def _never_decided(norm: Norm, duty: Duty) -> bool:
    """True when the bound is a checklist that has been empty ever since."""
    parameter = norm.parameters.get(duty.bound.all_of or "")
    return parameter is not None and not any(dated.value for dated in parameter.values)


def read_text(path: Path, faults: Faults) -> list[OriginalArticle]:
    """The articles of an original text; none, with a fault, when it cannot be read or has no article."""
    try:
        articles = split(path.read_text(encoding="utf-8-sig"))
    except OSError:
        faults.add("text-unreadable", str(path), 0, "读不出原文：没有这个文件，或者它是文件夹", "核对路径")
        return []
    except UnicodeDecodeError:
        faults.add(
            "text-unreadable", str(path), 0, "读不出原文：不是 UTF-8 编码", "另存为 UTF-8 编码的纯文本"
        )
        return []
    if not articles:
        mend = "每条以“数字．标题。”开头，各部分以“一、”开头"
        faults.add("text-unreadable", str(path), 0, "原文里找不到任何一条", mend)
    return articles


def _check_text(joining: Joining, path: Path, pack: str) -> None:
    faults = joining.faults
    if pack not in joining.packs:
        what = f"没有规范包“{pack}”" if pack else "不知道原文是哪个规范包的"
        faults.add("text-unreadable", str(path), 0, what, "用 --pack 写明规范包的编号")
        return
    articles = read_text(path, faults)
    if not articles:
        return
    sentences = {sentence.id: sentence for article in articles for sentence in article.sentences}
    clauses = {
        clause.id: (clause, read.clauses[clause.id])
        for read in joining.articles
        if read.article.pack == pack
        for clause in read.article.clauses
    }
    for id, sentence in sentences.items():
        if id not in clauses:
            what = f"原文 {id} 没有对应的条款"
            mend = f"在第{id.split('.')[0]}条的文件里写条款“{id}”，fingerprint: {sentence.fingerprint}"
            faults.add("text-uncovered", str(path), sentence.line, what, mend)
    for id, (clause, row) in clauses.items():
        if id not in sentences:
            row.fault("text-unbacked", f"条款 {id} 在原文里没有对应的一句", "删去该条款，或改正编号")
        elif clause.fingerprint != sentences[id].fingerprint:
            line = sentences[id].line
            what = (
                f"原文 {id}（第 {line} 行）与写条款时的不同" if clause.fingerprint else f"条款 {id} 没有指纹"
            )
            mend = f"对照原文核实条款后，改为 fingerprint: {sentences[id].fingerprint}"
            row.fault("text-changed", what, mend)
