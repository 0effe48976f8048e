"""What is personal of someone is destroyed in every register; that and when something was stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings
from django.db import connection

from tests.registers.activities.conftest import draft
from zhibu.access import action, chain, log
from zhibu.access.models import LogRow
from zhibu.inbox import post
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Line
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence import facts
from zhibu.registers.evidence.models import Attachment, Entry
from zhibu.registers.exemptions import actions as exemptions
from zhibu.registers.members import actions
from zhibu.site import uploads

pytestmark = pytest.mark.django_db

OWN, SHARED = b"%PDF-1.4 own\n%%EOF\n", b"%PDF-1.4 shared\n%%EOF\n"
#: Words about 张三 that nobody is to find any more.
WORDS = ("张三", "心脏手术", "住院", "铁柜三层")


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES = tmp_path


@action("tests.post")
def write_to(system, member):
    post([member], kind="other", title="张三的材料", text="心脏手术")
    log(system, "tests.post", system, before=None, after=None)


@pytest.fixture
def recorded(college, system, today):
    """What several registers know of 张三; gives the entries."""
    day = date(2026, 9, 1)
    first = evidence.Draft(
        kind="development.activist", organization=college.one, day=day, member=college.zhang, note="心脏手术"
    )
    step = evidence.record_entry(
        actor=system, draft=first, begin_case=True, file=("病历.pdf", OWN), today=today
    )
    evidence.attach_file(actor=system, entry=step, name="名单.pdf", data=SHARED, today=today)
    handler = replace(
        first,
        kind="development.handled",
        member=college.li,
        organization=college.two,
        note="",
        ref=step.pk,
        ref_title="2026-09-01 确定为积极分子 张三",
    )
    other = evidence.record_entry(actor=system, draft=handler, file=("名单.pdf", SHARED), today=today)
    exemptions.apply(
        actor=system,
        organization=college.one,
        member=college.zhang,
        duty="study.hours",
        duties=frozenset({"study.hours"}),
        since=day,
        until=None,
        reason="心脏手术",
        today=today,
    )
    activities.record_activity(
        actor=system,
        organization=college.one,
        draft=draft(),
        lines=[Line(college.zhang.pk, college.one.pk, "leave", "住院")],
        today=today,
    )
    write_to(system, college.zhang)
    return step, other


def in_plain(words):
    """The tables that hold one of these words in a column that is not sealed."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                if any(word in str(value) for word in words for value in row):
                    found.add(table)
    return found


def counted():
    return sorted(str(row) for query in (*facts.EVENTS, *facts.STATES) for row in query())


def test_no_register_says_a_word_of_the_person_any_more(
    recorded, college, system, today, django_capture_on_commit_callbacks
):
    step, other = recorded
    assert {
        "evidence_case",
        "evidence_entry",
        "exemptions_exemption",
        "activities_attendance",
        "inbox_message",
    } <= (in_plain(WORDS))
    before = counted()
    actions.leave(actor=system, member=college.zhang, until=today, reason="张三住院")
    with django_capture_on_commit_callbacks(execute=True):
        actions.forget(actor=system, member=college.zhang, reason="本人申请，校党〔2026〕8号", today=today)
    assert in_plain(WORDS) == set()
    assert counted() == before
    assert Entry.objects.filter(pk__in=[step.pk, other.pk]).count() == 2
    for row in LogRow.objects.filter(object__in=[step.pk, step.ref]):
        assert chain.change_of(row) is None
    assert chain.verify() is None


def test_the_persons_files_go_from_the_disk_and_what_others_attached_stays(
    recorded, college, system, today, django_capture_on_commit_callbacks
):
    own, shared = (uploads.path_of(settings.FILES, uploads.digest_of(data)) for data in (OWN, SHARED))
    assert own.exists()
    assert shared.exists()
    actions.leave(actor=system, member=college.zhang, until=today, reason="转出")
    with django_capture_on_commit_callbacks(execute=True):
        actions.forget(actor=system, member=college.zhang, reason="本人申请", today=today)
    assert not own.exists()
    assert shared.exists()
    assert [one.entry_id for one in Attachment.objects.all()] == [recorded[1].pk]
