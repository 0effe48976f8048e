"""What is missing (还缺什么) to a finding, in an official's words, and of which kinds."""

from __future__ import annotations

from zhibu.audit.evidence import Explanation, Missing
from zhibu.norm.model import Kind, Norm

UNITS = {"minutes": "分钟", "people": "人", "slots": "个半天", "days": "天"}


def amount_text(amount: int, unit: str | None) -> str:
    """An amount with its unit; fen are said in yuan."""
    if unit == "fen":
        return f"{amount // 100}.{amount % 100:02} 元"
    return f"{amount} {UNITS.get(unit or '', unit or '')}".rstrip()


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
        return (Missing(kinds, actual - required, f"超出 {amount_text(actual - required, unit)}"),)
    lacking = required - actual
    if lacking <= 0:
        return ()
    if duty.measure == "kinds":
        held = {fact.kind for fact in found.counted}
        left = tuple(kind for kind in kinds if kind.id not in held)
        return (Missing(left, lacking, f"还缺 {lacking} 项：{_titles(left, '、')}"),)
    if duty.measure == "sum":
        return (Missing(kinds, lacking, f"还差 {amount_text(lacking, unit)}：{_titles(kinds)}"),)
    word = {"days": "天", "count": "次" if duty.form == "quota" else "项"}[duty.measure]
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
    return (Missing(kinds, lacking, f"还差 {amount_text(lacking, kinds[0].amount)}：{_titles(kinds)}"),)


def _of_sequence(norm: Norm, found: Explanation) -> tuple[Missing, ...]:
    duty, finding = found.duty, found.finding
    matched = [fact.kind for fact in found.counted if fact.part == "match"]
    when = {
        "before": f"应在 {finding.due.isoformat()} 以前",
        "after": f"应在 {finding.due.isoformat()} 以前补上",
        "during": "当日应在有效期内",
    }.get(duty.direction or "", "")
    lacking = []
    for group in duty.require:
        if not any(kind in group for kind in matched):
            kinds = _kinds(norm, group)
            lacking.append(Missing(kinds, 1, f"还缺：{_titles(kinds)}，{when}"))
    if duty.cap and not any(fact.part == "cap" for fact in found.counted):
        kinds = _kinds(norm, duty.anchors)
        lacking.append(Missing(kinds, 0, "数额超过上限，或没有登记数额"))
    return tuple(lacking)
