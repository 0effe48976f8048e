"""What is missing (还缺什么) to a finding, in an official's words, and of which kinds."""

from __future__ import annotations

from zhibu.audit.evidence import Explanation, Missing
from zhibu.norm.amounts import amount_title
from zhibu.norm.model import Kind, Norm


def missing(norm: Norm, found: Explanation) -> tuple[Missing, ...]:
    """What would make it met; nothing where it is done, exempt or without a rule."""
    if found.finding.status not in ("open", "missed"):
        return ()
    form = found.duty.form
    if form == "sequence":
        return _of_sequence(norm, found)
    if form == "streak":
        kinds = _kinds(norm, found.duty.kinds)
        return (Missing(kinds, 1, f"已连续 {found.finding.actual} 期没有：{_titles(kinds)}"),)
    if found.duty.ratio:
        return _of_ratio(norm, found)
    return _of_measure(norm, found)


def _kinds(norm: Norm, kinds: tuple[str, ...] | list[str]) -> tuple[Kind, ...]:
    return tuple(norm.kinds[kind] for kind in kinds)


def _titles(kinds: tuple[Kind, ...], word: str = "或") -> str:
    return word.join(kind.title for kind in kinds)


def _of_measure(norm: Norm, found: Explanation) -> tuple[Missing, ...]:
    duty, finding = found.duty, found.finding
    required, actual = finding.required or 0, finding.actual or 0
    kinds = _kinds(norm, found.items if duty.bound.all_of else duty.kinds)
    unit = kinds[0].amount if kinds and duty.measure == "sum" else None
    if actual > required and duty.compare != "at_least":
        # More of the same would only exceed it further; the bound may be raised where it is recorded.
        raised = _kinds(norm, duty.bound.sum_of)
        return (Missing(raised, actual - required, f"超出 {amount_title(actual - required, unit)}"),)
    lacking = required - actual
    if lacking <= 0:
        return ()
    if duty.measure == "kinds":
        held = {fact.kind for fact in found.counted}
        left = tuple(kind for kind in kinds if kind.id not in held)
        return (Missing(left, lacking, f"还缺 {lacking} 项：{_titles(left, '、')}"),)
    if duty.measure == "sum":
        return (Missing(kinds, lacking, f"还差 {amount_title(lacking, unit)}：{_titles(kinds)}"),)
    if duty.measure == "days":
        return (Missing(kinds, lacking, f"还差 {lacking} 个不同日期的：{_titles(kinds)}"),)
    word = "次" if duty.form == "quota" else "项"
    return (Missing(kinds, lacking, f"还差 {lacking} {word}：{_titles(kinds)}"),)


def _of_ratio(norm: Norm, found: Explanation) -> tuple[Missing, ...]:
    assert found.duty.ratio is not None
    above, below = found.duty.ratio
    kinds = _kinds(norm, above.kinds)
    base = (
        sum(fact.amount or 0 for fact in found.denominator)
        if below.measure == "sum"
        else len(found.denominator)
    )
    if base == 0:
        others = _kinds(norm, below.kinds)
        return (Missing(others, 1, f"没有可比的数：{_titles(others)}"),)
    held = (
        sum(fact.amount or 0 for fact in found.numerator) if above.measure == "sum" else len(found.numerator)
    )
    lacking = -(-(found.finding.required or 0) * base // 10_000) - held
    if lacking <= 0:
        return (Missing(kinds, -lacking, f"与要求的比例不符：{_titles(kinds)}"),)
    each = "people" if above.measure == "count" and kinds[0].member == "required" else kinds[0].amount
    return (Missing(kinds, lacking, f"还差 {amount_title(lacking, each)}：{_titles(kinds)}"),)


def _of_sequence(norm: Norm, found: Explanation) -> tuple[Missing, ...]:
    duty, finding = found.duty, found.finding
    matched = [fact.kind for fact in found.counted if fact.part == "match"]
    due = finding.due
    by = f"应不迟于{due.year}年{due.month}月{due.day}日"
    when = "当日应在有效期内" if duty.direction == "during" else by
    lacking = []
    for group in duty.require:
        if not any(kind in group for kind in matched):
            kinds = _kinds(norm, group)
            lacking.append(Missing(kinds, 1, f"还缺：{_titles(kinds)}，{when}"))
    if duty.cap and not any(fact.part == "cap" for fact in found.counted):
        kinds = _kinds(norm, duty.anchors)
        lacking.append(Missing(kinds, 0, "数额超过上限，或没有登记数额"))
    return tuple(lacking)
