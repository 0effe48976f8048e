"""The workbench (工作台): what is to do by date, where the year stands, what was done lately."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.access import permits, scope
from zhibu.access import queries as log_queries
from zhibu.access.permission import permit
from zhibu.access.shown import history
from zhibu.audit.relations import Finding
from zhibu.desk import (
    administration,
    elections,
    findings,
    glance,
    gone,
    lists,
    mending,
    of_branches,
    openings,
    queries,
    tasks,
)
from zhibu.desk.addresses import Addresses, article_number
from zhibu.desk.cells import Seen
from zhibu.desk.document import Place
from zhibu.desk.entrusted import by_duty, entrusted
from zhibu.desk.readings import signatures
from zhibu.desk.received import received
from zhibu.desk.tasks import Errand, Task
from zhibu.norm.model import Norm
from zhibu.registers.activities.models import Activity, Host
from zhibu.registers.activities.month import month_of
from zhibu.registers.education import kinds as study
from zhibu.registers.education import queries as education
from zhibu.registers.education import rules
from zhibu.registers.evidence import queries as evidence
from zhibu.registers.exemptions.models import Exemption
from zhibu.registers.members.importing.models import Upload
from zhibu.registers.members.queries import groups_reached, in_group
from zhibu.registers.organizations.models import Placement
from zhibu.site import clock, packs
from zhibu.site.wording import WEEKDAYS

#: So many lines of a group are seen at once; the others unfold.
MOST = 8
#: So many of the reader's last deeds.
LATELY = 5
#: Whoever has one of these does the work that the findings ask for; others look on.
WORK = ("activities.record", "evidence.record")


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


@require_safe
def workbench(request: HttpRequest) -> HttpResponse:
    """The first page: tasks from the findings within reach; for who has many branches what these are behind on."""
    reader: Any = request.user
    permit(reader, "desk.read")
    norm, day = packs.norm(), clock.today()
    kept = findings.findings(day)
    reach = queries.reach(reader)
    seen = queries.seen(norm, kept, reach)
    tree = queries.placements(day)
    places = queries.places(tree, reach, day)
    branches = [place for place in places if place.kind == "branch"]
    several = len(branches) > 1
    group = next(iter(groups_reached(reader, tree)), None)
    own = seen.of_subject(reader.member_id)
    signed = frozenset(signatures(norm))
    doubtful = queries.doubtful(norm, day, signed)
    at = Addresses(day, day)
    works = any(scope.roots(reader, verb) for verb in WORK)
    watched = places if reach.people_of and not works else branches if several else []
    # Whoever looks on sees the committee itself among them.
    whose: of_branches.Whose = "支部" if works else "党组织"
    part = entrusted(reader, norm)
    others = seen.only(duties=norm.duties.keys() - part.duties) if part else seen
    # Whoever sees no other person sees what the branch has done; the own stands in a table of its own.
    stands = others if reach.people_of else others.of_organizations()
    key = ("tasks", reach, reader.member_id, works, part)
    reckoned = kept.derived.get(key)
    if reckoned is None:
        mine = _mine(others, places, several, reader.member_id, reach.people_of) if works else own
        tallied = mine if works else stands
        tallies = [] if several else [one for one in tasks.tallies(norm, tallied) if one.total > 1]
        own_part = tasks.tasks(norm, seen.only(duties=part.duties), day) if part else {}
        to_do = tasks.tasks(norm, mine, day)
        there = _there([*to_do.values(), *own_part.values()], day)
        reckoned = kept.derived[key] = (to_do, tallies, own_part, there)
    groups, tallies, own_part, there = reckoned
    found = [*groups.values(), *own_part.values()]
    single = [task.first for lines in found for task in lines if task.single]
    names = queries.names(single, tree)
    handed = education.own_handed(reader)
    # Where the tasks are of one place alone it needs no name; the groups of a branch do.
    unnamed = {place.id for place in places} if len(places) - len(branches) <= 1 else frozenset[str]()
    words = _Words(norm, tree, day, signed, reader, names, unnamed, works, handed, there)
    asked = received(reader, day)
    if works and not part:
        asked += elections.ending(reader, norm, kept, tree, day)
    shown = {
        "lost": gone.lost_packs(norm, kept, reach),
        "today": day,
        "weekday": WEEKDAYS[day.weekday()],
        "groups": words.groups({} if part else groups, tasks.errands(asked, day)),
        "part": {
            "title": part.title,
            "groups": by_duty(words, own_part, [place.id for place in places]),
            "counts": lists.counts(seen.only(duties=part.duties), doubtful),
            "others": words.groups(groups, {}),
        }
        if part
        else None,
        "of_branches": of_branches.shown(request, words, norm, others, watched, day, whose)
        if watched
        else None,
        "own": glance.own(norm, own, day, at, doubtful) if own else [],
        "certificates": glance.certificates(reader, norm, day) if reader.member_id else [],
        "of_month": glance.of_month(norm, seen, branches, day, at),
        "tallies": tallies,
        "counts": lists.counts(others.only(reach.people_of) if group else stands, doubtful),
        "several": several,
        "works": works,
        "administration": administration.administration(reader),
        "branch": branches[0] if len(branches) == 1 and not group else None,
        "group": group,
        "of_group": in_group(group, day) if group else [],
        "lately": history(reader, log_queries.own_rows(reader))[:LATELY],
        "waiting": _waiting(reader),
        "month": month_of(request, day) if permits(reader, "activities.read") else None,
        "may_record": permits(reader, "activities.record"),
    }
    return render(request, "desk/workbench.html", shown)


def _mine(
    seen: Seen,
    places: Sequence[Place],
    several: bool,
    member: str | None,
    people_of: frozenset[str],
) -> list[Finding]:
    """Whose tasks these are: of one branch or group everything; of many only the committee's own; and the own."""
    if several:
        heads = {place.id for place in places if place.kind != "branch"}
        return list(seen.only(heads))
    own = [one for one in seen.of_subject(member) if one.org not in people_of]
    return [*seen.only(people_of), *own]


