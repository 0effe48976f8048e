"""Tasks and errands as lines of the workbench: in words, with the one button that does each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from zhibu.desk import mending, openings, queries, tasks
from zhibu.desk.addresses import Addresses
from zhibu.desk.tasks import Errand, Task
from zhibu.norm.model import Norm
from zhibu.norm.order import article_number
from zhibu.registers.education import kinds as study
from zhibu.registers.education import rules
from zhibu.registers.evidence import queries as evidence
from zhibu.registers.organizations.models import Placement

#: So many lines of a group are seen at once; the others unfold.
MOST = 8


@dataclass(frozen=True)
class TaskLine:
    """A task in words."""

    due: date | None
    title: str
    said: str
    why: str  # the norm and the article, or who asked
    where: str  # the one person, or the organization where the reader has several
    address: str
    button: tuple[str, str]  # address, label
    doubtful: bool  # the duty rests on a reading that is not signed
    momentary: bool = False  # lacking now, whatever the day


@dataclass(frozen=True)
class Group:
    """The tasks of one stretch of time."""

    key: str
    title: str
    lines: list[TaskLine]
    folded: list[TaskLine]


def errand_line(one: Errand) -> TaskLine:
    """An errand as a line of the workbench."""
    return TaskLine(one.due, one.title, one.said, one.why, "", one.address, one.button, doubtful=False)


def of_several(task: Task) -> bool:
    """An organization's task that asks for different kinds, each recorded by itself."""
    return task.single and not task.people and task.duty.measure == "kinds"


def recorded_of(found: Iterable[Iterable[Task]], day: date) -> list[tuple[str, str, date, date]]:
    """What is recorded already of the kinds of tasks that ask for several: organization, kind, from and to when."""
    several = [task for lines in found for task in lines if of_several(task)]
    if not several:
        return []
    kinds = {kind for task in several for kind in task.duty.kinds}
    return evidence.recorded(kinds, {task.org for task in several}, date(day.year - 1, 1, 1))


class Words:
    """Tasks in words, with the one button that does each."""

    def __init__(
        self,
        norm: Norm,
        tree: list[Placement],
        day: date,
        signed: frozenset[str],
        reader: Any,
        names: Mapping[str, str],
        unnamed: Collection[str],
        works: bool,
        handed: Sequence[tuple[date, str, bool]],
        there: Sequence[tuple[str, str, date, date]],
    ) -> None:
        self.there = there
        self.works, self.handed = works, handed
        self.norm, self.tree, self.day, self.signed = norm, tree, day, signed
        self.reader, self.names, self.unnamed = reader, names, unnamed
        self.at = Addresses(day, day)
        self.house = tasks.in_order(norm)[0].pack if norm.duties else ""

    def groups(
        self, found: Mapping[tasks.When, list[Task]], errands: Mapping[tasks.When, list[Errand]]
    ) -> list[Group]:
        """The groups with their first lines and those that unfold; what others wait for comes first."""
        made = []
        for when, title in tasks.TITLES.items():
            lines = [errand_line(one) for one in errands.get(when, ())]
            lines += [self.line(task) for task in found.get(when, ())]
            if lines:
                made.append(Group(when, title, lines[:MOST], lines[MOST:]))
        return made

    def why(self, duty_id: str) -> str:
        """The norm and the article that ask for it."""
        duty = self.norm.duties[duty_id]
        pack = "规范" if duty.pack == self.house else self.norm.packs[duty.pack].title
        return f"{pack}第 {article_number(duty.article)} 条"

    def duty_address(self, duty_id: str) -> str:
        """The page of a duty."""
        return self.at.duty(duty_id)

    def doubtful(self, duty_id: str) -> bool:
        """True while a reading that the duty rests on is not signed."""
        return any(one not in self.signed for one in self.norm.duties[duty_id].readings)

    def line(self, task: Task) -> TaskLine:
        """One task."""
        address, button = self.opens(task)
        said = self.said(task)
        if handed := self._handed(task):
            identity, returned = handed
            page = "education_reflection_edit" if returned else "education_reflection"
            said = "已退回，修改后重交" if returned else "已交，支部阅后计入"
            button = reverse(page, args=[identity]), "修改" if returned else "查看"
        elif not self.works and button[0] == address:
            said = f"{said}，由支部登记"
        return TaskLine(
            due=task.due,
            title=task.duty.title,
            said=said,
            why=self.why(task.duty.id),
            where=self._where(task),
            address=address,
            button=button,
            doubtful=self.doubtful(task.duty.id),
            momentary=task.momentary,
        )

    def _handed(self, task: Task) -> tuple[str, bool] | None:
        """The reader's own reflection that would do the task once it is read, and whether it was returned first."""
        unit = str(task.duty.period)
        own = task.single and task.first.subject == self.reader.member_id
        if not own or study.REFLECTION not in task.duty.kinds or unit not in rules.MONTHS:
            return None
        found = [
            (pk, returned)
            for day, pk, returned in self.handed
            if rules.period_of(unit, day).name == task.first.period
        ]
        # What waits to be read comes before what was returned.
        return min(found, key=lambda one: one[1], default=None)

    def said(self, task: Task) -> str:
        """What is lacking, in words."""
        return tasks.said(self.norm, task, self.day)

    def opens(self, task: Task) -> tuple[str, tuple[str, str]]:
        """Where a task is explained, and the one button that does it."""
        listed = self.at.duty(task.duty.id, task.org) if task.people else self.at.duty(task.duty.id)
        address = self.at.finding(task.first) if task.single else listed
        return address, self._button(task, address)

    def _where(self, task: Task) -> str:
        """Whom it is about: one person by name, one of several organizations by name."""
        if task.single and task.people:
            return (
                "" if task.first.subject == self.reader.member_id else self.names.get(task.first.subject, "")
            )
        return "" if task.org in self.unnamed else self.names.get(task.org, "")

    def _button(self, task: Task, address: str) -> tuple[str, str]:
        kinds = tasks.mended_by(task.duty, task.first)
        sheet = next((self.norm.kinds[kind] for kind in kinds if self.norm.kinds[kind].sheet), None)
        if task.count > 1 and task.people and sheet:
            fits = queries.host(self.tree, sheet, task.org) == task.org
            if fits and openings.may_record(self.reader, sheet, task.org):
                form = "education_new" if sheet.register == study.REGISTER else "evidence_sheet"
                day = mending.mending_day(self.norm, task.first, sheet, self.day)
                period = (
                    f"&period={task.first.period}"
                    if sheet.register == study.REGISTER
                    else f"&month={day.counts_for or day.happened:%Y-%m}"
                )
                return f"{reverse(form)}?kind={sheet.id}&organization={task.org}{period}", "填表"
        elif (task.single or not task.people) and (kind := self._next(task, kinds)):
            form = openings.form_of(
                self.reader, self.norm, self.tree, task.first, self.norm.kinds[kind], self.day
            )
            if form:
                return form, "登记"
        return address, "查看"

    def _next(self, task: Task, kinds: Sequence[str]) -> str:
        """The kind to record next: the only one, or of several that are all asked for the first that is not there."""
        if len(kinds) == 1:
            return kinds[0]
        if not of_several(task):
            return ""
        period = mending.period_of(self.norm, task.duty, task.first)
        first, last = (period.first, period.last) if period else (self.day, self.day)
        there = {
            kind
            for org, kind, since, until in self.there
            if org == task.org and since <= last and until >= first
        }
        return next((kind for kind in kinds if kind not in there), "")
