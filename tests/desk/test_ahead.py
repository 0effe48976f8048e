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
    assert {line.when for line in one.lines} == {"12月31日（周四）前"}


def test_groups_are_named_and_the_branch_itself_is_not():
    rows = [
        finding("three.group", "g1", "2026-01", due=date(2026, 1, 31), org="g1"),
        finding("three.group", "g2", "2026-01", due=date(2026, 1, 31), org="g2"),
        finding("three.general", "b1", "2026-Q3", due=date(2026, 9, 30)),
    ]
    names = {"g1": "第一党小组", "g2": "第二党小组"}
    general, group = ahead.lacking(packs.norm(), rows, names, DAY, frozenset())
    assert [(line.names, group.unit) for line in group.lines] == [(["第一党小组", "第二党小组"], "个")]
    assert [line.names for line in general.lines] == [[]]


def test_what_is_exceeded_or_had_to_come_before_is_not_said_to_be_made_up():
    rows = [
        finding("funds.within", period="2026", due=date(2026, 12, 31), required=450000, actual=585000),
        finding("study.plan", period="2026-10-14", due=date(2026, 10, 14), ref="a1"),
        finding("study.record", period="2026-10-14", due=date(2026, 10, 21), ref="a1"),
    ]
    said = {
        one.duty.id: [line.when for line in one.lines]
        for one in ahead.lacking(packs.norm(), rows, {}, DAY, frozenset())
    }
    assert said == {
        "funds.within": ["已超出，请核对更正"],
        "study.plan": ["已过期，当时做了的可补录"],
        "study.record": ["已过期，可补办"],
    }


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
    assert (group.status_code, group.context["whole"]) == (200, in_use.one.pk)
    assert browser.get("/desk/ahead/", {"org": "nobody"}).status_code == 404


@pytest.mark.django_db
def test_the_page_of_a_group_leads_to_what_the_group_lacks(client, in_use, account_of):
    browser = signed_in(client, account_of("branch_secretary", in_use.one))
    page = browser.get("/desk/ahead/", {"org": in_use.group.pk})
    assert page.status_code == 200
    assert page.context["place"] == "机电第一党小组"
    assert {one.duty.id for one in page.context["lacking"]} <= {"three.group"}
    assert f'href="/desk/ahead/?org={in_use.one.pk}"' in page.content.decode()
    elsewhere = signed_in(client, account_of("branch_secretary", in_use.two))
    assert elsewhere.get("/desk/ahead/", {"org": in_use.group.pk}).status_code == 404


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