def _there(found: Iterable[Iterable[Task]], day: date) -> list[tuple[str, str, date, date]]:
    """What is recorded already of the kinds of tasks that ask for several: organization, kind, from and to when."""
    several = [task for lines in found for task in lines if of_several(task)]
    if not several:
        return []
    kinds = {kind for task in several for kind in task.duty.kinds}
    return evidence.recorded(kinds, {task.org for task in several}, date(day.year - 1, 1, 1))


def errand_line(one: Errand) -> TaskLine:
    """An errand as a line of the workbench."""
    return TaskLine(one.due, one.title, one.said, one.why, "", one.address, one.button, doubtful=False)


class _Words:
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


def of_several(task: Task) -> bool:
    """An organization's task that asks for different kinds, each recorded by itself."""
    return task.single and not task.people and task.duty.measure == "kinds"


def _waiting(reader: Any) -> list[tuple[str, str]]:
    """What others wait for: exemptions to decide, joint activities to confirm, rosters not yet imported."""
    lines = []
    deciding = scope.reachable(reader, "exemptions.decide")
    if deciding:
        asked = Exemption.objects.filter(stage=Exemption.Stage.APPLIED, organization__in=deciding).count()
        lines.append((asked, "项免除待审批", "/exemptions/?stage=applied"))
    recording = scope.reachable(reader, "activities.record")
    if recording:
        joint = Host.objects.filter(organization__in=recording, recorded__isnull=True)
        joint = joint.filter(activity__status=Activity.Status.HELD)
        lines.append((joint.count(), "次联合活动待本支部确认", reverse("activity_list")))
    waits = education.waiting(reader)
    address = reverse("education_reflections")
    lines.append((waits.get(study.REFLECTION, 0), "篇心得待阅", f"{address}?period=&stage=handed"))
    address = reverse("education_trainings")
    lines.append((waits.get(study.TRAINING, 0), "次外出培训待确认", f"{address}?stage=handed"))
    if scope.reachable(reader, "roster.import"):
        uploads = Upload.objects.filter(account=reader.pk).count()
        lines.append((uploads, "份名册已上传、还没有导入", reverse("roster_import")))
    return [(f"{count} {words}", address) for count, words, address in lines if count]
