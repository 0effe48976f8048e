"""距达标还差什么: the same audit as of the day when the year is settled, over what is recorded now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from zhibu.audit.relations import Finding
from zhibu.desk import ahead, findings
from zhibu.norm.model import Due
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.actions import Draft
from zhibu.site import packs

DAY = date(2026, 11, 23)


def finding(duty, subject="b1", period="2026-W49", status="missed", due=date(2026, 12, 6), **given):
    values = {"required": 1, "actual": 0, "ref": None, "org": "b1"} | given
    return Finding(
        duty=duty,
        article=packs.norm().duties[duty].article,
        subject=subject,
        period=period,
        status=status,
        due=due,
        **values,
    )


def test_the_year_is_settled_when_the_last_of_it_is_due_by_the_pack():
    norm = packs.norm()
    assert ahead.settled(norm, 2026) == date(2027, 4, 1)  # what is due by March 31
    later = replace(norm.duties["dues.published"], due=Due(6, 30))
    changed = replace(norm, duties={**norm.duties, "dues.published": later})
    assert ahead.settled(changed, 2026) == date(2027, 7, 1)
    only = {id: norm.duties[id] for id in ("study.weekly", "appraisal.handled")}
    assert ahead.settled(replace(norm, duties=only), 2026) == date(2027, 3, 2)  # December 31 and sixty days
    term = {id: norm.duties[id] for id in ("study.evaluation",)}
    assert ahead.settled(replace(norm, duties=term), 2026) == date(2027, 1, 18)  # the autumn term runs on


def test_this_years_periods_count_as_of_then_and_what_stands_as_of_now():
    norm = packs.norm()
    now = [finding("dues.day", period="2026-11-23", due=DAY), finding("study.weekly", period="2026-W40")]
    then = [
        finding("dues.day", period="2027-04-01"),
        finding("study.weekly", period="2026-W49"),
        finding("study.weekly", period="2027-W05"),
        finding("study.weekly", period="2026-W50", status="met", actual=1),
    ]
    found = ahead.of_year(norm, now, then, DAY)
    assert [(one.duty, one.period) for one in found] == [
        ("dues.day", "2026-11-23"),
        ("study.weekly", "2026-W49"),
    ]


def test_what_would_follow_from_a_miss_to_come_is_not_lacking():
    norm = packs.norm()
    then = [
        finding("dues.admonished", "m1", "2026-10-31", due=date(2026, 11, 30), ref="2026-10"),
        finding("dues.admonished", "m1", "2026-12-31", due=date(2027, 1, 30), ref="2026-12"),
    ]
    assert [one.period for one in ahead.of_year(norm, [], then, DAY)] == ["2026-10-31"]


def test_members_who_lack_the_same_stand_on_one_line_with_their_names():
    norm = packs.norm()
    due = date(2026, 12, 31)
    rows = [
        finding("study.hours", "m1", "2026", due=due, required=1440, actual=1200),
        finding("study.hours", "m2", "2026", due=due, required=1440, actual=1200),
        finding("study.hours", "m3", "2026", due=due, required=1440, actual=60),
    ]
    (one,) = ahead.lacking(norm, rows, {"m1": "张三", "m2": "李四", "m3": "王五"}, DAY, frozenset())
    assert {(line.lacking, tuple(line.names)) for line in one.lines} == {
        ("还差 4 学时", ("张三", "李四")), ("还差 23 学时", ("王五",)),
    }  # fmt: skip
    assert not any(line.past for line in one.lines)


def signed_in(client, account):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.django_db
def test_a_record_takes_its_line_away(client, in_use, account_of, system, today):
    browser = signed_in(client, account_of("branch_secretary", in_use.one))
    page = browser.get("/desk/ahead/").content.decode()
    assert "党费收缴日" in page
    assert "12月30日（周三）" in page  # the last study afternoon of the year
    evidence.record_entry(
        actor=system,
        draft=Draft(kind="dues.day", organization=in_use.one, day=today, amount=None),
        today=today,
    )
    findings.forget()
    assert "党费收缴日" not in browser.get("/desk/ahead/").content.decode()


@pytest.mark.django_db
def test_of_another_committee_nothing_is_said(client, in_use, account_of):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    assert browser.get("/desk/ahead/", {"org": in_use.two.pk}).status_code == 200
    assert browser.get("/desk/ahead/", {"org": in_use.far.pk}).status_code == 404
    group = browser.get("/desk/ahead/", {"org": in_use.group.pk})  # as its page leads there
    assert (group.status_code, group.context["chosen"]) == (200, in_use.group.pk)
    assert browser.get("/desk/ahead/", {"org": "nobody"}).status_code == 404


@pytest.mark.django_db
def test_a_member_sees_no_other_members_name(client, in_use, account_of, system, today):
    from zhibu.registers.members import actions as members

    members.add(
        actor=system, organization=in_use.one, since=in_use.began, today=today, name="赵六", category="staff"
    )
    page = (
        signed_in(client, account_of("member", in_use.one, member=in_use.zhang))
        .get("/desk/ahead/")
        .content.decode()
    )
    assert "张三" in page
    assert "赵六" not in page
