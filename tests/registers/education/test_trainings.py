"""Trainings outside: entered with proof, confirmed by another, returned; hours split on the new year."""

from __future__ import annotations

from datetime import date

import pytest

from tests.registers.education.conftest import PDF, events
from zhibu.access import NotPermitted, Refused
from zhibu.access.models import LogRow
from zhibu.access.undo import undo
from zhibu.registers.education import actions
from zhibu.registers.education.actions import TrainingDraft
from zhibu.registers.education.models import Training

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 9)


def test_only_a_confirmed_one_counts_from_the_day_of_confirming(
    enter, member, secretary, college, zhao, today
):
    row = enter(member, file=("证书.pdf", PDF))
    assert events() == []
    actions.confirm_training(actor=secretary, training=row, today=today)
    assert events() == [("training", college.one.pk, zhao.pk, DAY, DAY, 480, row.pk, today)]
    undo(actor=secretary, deed=LogRow.objects.latest("number").deed)
    assert events() == []
    assert [one.name for one in Training.objects.get().attachments.all()] == ["证书.pdf"]


def test_returned_with_a_reason_it_is_changed_and_confirmed(enter, member, secretary, today):
    row = enter(member)
    actions.return_to_member(actor=secretary, record=row, remark="证书看不清")
    draft = TrainingDraft("网络学习", DAY, DAY, 240, kept_at="本人保存")
    actions.change_training(actor=member, training=row, draft=draft, file=("证书.pdf", PDF), today=today)
    assert (row.stage, row.remark) == ("handed", "证书看不清")
    actions.confirm_training(actor=secretary, training=row, today=today)
    assert [one.amount for one in events()] == [240]
    with pytest.raises(Refused) as refusal:
        actions.change_training(actor=member, training=row, draft=draft, today=today)
    assert refusal.value.code == "education.not_open"


def test_across_the_new_year_each_year_has_its_own_hours(enter, member, secretary, college, today):
    row = enter(member, first=date(2025, 12, 29), last=date(2026, 1, 3), minutes=960, minutes_next=480)
    actions.confirm_training(actor=secretary, training=row, today=today)
    assert [(one.day, one.happened, one.amount, one.ref) for one in events()] == [
        (date(2025, 12, 29), date(2025, 12, 29), 960, row.pk),
        (date(2026, 1, 1), date(2026, 1, 1), 480, row.pk),
    ]


def test_nobody_confirms_the_own(enter, secretary, account_of, college, today):
    row = enter(secretary, member=college.zhang, confirmed=True)
    assert row.stage == "handed"
    with pytest.raises(Refused) as refusal:
        actions.confirm_training(actor=secretary, training=row, today=today)
    assert refusal.value.code == "education.own_training"
    officer = account_of("committee_officer", college.committee)
    actions.confirm_training(actor=officer, training=row, today=today)
    assert len(events()) == 1


def test_the_branch_enters_for_another_with_the_proof_in_hand(enter, secretary, today):
    assert enter(secretary, confirmed=True).recorded == today
    assert enter(secretary, title="另一次").stage == "handed"
    assert len(events()) == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"kept_at": ""}, "education.no_proof"),
        ({"title": " "}, "education.no_title"),
        ({"last": date(2026, 11, 24)}, "education.training"),
        ({"first": date(2019, 12, 1), "last": date(2019, 12, 1)}, "education.not_member"),
    ],
)
def test_what_is_refused(enter, member, said, code):
    with pytest.raises(Refused) as refusal:
        enter(member, **said)
    assert refusal.value.code == code
    assert not Training.objects.exists()


def test_the_same_is_entered_once(enter, member):
    enter(member)
    with pytest.raises(Refused) as refusal:
        enter(member)
    assert refusal.value.code == "education.same"


def test_of_others_and_elsewhere_nobody_enters_or_confirms(enter, member, college, account_of, today):
    with pytest.raises(NotPermitted):
        enter(member, member=college.zhang)
    row = enter(member)
    for actor in (
        member,
        account_of("branch_secretary", college.two, college.li),
        account_of("auditor", college.committee),
    ):
        with pytest.raises(NotPermitted):
            actions.confirm_training(actor=actor, training=row, today=today)
