"""The workbench (工作台): what is to do by date, where the year stands, what was done lately."""

from __future__ import annotations

from collections.abc import Sequence
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
    of_branches,
    queries,
    tasks,
)
from zhibu.desk.addresses import Addresses
from zhibu.desk.cells import Seen
from zhibu.desk.document import Place
from zhibu.desk.entrusted import by_duty, entrusted
from zhibu.desk.lines import Words, recorded_of
from zhibu.desk.readings import signatures
from zhibu.desk.received import received
from zhibu.registers.activities.models import Activity, Host
from zhibu.registers.activities.month import month_of
from zhibu.registers.education import kinds as study
from zhibu.registers.education import queries as education
from zhibu.registers.exemptions.models import Exemption
from zhibu.registers.members.importing.models import Upload
from zhibu.registers.members.queries import groups_reached, in_group
from zhibu.site import clock, packs
from zhibu.site.wording import WEEKDAYS

#: So many of the reader's last deeds.
LATELY = 5
#: Whoever has one of these does the work that the findings ask for; others look on.
WORK = ("activities.record", "evidence.record")


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
        there = recorded_of([*to_do.values(), *own_part.values()], day)
        reckoned = kept.derived[key] = (to_do, tallies, own_part, there)
    groups, tallies, own_part, there = reckoned
    found = [*groups.values(), *own_part.values()]
    single = [task.first for lines in found for task in lines if task.single]
    names = queries.names(single, tree)
    handed = education.own_handed(reader)
    # Where the tasks are of one place alone it needs no name; the groups of a branch do.
    unnamed = {place.id for place in places} if len(places) - len(branches) <= 1 else frozenset[str]()
    words = Words(norm, tree, day, signed, reader, names, unnamed, works, handed, there)
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
