"""What the tests of evidence share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zhibu.audit.relations import Event, State
from zhibu.registers.evidence import actions, facts
from zhibu.registers.evidence.actions import Draft
from zhibu.site import packs


def events():
    """All events that evidence proves, sorted."""
    return sorted((Event(*row) for query in facts.EVENTS for row in query()), key=str)


def states():
    """All states that evidence proves, sorted."""
    return sorted((State(*row) for query in facts.STATES for row in query()), key=str)


@pytest.fixture
def secretary(college, account_of):
    """The secretary of 机电."""
    return account_of("branch_secretary", college.one, college.zhang)


@pytest.fixture
def officer(college, account_of):
    """A committee officer."""
    return account_of("committee_officer", college.committee)


@pytest.fixture
def entered(college, secretary, today):
    """Records an entry of 机电 on today unless told otherwise."""

    def record(kind, **other):
        actor, when = other.pop("actor", secretary), other.pop("today", today)
        draft = Draft(**{"kind": kind, "organization": college.one, "day": today, **other})
        return actions.record_entry(actor=actor, draft=draft, today=when)

    return record


@pytest.fixture
def own_talks(monkeypatch):
    """The packs in use, with a kind of evidence that members enter of themselves."""
    norm = packs.norm()
    talk = replace(norm.kinds["talk.heart"], own=True)
    changed = replace(norm, kinds={**norm.kinds, "talk.heart": talk})
    monkeypatch.setattr(packs, "norm", lambda: changed)
