"""Says a duty as one exact Chinese sentence (要求): numbers from the parameters, in an official's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zhibu.norm.model import Bound, Duty, Norm, Parameter, Term

PERIODS = {
    "week": ("每周", "当周周日"),
    "month": ("每月", "当月最后一天"),
    "quarter": ("每季度", "当季最后一天"),
    "half": ("每半年", "当半年最后一天"),
    "year": ("每年", "当年12月31日"),
    "teaching_week": ("每个教学周", "当周周日"),
    "teaching_month": ("每个教学月", "当月最后一天"),
    "semester": ("每学期", "学期最后一天"),
}
COMPARES = {"at_least": "不少于", "at_most": "不超过", "exactly": "恰好"}
REFERENCES = {
    "activity": "活动",
    "case": "案卷",
    "election": "次选举",
    "transfer": "次转接",
    "result": "评议结果",
    "period": "时段",
    "step": "步骤",
}
#: Days that a late registration still counts as in time where the duty names no grace of its own.
GRACE = 10


def rule(norm: Norm, duty: Duty, on: date | None = None) -> str:
    """The duty as one sentence, with the values in force on a day; None: each parameter's latest."""
    return Wording(norm, duty, on).say()


class Wording:
    """One duty on one day, said form by form."""

    def __init__(self, norm: Norm, duty: Duty, on: date | None) -> None:
        self.norm, self.duty, self.on = norm, duty, on

    def say(self) -> str:
        """The whole sentence."""
        forms = {
            "quota": self._quota,
            "standing": self._standing,
            "sequence": self._sequence,
            "streak": self._streak,
        }
        return f"{self._holds()}{forms[self.duty.form]()}。"

    def _quota(self) -> str:
        duty = self.duty
        period, last = self._period()
        limit = self._due(last)
        bound = self._measured()
        if duty.compare == "at_most":
            return f"{period}，{self._who()}{bound}；超过即为未完成"
        return f"{period}，{self._who()}{bound}，最迟{limit}完成；期满后 {self._grace()} 天内登记的仍算按时"

    def _standing(self) -> str:
        duty = self.duty
        if duty.ratio is not None:
            part, whole = (self._ratio_term(term) for term in duty.ratio)
            return f"任何一天，{self._who()}{part}与{whole}之比应{self._compared(duty.bound)}"
        lasts = f"（自起始之日起{self._number(duty.lasts)}内有效）" if duty.lasts else ""
        return f"任何一天，{self._who()}{self._measured()}{lasts}"

    def _ratio_term(self, term: Term) -> str:
        return f"{_quoted(self._titles(term.kinds))}{'合计' if term.measure == 'sum' else '数'}"

    def _sequence(self) -> str:
        duty = self.duty
        said = [self._anchor()]
        if duty.require:
            said.append(self._required())
        if duty.cap:
            said.append(f"所写数额不超过{self._number(duty.cap)}")
        if duty.require and duty.direction != "during":
            said[-1] += f"；期满后 {self._grace()} 天内登记的仍算按时"
        return "，".join(said)

    def _anchor(self) -> str:
        duty = self.duty
        if duty.anchor_duties:
            titles = [self.norm.duties[id].title for id in duty.anchor_duties]
            return f"{_quoted(titles, '、')}每有一期未完成"
        return f"每次{_quoted(self._titles(duty.anchors), '、')}"

    def _required(self) -> str:
        duty = self.duty
        groups = [_quoted(self._titles(group), "或") for group in duty.require]
        wanted = "、".join(f"{group}之一" if "”或“" in group else group for group in groups)
        tied = self._tied()
        if duty.direction == "before":
            when = f"须至少提前{self._number(duty.lead)}" if duty.lead else "须在当天或之前"
            return f"{when}有{tied}的{wanted}"
        if duty.direction == "after":
            after = "自该期最后一天起" if duty.anchor_duties else "之后"
            when = f"{after}{self._number(duty.within)}内" if duty.within else "当天"
            return f"{when}须有{tied}的{wanted}"
        lasts = f"（自起始之日起{self._number(duty.lasts)}内有效）" if duty.lasts else ""
        return f"当天须有{tied}有效的{wanted}{lasts}"

    def _tied(self) -> str:
        """What an event must share with the anchor."""
        words = []
        if "ref" in self.duty.match:
            kinds = [kind for group in self.duty.require for kind in group]
            reference = next((self.norm.kinds[kind].ref for kind in kinds if self.norm.kinds[kind].ref), "")
            words.append(f"同一{REFERENCES.get(reference, '事项')}")
        if "member" in self.duty.match:
            words.append("同一人")
        return "、".join(words)

    def _streak(self) -> str:
        duty = self.duty
        excused = f"；{_quoted(self._titles(duty.excused))}的时段不计" if duty.excused else ""
        kinds = _quoted(self._titles(duty.kinds))
        return f"{self._who()}不得连续{self._number(duty.limit)}没有{kinds}{excused}"

    def _measured(self) -> str:
        """What is measured and how it is compared, e.g. 集中学习合计不少于 1 个半天."""
        duty = self.duty
        titles = self._titles(duty.kinds)
        if duty.bound.all_of is not None:
            items = f"：{_quoted(titles)}" if titles else "（清单尚未列出，未定标准）"
            return f"应完成{self.norm.parameters[duty.bound.all_of].title}所列的全部项目{items}"
        kinds = _quoted(titles)
        least = f"（每次不少于{self._number(duty.least)}）" if duty.least else ""
        compared = self._compared(duty.bound)
        if duty.measure == "sum":
            return f"{kinds}{least}合计应{compared}"
        if duty.measure == "days":
            return f"应有{kinds}{least}，按不同的所属日期计{compared}"
        if duty.measure == "kinds":
            return f"应有{kinds}中{compared}"
        return f"应有{kinds}{'（任一）' if len(titles) > 1 else ''}{least}{compared}"

    def _compared(self, bound: Bound) -> str:
        word = COMPARES[self.duty.compare]
        if bound.sum_of:
            return f"{word}{_quoted(self._titles(bound.sum_of))}合计"
        return f"{word}{self._number(bound.parameter)}"

    def _who(self) -> str:
        subject = self.norm.subjects[self.duty.subjects]
        return f"各{subject.title}" if subject.is_organization else f"每名{subject.title}"

    def _titles(self, kinds: tuple[str, ...]) -> list[str]:
        return [self.norm.kinds[kind].title for kind in kinds]

    def _period(self) -> tuple[str, str]:
        """The period's words and its last day's."""
        period = self.duty.period or ""
        calendar = self.norm.calendar_of(self.duty)
        if period in calendar.windows:
            (first_month, first_day), (month, day) = calendar.windows[period]
            last = f"{month}月{day}日"
            return f"每年{first_month}月{first_day}日至{last}", f"{last}"
        if period in calendar.spans:
            start, months = calendar.spans[period]
            return f"自{start.year}年{start.month}月{start.day}日起每 {months} 个月", "该期最后一天"
        return PERIODS[period]

    def _due(self, last: str) -> str:
        due = self.duty.due
        if due is None:
            return last
        return f"{'次年' if self.duty.period == 'year' else '其后的'}{due.month}月{due.day}日"

    def _grace(self) -> str:
        days = self._value(self.duty.grace)
        return str(days if days is not None else GRACE)

    def _holds(self) -> str:
        words = []
        if self.duty.holds_from is not None:
            words.append(f"{_day(self.duty.holds_from)}起")
        if self.duty.holds_until is not None:
            words.append(f"{_day(self.duty.holds_until)}前")
        return f"（{'、'.join(words)}结束的时段）" if words else ""

    def _value(self, id: str | None) -> int | None:
        value = in_force(self.norm.parameters[id], self.on) if id is not None else None
        return value if isinstance(value, int) else None

    def _number(self, id: str | None) -> str:
        """A parameter's value with its unit, with a space before: ` 7 天`; 未定标准 where it has none."""
        value = self._value(id)
        if id is None or value is None:
            return "（未定标准）"
        return f" {with_unit(value, self.norm.parameters[id].unit)}"


def in_force(parameter: Parameter, on: date | None) -> int | tuple[str, ...] | None:
    """The value on a day; None as day: the latest value."""
    if on is not None:
        return parameter.on(on)
    return parameter.values[-1].value if parameter.values else None


def with_unit(value: int, unit: str) -> str:
    """A number with its unit: minutes as hours of study, fen as yuan, basis points as per cent."""
    if unit == "分钟" and value % 60 == 0:
        return f"{value // 60} 学时"
    if unit == "分":
        return f"{value // 100}.{value % 100:02d} 元"
    if unit == "万分之一":
        share = f"{value // 100}.{value % 100:02d}".rstrip("0").rstrip(".")
        return f"{share}%"
    return f"{value} {unit}"


def _quoted(titles: Sequence[str], between: str = "") -> str:
    """Titles in Chinese quotation marks."""
    return between.join(f"“{title}”" for title in titles)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
