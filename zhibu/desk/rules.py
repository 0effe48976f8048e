"""A duty's rule as the page says it: its sentence, and its numbers with dates and sources. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from zhibu.norm.model import Dated, Duty, Norm, Parameter
from zhibu.norm.sentence import rule

__all__ = ["ParameterRow", "parameters_of", "rule"]


@dataclass(frozen=True)
class ParameterRow:
    """One value of a parameter, in words."""

    title: str
    value: str
    dated: Dated
    setting: bool


def parameters_of(norm: Norm, duty: Duty) -> list[ParameterRow]:
    """Every parameter that the duty rests on, each value with its days and source, the newest first."""
    named = (
        duty.bound.parameter,
        duty.bound.all_of,
        duty.least,
        duty.grace,
        duty.lasts,
        duty.lead,
        duty.within,
    )
    ids = dict.fromkeys(one for one in (*named, duty.cap, duty.limit) if one)
    return [
        ParameterRow(parameter.title, _value(norm, parameter, dated), dated, parameter.setting)
        for parameter in (norm.parameters[one] for one in ids)
        for dated in sorted(parameter.values, key=lambda dated: dated.first, reverse=True)
    ]


def _value(norm: Norm, parameter: Parameter, dated: Dated) -> str:
    if dated.value is None or dated.value == ():
        return "未定"
    if isinstance(dated.value, tuple):
        return "、".join(norm.kinds[kind].title if kind in norm.kinds else kind for kind in dated.value)
    return f"{dated.value} {parameter.unit}".strip()
