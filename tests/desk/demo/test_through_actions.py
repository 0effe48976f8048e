"""What the demo writes in bulk is what the actions would have written: a sample of it, recorded once more."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, time

import pytest

from tests.conftest import TODAY
from tests.desk.demo.test_build import in_database
from zhibu.access import system_account
from zhibu.registers.activities import actions, rules
from zhibu.registers.activities.models import Activity
from zhibu.registers.education import actions as study
from zhibu.registers.education import rules as rules_of_study
from zhibu.registers.education.models import Reflection, Sheet, Training
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.models import Entry
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]

BRANCH = "u16"


def _facts():
    """The events of each reference, the reference left out."""
    found = defaultdict(Counter)
    for row, count in in_database("EVENTS").items():
        found[row[6]][(*row[:6], row[7])] += count
    return found


def _record(one, ids):
    """The activity as a secretary would have entered it, each step on its own day."""
    actor = system_account()
    host = Organization.objects.get(pk=ids[one.hosts[0]])
    start, end = (time.fromisoformat(moment) for moment in one.clock) if one.clock else (None, None)
    draft = actions.Draft(
        title=one.title,
        kinds=one.kinds,
        blocks=[rules.Block(one.day, one.part, start, end)],
        place=one.place,
        chair=one.chair,
        content=one.content,
        counts_for=one.counts_for,
        counts_for_reason=one.counts_for_reason,
        late_reason=one.late_reason,
    )
    papers = {paper.kind: paper for paper in one.papers}
    planned = None
    if one.planned is not None:
        planned = actions.plan_activity(actor=actor, organization=host, draft=draft, today=one.planned)
        body = papers["plan"].body
        written = actions.Written(happened=one.planned, body=body)
        actions.write_plan(actor=actor, activity=planned, written=written, today=one.planned)
    lines = [
        actions.Line(member=ids[line.person], organization=ids[unit], state=line.state, reason=line.reason)
        for unit, line in one.came
    ]
    activity = actions.record_activity(
        actor=actor, organization=host, draft=draft, lines=lines, planned=planned, today=one.recorded
    )
    for kind, write in (("record", actions.write_record), ("evaluation", actions.evaluate)):
        if kind in papers and papers[kind].recorded <= TODAY:
            paper = papers[kind]
            written = actions.Written(happened=paper.happened, body=paper.body)
            write(actor=actor, activity=activity, written=written, today=paper.recorded)
    for _, line in one.came:
        if line.made_up is not None and line.made_up <= TODAY:
            attendance = activity.attendances.get(member_id=ids[line.person])
            learnt = max(line.made_up, one.recorded)
            actions.make_up_study(
                actor=actor, attendance=attendance, day=line.made_up, how="自学", today=learnt
            )
    return activity


def test_activities_recorded_by_the_actions_prove_the_same(demo, plan):
    _, year, ids = plan
    first, last = date(2026, 9, 1), date(2026, 10, 31)
    mine = [one for one in year.happenings if one.hosts == (BRANCH,)]
    sample = [one for one in mine if first <= one.day <= last]
    sample += [one for one in mine if one.late_reason and one.recorded <= TODAY][:2]
    sample += [one for one in mine if one.counts_for and "meeting.orglife" not in one.kinds][:1]
    assert len(sample) >= 8
    before = _facts()
    Activity.objects.filter(pk__in=[ids[one.key] for one in sample]).delete()
    made = [(one, _record(one, ids).pk) for one in sample]
    after = _facts()
    for one, again in made:
        assert after[again] == before[ids[one.key]], one.title


def test_study_recorded_by_the_actions_proves_the_same(demo, plan):
    """A reflection and a training that waited a while, and a sheet of everyone."""
    _, _, ids = plan
    system, place = system_account(), Organization.objects.get(pk=ids[BRANCH])
    old = Reflection.objects.filter(organization=place, stage="accepted").order_by("-day").first()
    assert old is not None
    draft = study.ReflectionDraft(
        period=rules_of_study.period_of("quarter", old.day), day=old.day, body="体会"
    )
    wanted = _facts()[old.ref]
    old.delete()
    row = study.hand_in_reflection(
        actor=system, organization=place, member=old.member, draft=draft, today=old.recorded
    )
    assert _facts()[row.pk] == wanted
    done = Training.objects.filter(organization=place, stage="accepted").order_by("-first").first()
    assert done is not None
    wanted = _facts()[done.pk]
    Training.objects.filter(pk=done.pk).delete()
    said = study.TrainingDraft(done.title, done.first, done.last, done.minutes, kept_at=done.kept_at)
    row = study.enter_training(
        actor=system, organization=place, member=done.member, draft=said, confirmed=True, today=done.recorded
    )
    assert _facts()[row.pk] == wanted
    for kind, unit in (("study.check", "quarter"), ("study.assessment", "year")):
        sheet = Sheet.objects.filter(organization=place, kind=kind).order_by("-day").first()
        assert sheet is not None
        marks = [study.Mark(line.member, line.result) for line in sheet.lines.select_related("member")]
        wanted, recorded = _facts()[sheet.ref], sheet.lines.first().recorded
        sheet.delete()
        row = study.record_sheet(
            actor=system, kind=kind, organization=place, period=rules_of_study.period_of(unit, sheet.day),
            day=sheet.day, marks=marks, today=recorded,
        )  # fmt: skip
        assert _facts()[row.pk] == wanted


def test_entries_recorded_by_the_actions_prove_the_same(demo, plan):
    _, _, ids = plan
    kinds = (
        "dues.paid",
        "dues.due",
        "fund.spent",
        "appraisal.qualified",
        "dues.published",
    )
    for kind in (*kinds, "concurrent.study", "talk.heart", "handbook.closed"):
        old = Entry.objects.filter(kind=kind, organization_id=ids[BRANCH]).order_by("-day").first()
        assert old is not None, kind
        names = ("kind", "day", "counts_for", "counts_for_reason", "until", "amount", "ref", "note")
        values = {name: getattr(old, name) for name in names}
        organization = Organization.objects.get(pk=old.organization_id)
        member = Member.objects.get(pk=old.member_id) if old.member_id else None
        stored = ("type", "counts_for", "amount", "recorded", "day", "member_id", "organization_id")
        wanted = {name: getattr(old, name) for name in stored}
        old.delete()
        draft = evidence.Draft(**values, organization=organization, member=member)
        made = evidence.record_entry(actor=system_account(), draft=draft, today=wanted["recorded"])
        assert {name: getattr(made, name) for name in stored} == wanted, kind
