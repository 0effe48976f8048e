"""What the tests of activities share: a draft of a Wednesday, lines, the facts as tuples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from zhibu.audit.relations import Event
from zhibu.registers.activities import actions, facts
from zhibu.registers.activities.actions import Draft, Line
from zhibu.registers.activities.rules import Block

WEDNESDAY = date(2026, 11, 18)


def draft(day=WEDNESDAY, kinds=("four.study", "study.session"), part="afternoon", **other):
    given = Draft(
        title="集体学习日",
        kinds=tuple(kinds),
        blocks=(Block(day, part),),
        place="实训楼 301",
        content="学习党章",
    )
    return replace(given, **other)


def events(kind=None):
    """All events that activities prove, sorted; those of a kind (or a beginning with a dot) only."""
    found = [Event(*row) for query in facts.EVENTS for row in query()]
    if kind:
        found = [
            row for row in found if row.kind == kind or (kind.endswith(".") and row.kind.startswith(kind))
        ]
    return sorted(found, key=lambda row: tuple(str(part) for part in row))


@pytest.fixture
def secretary(college, account_of):
    """The secretary of 机电."""
    return account_of("branch_secretary", college.one, college.zhang)


@pytest.fixture
def officer(college, account_of):
    """A committee officer."""
    return account_of("committee_officer", college.committee)


@pytest.fixture
def held(college, secretary, today):
    """Records an activity of 机电 with 张三 present."""

    def record(given=None, lines=None, **other):
        return actions.record_activity(
            actor=other.pop("actor", secretary),
            organization=other.pop("organization", college.one),
            draft=given or draft(),
            lines=lines or [Line(college.zhang.pk, college.one.pk, "present")],
            today=other.pop("today", today),
            **other,
        )

    return record
