"""What the tests of study share."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from zhibu.audit.relations import Event
from zhibu.registers.education import actions, facts, rules
from zhibu.registers.members import actions as members

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
Q3, Q4 = (rules.period_of("quarter", date(2026, month, 1)) for month in (7, 10))


def events():
    """All events that study proves, sorted."""
    return sorted((Event(*row) for query in facts.EVENTS for row in query()), key=str)


@pytest.fixture
def secretary(college, account_of):
    """The secretary of 机电."""
    return account_of("branch_secretary", college.one, college.zhang)


@pytest.fixture
def zhao(college, system, today):
    """Another member of 机电."""
    return members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")


@pytest.fixture
def member(college, account_of, zhao):
    """The account of 赵六."""
    return account_of("member", college.one, zhao)


@pytest.fixture
def handed(member, zhao, college, today):
    """A reflection that 赵六 handed in today."""
    draft = actions.ReflectionDraft(period=Q4, day=today, title="学习党章", body="三点体会")
    return actions.hand_in_reflection(
        actor=member, organization=college.one, member=zhao, draft=draft, today=today
    )


@pytest.fixture
def enter(college, zhao, today):
    """Enters a training of 赵六 of one day in October."""

    def training(actor, **other):
        said = {"title": "网络学习", "first": date(2026, 10, 9), "last": date(2026, 10, 9), "minutes": 480}
        given = {
            key: other.pop(key) for key in list(other) if key not in ("file", "confirmed", "member", "today")
        }
        draft = actions.TrainingDraft(**said | {"kept_at": "本人保存"} | given)
        other.setdefault("today", today)
        return partial(actions.enter_training, organization=college.one, draft=draft)(
            actor=actor, **{"member": zhao} | other
        )

    return training
