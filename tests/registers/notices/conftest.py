"""A college with a secretary, and a way to write and send notices."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from zhibu.registers.members import actions as members
from zhibu.registers.notices import actions
from zhibu.registers.notices.actions import Draft, Line
from zhibu.registers.notices.models import Recipient
from zhibu.registers.organizations import offices
from zhibu.site.clock import SHANGHAI

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def at(day, hour=9):
    """A moment on a day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def people(college, account_of, system, today):
    """The officer (nobody's account); both branches' secretaries; a plain member of 机电 with an account."""
    for place, member in ((college.one, college.zhang), (college.two, college.li)):
        offices.appoint(
            actor=system, organization=place, member=member, kind="branch_secretary",
            since=date(2024, 1, 1), today=today,
        )  # fmt: skip
    zhao = members.add(
        actor=system, organization=college.one, since=college.began, today=today, name="赵六", number="1003",
        category="staff",
    )  # fmt: skip
    return SimpleNamespace(
        officer=account_of("committee_officer", college.committee),
        zhang=account_of("branch_secretary", college.one, member=college.zhang),
        li=account_of("branch_secretary", college.two, member=college.li),
        member=account_of("member", college.one, member=zhao, username="zhao"),
        zhao=zhao,
    )


@pytest.fixture
def written(college, people, today):
    """Writes a draft: by default of the committee to the secretaries of both branches."""

    def write(actor=None, organization=None, lines=None, **values):
        given = {"title": "关于报送学习计划的通知", "body": "请各支部报送。"} | values
        lines = lines or [Line("organization", one.pk, "secretary") for one in (college.one, college.two)]
        return actions.save_draft(
            actor=actor or people.officer,
            organization=organization or college.committee,
            draft=Draft(lines=lines, **given),
            today=today,
        )

    return write


@pytest.fixture
def sent(written, people, today):
    """Writes and sends."""

    def send(actor=None, now=None, **values):
        notice = written(actor=actor, **values)
        return actions.send(actor=actor or people.officer, notice=notice, now=now or at(today))

    return send


def receipt(notice, member):
    """The receipt of a member."""
    return Recipient.objects.get(notice=notice, member=member)
