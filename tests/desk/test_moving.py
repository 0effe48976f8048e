"""Entries of before move into study with their facts; what was withdrawn stays; no earlier deed is undone past it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from tests.desk.demo.test_build import in_database
from zhibu.access import chain, system_account
from zhibu.access.models import LogRow
from zhibu.access.undo import can_undo
from zhibu.cli import main
from zhibu.desk import moving
from zhibu.registers.education.models import Reflection, Sheet
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.actions import Draft
from zhibu.registers.evidence.models import Attachment, Entry
from zhibu.registers.members import actions as members
from zhibu.site import packs

pytestmark = pytest.mark.django_db


def entry(kind, college, member, **other):
    given = {"day": date(2026, 9, 20), "recorded": date(2026, 9, 22), "organization": college.one} | other
    return Entry.objects.create(kind=kind, type="event", member=member, **given)


@pytest.fixture
def before(college, system, today):
    """What a database of before holds: numbered papers, a sheet with a number, one without, one withdrawn."""
    zhao = members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")
    first = entry("study.reflection", college, zhao, ref="X-1", note="认真", kept_at="档案柜")
    Attachment.objects.create(
        entry=first, name="原件.pdf", digest="0" * 64, size=9, content_type="application/pdf", recorded=today
    )
    late = {"counts_for": date(2026, 9, 30), "counts_for_reason": "住院", "day": date(2026, 10, 9)}
    entry("study.reflection", college, college.zhang, **late)
    for one in (zhao, college.zhang):
        entry("study.check", college, one, ref="J-1", sheet="s1")
        entry("study.assessment", college, one, sheet="s2", ref="s2")
    entry("study.check", college, zhao)  # entered alone, without a number
    entry(
        "study.check", college, zhao, ref="J-1", sheet="s1", recorded=date(2026, 9, 29)
    )  # named twice on it
    entry("study.reflection", college, zhao, withdrawn=today, withdrawn_reason="重复")
    entry("talk.heart", college, zhao)
    return college


def test_every_fact_is_the_same_before_and_after(before):
    facts = in_database("EVENTS")
    assert moving.waiting()
    assert moving.adopt(actor=system_account()) == 8
    assert in_database("EVENTS") == facts
    assert max(facts.values()) == 1
    assert not moving.waiting()
    assert Counter(Entry.objects.values_list("kind", flat=True)) == {"study.reflection": 1, "talk.heart": 1}
    assert sorted(one.lines.count() for one in Sheet.objects.all()) == [1, 1, 2, 2]
    row = Reflection.objects.get(ref="X-1")
    assert (row.remark, row.kept_at, row.stage) == ("认真", "档案柜", "accepted")
    assert [one.name for one in row.attachments.all()] == ["原件.pdf"]
    assert chain.verify() is None


def test_what_was_done_before_is_not_undone_past_the_move(college, system, today, monkeypatch):
    """A deed on an entry, from the time when evidence recorded it."""
    norm = packs.norm()
    old = replace(norm.kinds["study.reflection"], register="evidence")
    with monkeypatch.context() as then:
        then.setattr(packs, "norm", lambda: replace(norm, kinds={**norm.kinds, old.id: old}))
        draft = Draft(kind="study.reflection", organization=college.one, day=today, member=college.zhang)
        evidence.record_entry(actor=system, draft=draft, today=today)
    deed = LogRow.objects.latest("number").deed
    assert can_undo(system, deed)
    moving.adopt(actor=system_account())
    assert not can_undo(system, deed)
    assert Reflection.objects.count() == 1


def test_migrating_moves_and_says_how_many_and_the_second_time_nothing(before, capsys):
    assert main(["migrate"]) == 0
    assert "8 条" in capsys.readouterr().out
    assert main(["migrate"]) == 0
    assert "条" not in capsys.readouterr().out
