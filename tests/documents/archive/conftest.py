"""A college in use since September 2026, with a week of records: an activity with its file, dues, a room, a post."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.access import accounts
from zhibu.desk import findings
from zhibu.documents.archive import actions, storage
from zhibu.documents.archive.models import Archive
from zhibu.documents.archive.selection import Selection
from zhibu.jobs import worker
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Draft, Line, Written
from zhibu.registers.activities.rules import Block
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.actions import Draft as Proof
from zhibu.registers.organizations.models import FirstDayOfUse

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def recorded(college, system, today, settings, tmp_path):
    """The college with its records; files and boxes lie in a folder of the test's own."""
    settings.VAR, settings.FILES = tmp_path, tmp_path / "files"
    findings.forget()
    FirstDayOfUse.objects.create(organization=college.committee, since=date(2026, 9, 1), pack="*")
    for place, member in (
        (college.one, college.zhang),
        (college.two, college.li),
        (college.far, college.foreign),
    ):
        held = activities.record_activity(
            actor=system,
            organization=place,
            draft=Draft(
                title="集体学习日：十/五*规划",
                kinds=("four.study", "study.session"),
                blocks=(Block(date(2026, 11, 18), "afternoon"),),
                content=f"{member.name}领学",
            ),
            lines=[Line(member.pk, place.pk, "present")],
            record=Written(date(2026, 11, 18), f"{place}的记录"),
            today=today,
        )
        activities.attach_file(actor=system, activity=held, name="签到表.pdf", data=PDF, today=today)
        room = evidence.record_entry(
            actor=system,
            draft=Proof(kind="room.books", organization=place, day=date(2026, 9, 1)),
            today=today,
        )
        evidence.attach_file(actor=system, entry=room, name="签到表.pdf", data=PDF + b"%2", today=today)
        evidence.record_entry(
            actor=system,
            draft=Proof(
                kind="talk.heart",
                organization=place,
                member=member,
                day=date(2026, 11, 2),
                note=f"{member.name}合格",
            ),
            today=today,
        )
    yield college
    findings.forget()


@pytest.fixture
def officer(recorded, account_of):
    """A committee officer."""
    return account_of("committee_officer", recorded.committee)


@pytest.fixture
def everything(recorded):
    """This year of the committee and its two branches, of some articles."""
    places = (recorded.committee, recorded.one, recorded.two)
    return Selection.of(("1", "4", "6", "9", "c3"), [place.pk for place in places], [2026])


@pytest.fixture
def asked(officer, everything, today):
    """A box of all of it, asked for by the officer."""
    return actions.ask(actor=officer, selection=everything, today=today)


@pytest.fixture
def made(asked):
    """The same, made."""
    worker.work_all()
    found = Archive.objects.select_related("job").get(pk=asked.pk)
    assert found.made, (found.job.state, found.job.words, found.job.refusal)
    assert storage.finished(found.pk).is_file()
    return found


@pytest.fixture
def move():
    """Ends the grants of an account and gives it another role."""

    def to(account, role, organization, system, today):
        for grant in account.grants.all():
            accounts.revoke(actor=system, given=grant, until=today)
        accounts.grant(actor=system, account=account, role=role, organization=organization, since=today)

    return to
