"""The school calendar is an assumption until it is signed: the page shows it, the checklist asks for it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.desk import actions
from zhibu.desk.queries import doubtful
from zhibu.desk.school_calendar import READING, listed_until, needs
from zhibu.norm.model import SCHOOL_UNITS
from zhibu.site import packs

pytestmark = pytest.mark.django_db


def line(client):
    (house,) = client.get(reverse("desk:setup")).context["houses"]
    return next(step for _, steps in house[1] for step in steps if step.key == "calendar")


@pytest.fixture
def officer(college, account_of, client):
    account = account_of("committee_officer", college.committee)
    client.force_login(account)
    return account


def test_the_page_shows_the_terms_with_where_they_come_from(officer, client):
    text = client.get(reverse("desk:school_calendar")).content.decode()
    assert "2026年秋季学期" in text
    assert "2026年8月31日" in text
    assert "按历年惯例推定" in text
    assert "国庆节放假" in text
    assert reverse("desk:sign", args=["calendar"]) in text


def test_the_checklist_asks_until_it_is_signed(officer, client, today):
    open_ = line(client)
    assert not open_.complete
    assert "教务处" in open_.why
    assert open_.button[1] == reverse("desk:school_calendar")
    reading = packs.norm().readings["calendar"]
    actions.sign_reading(actor=officer, reading=reading, signed_by="教务处处长", signed=today, today=today)
    assert line(client).complete
    assert "教务处处长" in client.get(reverse("desk:school_calendar")).content.decode()


def test_a_signed_calendar_that_runs_out_asks_again(officer, today):
    norm = packs.norm()
    actions.sign_reading(
        actor=officer, reading=norm.readings["calendar"], signed_by="甲", signed=today, today=today
    )
    until = listed_until(norm)
    assert until == date(2028, 1, 16)
    assert needs(norm, date(2027, 11, 17)) == ""
    assert "2028年1月16日" in needs(norm, date(2027, 11, 18))


def test_who_may_not_sign_sees_no_button(college, account_of, client):
    client.force_login(account_of("member", college.one, college.zhang))
    text = client.get(reverse("desk:school_calendar")).content.decode()
    assert "2026年秋季学期" in text
    assert reverse("desk:sign", args=["calendar"]) not in text


def test_what_follows_from_the_calendar_is_in_doubt_until_it_is_signed(today):
    norm = packs.norm()
    others = set(norm.readings) - {READING}
    follows = {duty.id for duty in norm.duties.values() if duty.period in SCHOOL_UNITS}
    assert {"study.weekly", "study.evaluation", "four.service", "service.semester"} <= follows
    assert doubtful(norm, today, others) == follows
