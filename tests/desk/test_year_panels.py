"""All of an organization or a person on one page, year by year: what is shown, to whom, and with how many queries."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.audit.relations import Finding
from zhibu.desk import year
from zhibu.desk.addresses import Addresses
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Draft, Line
from zhibu.registers.activities.rules import Block
from zhibu.registers.education import actions as study
from zhibu.registers.education import rules
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.actions import Draft as Entry
from zhibu.registers.exemptions import actions as exemptions
from zhibu.registers.members import actions as members
from zhibu.registers.organizations import actions as organizations
from zhibu.registers.organizations import offices
from zhibu.site import packs

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
QUARTER = rules.period_of("quarter", TODAY)


def finding(duty, period, status="met", due=date(2026, 6, 30), subject="b1", org="b1", **given):
    values = {"required": 1, "actual": 1, "ref": None, "article": packs.norm().duties[duty].article} | given
    return Finding(duty=duty, subject=subject, org=org, period=period, status=status, due=due, **values)


def record(college, system, number, today, day=None):
    """A member, an activity, evidence, an exemption, a post and a group more at 机电."""
    one = members.add(
        actor=system, organization=college.one, since=college.began, today=today, name=f"新人{number}"
    )
    members.apply(actor=system, organization=college.one, since=today, today=today, name=f"申请人{number}")
    activities.record_activity(
        actor=system,
        organization=college.one,
        draft=Draft(
            title=f"集体学习日{number}",
            kinds=("four.study", "study.session"),
            blocks=(Block(day or date(2026, 11, 20 - number * 4), "afternoon"),),
            content="学习",
            late_reason="补录",
        ),
        lines=[Line(college.zhang.pk, college.one.pk, "present", "")],
        today=today,
    )
    draft = Entry(
        kind="talk.heart", organization=college.one, day=date(2026, 10, 1 + number), member=college.zhang
    )
    evidence.record_entry(actor=system, draft=draft, today=today)
    study.hand_in_reflection(
        actor=system, organization=college.one, member=college.zhang, today=today,
        draft=study.ReflectionDraft(QUARTER, date(2026, 10, 1 + number), f"体会{number}", "三点"),
    )  # fmt: skip
    day_of = date(2026, 8, number)
    study.enter_training(
        actor=system, organization=college.one, member=college.zhang, confirmed=True, today=today,
        draft=study.TrainingDraft(f"网络学习{number}", day_of, day_of, 480, kept_at="本人"),
    )  # fmt: skip
    study.record_sheet(
        actor=system, kind="study.check", organization=college.one, period=QUARTER,
        day=date(2026, 10, 10 + number), marks=[study.Mark(one)], today=today,
    )  # fmt: skip
    evidence.record_entry(
        actor=system, draft=Entry(kind="room.books", organization=college.one, day=date(2026, 9, 1 + number)),
        today=today,
    )  # fmt: skip
    for member in (None, college.zhang):
        exemptions.apply(
            actor=system, organization=college.one, member=member, duty="study.hours",
            duties=frozenset({"study.hours"}), since=date(2026, 1 + number, 1), until=date(2026, 1 + number, 20),
            reason="病假", today=today,
        )  # fmt: skip
    offices.appoint(
        actor=system, organization=college.one, member=one, kind="branch_committee_member",
        since=date(2024, 1, 1), today=today,
    )  # fmt: skip
    offices.start_term(actor=system, organization=college.one, since=date(2020 + number, 1, 1), today=today)
    organizations.establish(
        actor=system, name=f"第{number + 2}党小组", kind="group", parent=college.one, since=college.began
    )


TABS = ("", "offices", "people", "activities", "education", "evidence")


@pytest.mark.parametrize("tab", TABS)
def test_an_organizations_tabs_ask_as_much_for_three_rows_as_for_one(
    tab, client, in_use, account_of, system, today, django_assert_num_queries, queries_of
):
    client.force_login(account_of("branch_secretary", in_use.one))
    address = reverse("organization", args=[in_use.one.pk])
    record(in_use, system, 1, today)
    one = queries_of(client, address, {"tab": tab})
    record(in_use, system, 2, today)
    record(in_use, system, 3, today)
    assert queries_of(client, address, {"tab": tab}) == one


@pytest.mark.parametrize("tab", ["", "life", "activities", "education", "evidence"])
def test_a_persons_tabs_ask_as_much_for_three_rows_as_for_one(
    tab, client, in_use, account_of, system, today, queries_of
):
    client.force_login(account_of("branch_secretary", in_use.one))
    address = reverse("member", args=[in_use.zhang.pk])
    record(in_use, system, 1, today)
    one = queries_of(client, address, {"tab": tab})
    record(in_use, system, 2, today)
    record(in_use, system, 3, today)
    assert queries_of(client, address, {"tab": tab}) == one


@pytest.fixture
def queries_of(django_assert_max_num_queries):
    """How many queries the second request of a page makes (what is kept is kept by then)."""

    def count(client, address, query):
        assert client.get(address, query).status_code == 200
        with django_assert_max_num_queries(60) as asked:
            client.get(address, query)
        return len(asked)

    return count


def test_the_first_tab_says_who_leads_until_when_and_how_the_year_stands(
    client, in_use, account_of, system, today
):
    record(in_use, system, 3, today)
    offices.appoint(
        actor=system, organization=in_use.one, member=in_use.zhang, kind="branch_secretary",
        since=date(2023, 12, 1), today=today,
    )  # fmt: skip
    offices.start_term(actor=system, organization=in_use.one, since=date(2023, 12, 1), today=today)
    client.force_login(account_of("branch_secretary", in_use.one))
    page = client.get(reverse("organization", args=[in_use.one.pk])).content.decode()
    assert "2026年12月1日届满" in page
    assert "还有 8 天" in page
    assert "张三 <span" in page
    article = next(
        one for one in packs.norm().articles if one.id == packs.norm().duties["study.weekly"].article
    )
    assert article.title in page
    assert f"/findings/list/?org={in_use.one.pk}&amp;article={article.id}" in page


def test_the_members_of_any_day_are_listed(client, in_use, account_of, system, today):
    members.transfer(
        actor=system, member=in_use.zhang, organization=in_use.two, since=date(2026, 5, 1), today=today
    )
    client.force_login(account_of("branch_secretary", in_use.one))
    address = reverse("organization", args=[in_use.one.pk])
    assert "张三" in client.get(address, {"tab": "people", "day": "2026-04-30"}).content.decode()
    assert "没有在册党员" in client.get(address, {"tab": "people", "day": "2026-05-01"}).content.decode()


def test_an_earlier_year_has_its_own_activities_and_findings(client, in_use, account_of, system, today):
    record(in_use, system, 1, today)
    record(in_use, system, 2, today, day=date(2025, 11, 19))
    client.force_login(account_of("branch_secretary", in_use.one))
    address = reverse("organization", args=[in_use.one.pk])
    page = client.get(address, {"tab": "activities", "year": "2025"})
    assert page.context["drawn"].years == [2026, 2025]
    assert "集体学习日2" in page.content.decode()
    assert "集体学习日1" not in page.content.decode()
    # In use since September 2026: nothing was owed in 2025.
    assert "启用日期之前不欠账" in client.get(address, {"year": "2025"}).content.decode()


@pytest.mark.parametrize(
    "query", [{"year": "九"}, {"year": "2999"}, {"day": "x"}, {"day": "0001-01-01"}, {"tab": "x"}]
)
def test_nonsense_is_said_and_left_out(query, client, in_use, account_of):
    client.force_login(account_of("branch_secretary", in_use.one))
    for name, one in (("organization", in_use.one), ("member", in_use.zhang)):
        page = client.get(reverse(name, args=[one.pk]), query)
        assert page.status_code == 200
        assert 'class="message warning"' in page.content.decode()
        assert page.context["drawn"].asked.year == 2026


def test_a_member_sees_the_own_year_and_no_tab_that_does_not_open(client, in_use, account_of, system, today):
    record(in_use, system, 1, today)
    client.force_login(account_of("member", in_use.one, member=in_use.zhang))
    page = client.get(reverse("member", args=[in_use.zhang.pk]))
    assert "2026年的要求" in page.content.decode()
    assert [tab.title for tab in page.context["drawn"].tabs] == [
        "概况",
        "经历",
        "活动和学时",
        "学习",
        "佐证",
        "打印",
    ]
    hours = client.get(reverse("member", args=[in_use.zhang.pk]), {"tab": "activities"}).content.decode()
    assert "4 学时" in hours
    branch = client.get(reverse("organization", args=[in_use.one.pk]))
    # Persons and evidence of the branch are not a member's to see.
    assert [tab.title for tab in branch.context["drawn"].tabs] == ["概况", "班子与届期", "活动"]
    assert (
        "申请人1"
        not in client.get(reverse("organization", args=[in_use.one.pk]), {"tab": "people"}).content.decode()
    )


def test_the_way_of_a_person_is_told_in_order(client, in_use, account_of, system, today):
    members.change_profile(
        actor=system, member=in_use.zhang, today=today, joined=date(2010, 7, 1), confirmed=date(2011, 7, 1)
    )
    members.transfer(
        actor=system, member=in_use.zhang, organization=in_use.two, since=date(2026, 5, 1), today=today
    )
    client.force_login(account_of("committee_officer", in_use.committee))
    page = client.get(reverse("member", args=[in_use.zhang.pk]), {"tab": "life"})
    assert [(one.day.year, one.what) for one in page.context["timeline"]] == [
        (2010, "加入党组织"),
        (2011, "转为正式党员"),
        (2020, "转入"),
        (2026, "转接组织关系"),
    ]


def test_the_list_of_findings_keeps_to_the_year(client, in_use, account_of, system, today):
    in_use.committee.first_days_of_use.update(since=date(2024, 1, 1))
    client.force_login(account_of("branch_secretary", in_use.one))
    page = client.get(reverse("desk:findings"), {"org": in_use.one.pk, "year": "2025"})
    found = list(page.context["shown"].rows)
    assert found
    assert "只列 2025 年" in page.content.decode()
    periods = [cell["shown"] for row in found for cell in row if cell["title"] == "期间"]
    assert all("2025年" in period for period in periods), periods
    explained = found[0][0]["address"]
    assert "year=2025" in explained
    assert client.get(explained).status_code == 200
    assert client.get(reverse("desk:findings"), {"year": "abc"}).status_code == 200


def test_an_earlier_year_says_which_duties_it_leaves_out_and_where_they_are(client, in_use, account_of):
    in_use.committee.first_days_of_use.update(since=date(2024, 1, 1))
    client.force_login(account_of("committee_officer", in_use.committee))
    norm = packs.norm()
    for name, one, duty in (
        ("organization", in_use.one, "venue.six"),
        ("member", in_use.zhang, "org.affiliation"),
    ):
        address = reverse(name, args=[one.pk])
        text = client.get(address, {"year": "2025"}).content.decode()
        assert "不按年度计算，这里没有列" in text
        line = text.split("不按年度计算", 1)[1]
        assert "2025年12月31日当天的检查结果" in line
        there = client.get(line.split('href="', 1)[1].split('"', 1)[0].replace("&amp;", "&"))
        titles = {there.context["shown"].records[0].duty}
        titles |= {row.duty for row in there.context["shown"].records}
        assert duty in titles, titles
        assert "不按年度计算" not in client.get(address).content.decode()
    rows = [finding("study.weekly", "2025-W10"), finding("venue.six", TODAY.isoformat(), "missed")]
    assert year.of_no_year(norm, rows) == [norm.duties["venue.six"].title]


def test_what_only_stands_on_a_day_belongs_to_that_days_year():
    rows = [
        finding("study.weekly", "2025-W10"),
        finding("study.weekly", "2026-W10"),
        finding("term.branch", TODAY.isoformat()),
    ]
    norm = packs.norm()
    assert [one.period for one in year.of_year(norm, rows, 2025, TODAY)] == ["2025-W10"]
    assert len(year.of_year(norm, rows, 2026, TODAY)) == 2


def test_a_persons_duty_says_what_is_short_and_has_a_cell_for_each_period():
    norm = packs.norm()
    rows = [
        finding("study.reflection", "2026-Q1", due=date(2026, 3, 31), subject="m1"),
        finding("study.reflection", "2026-Q4", "open", date(2026, 12, 31), "m1", actual=0),
        finding("study.hours", "2026", "open", date(2026, 12, 31), "m1", required=1440, actual=480),
    ]
    lines = {
        line.title: line for line in year.duties(norm, rows, TODAY, frozenset(), Addresses(TODAY, TODAY))
    }
    hours = lines[norm.duties["study.hours"].title]
    assert (hours.short, hours.status, hours.cells) == ("还差 16 学时", "open", [])
    reflection = lines[norm.duties["study.reflection"].title]
    assert [cell.state for cell in reflection.cells] == ["met", "open"]
    assert year.counts(rows, ()) == [("met", 1), ("open", 2)]
    behind = [finding("study.hours", "2026", "missed", date(2026, 12, 31), "m1", required=1440, actual=480)]
    (line,) = year.duties(norm, behind, TODAY, frozenset(), Addresses(TODAY, TODAY))
    assert line.status == "unsigned"  # as everywhere: its reading is not signed
    assert year.counts(behind, {"study.hours"}) == [("unsigned", 1)]
