"""The page of the calendar: what stands on its days, for whom, narrowed, in a fixed number of queries."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.desk.test_pages import signed_in
from zhibu.access import accounts
from zhibu.registers.activities import actions
from zhibu.registers.activities.actions import Draft, Line
from zhibu.registers.activities.rules import Block
from zhibu.registers.organizations import offices

pytestmark = pytest.mark.django_db


def draft(day, title="集体学习日", kinds=("four.study", "study.session"), **other):
    return Draft(title=title, kinds=kinds, blocks=(Block(day, "afternoon"),), content="学习党章", **other)


@pytest.fixture
def write(system, today):
    """Plans, or with a member records, an activity of an organization."""

    def written(organization, day, member=None, **other):
        if member is None:
            return actions.plan_activity(
                actor=system, organization=organization, draft=draft(day, **other), today=today
            )
        lines = [Line(member.pk, organization.pk, "present")]
        return actions.record_activity(
            actor=system, organization=organization, draft=draft(day, **other), lines=lines, today=today
        )

    return written


@pytest.fixture
def officer(client, in_use, account_of):
    return signed_in(client, account_of("committee_officer", in_use.committee))


def days(page):
    """Day of the month → its lines, of the days that belong to the month or week."""
    return {
        one["day"].day: [(line.title, line.state, line.where) for line in one["lines"]]
        for _, week in page.context["weeks"]
        for one in week
        if one["here"]
    }


def ask(browser, **given):
    page = browser.get(reverse("calendar:calendar"), given)
    assert page.status_code == 200
    return page


def test_activities_stand_on_their_days_with_how_they_stand(officer, in_use, write, system, today):
    write(in_use.one, date(2026, 11, 18), in_use.zhang, place="301")
    write(in_use.two, date(2026, 11, 25))
    off = write(in_use.two, date(2026, 11, 26), title="座谈")
    actions.cancel_activity(actor=system, activity=off, reason="停电", today=today)
    shown = days(ask(officer, kind="activity"))
    assert shown[18] == [("集体学习日", "held", "机电工程系党支部 301")]
    assert shown[25] == [("集体学习日", "planned", "信息工程系党支部")]
    assert shown[26] == [("座谈", "cancelled", "信息工程系党支部")]
    text = ask(officer, kind="activity").content.decode()
    assert "（已取消）" in text


def test_what_was_put_off_stands_on_both_days(officer, in_use, write):
    write(
        in_use.one, date(2026, 11, 19), in_use.zhang, counts_for=date(2026, 11, 18), counts_for_reason="停电"
    )
    page = ask(officer, kind="activity", view="week", day="2026-11-18")
    assert days(page)[18] == [("集体学习日", "moved", "机电工程系党支部")]
    assert days(page)[19] == [("集体学习日", "held", "机电工程系党支部")]
    text = page.content.decode()
    assert "顺延到 11月19日（周四）" in text
    assert "计入 11月18日（周三）" in text


def test_alike_activities_of_several_branches_are_one_line_that_names_each_in_the_week(
    officer, in_use, write
):
    write(in_use.one, date(2026, 11, 18), in_use.zhang)
    write(in_use.two, date(2026, 11, 18), in_use.li)
    page = ask(officer, kind="activity", view="week", day="2026-11-18")
    assert days(page)[18] == [("集体学习日", "held", "2 次")]
    text = page.content.decode()
    assert "机电工程系党支部" in text.split("data-calendar")[-1]
    assert "信息工程系党支部" in text.split("data-calendar")[-1]
    narrowed = ask(officer, kind="activity", day="2026-11-18", organization=in_use.one.pk)
    assert days(narrowed)[18] == [("集体学习日", "held", "")]


def test_due_days_come_from_the_findings(officer, in_use):
    shown = days(ask(officer, kind="due", day="2026-11-18"))
    assert ("每周集中学习", "missed", "2 个党组织") in shown[22]
    assert ("每周集中学习", "open", "2 个党组织") in shown[29]
    december = days(ask(officer, kind="due", day="2026-12-18"))
    assert ("季度学习心得", "open", "2 个党组织") in december[31]
    # Next year's are not owed yet: they stand as what is to come.
    march = days(ask(officer, kind="due", day="2027-03-01"))
    assert ("季度学习心得", "ahead", "2 个党组织") in march[31]


def test_terms_end_on_the_day_that_the_norm_says(officer, in_use, system, today):
    offices.start_term(actor=system, organization=in_use.one, since=date(2020, 3, 1), today=today)
    offices.start_term(actor=system, organization=in_use.one, since=date(2023, 12, 9), today=today)
    offices.start_term(
        actor=system, organization=in_use.two, since=date(2023, 12, 9), until=date(2026, 12, 20),
        approval="延期批复", today=today,
    )  # fmt: skip
    shown = days(ask(officer, kind="term", day="2026-12-01"))
    assert {day: lines for day, lines in shown.items() if lines} == {
        9: [("机电工程系党支部", "open", "")],
        20: [("信息工程系党支部", "open", "")],
    }
    # The term before was followed by another: its end is no matter.
    assert not any(days(ask(officer, kind="term", day="2023-03-01")).values())


def test_a_free_day_opens_the_form_with_that_day(client, in_use, account_of, today):
    secretary = signed_in(client, account_of("branch_secretary", in_use.one, in_use.zhang))
    text = ask(secretary, day="2026-11-02").content.decode()
    assert f'{reverse("activity_record")}?day=2026-11-10"' in text
    assert f'{reverse("activity_plan")}?day=2026-11-27"' in text
    form = secretary.get(f"{reverse('activity_plan')}?day=2026-11-27")
    assert form.context["day"] == date(2026, 11, 27)
    # The day whose turn it is brings its kind.
    theme = f'{reverse("activity_plan")}?day=2026-11-25&amp;kind=four.orglife_day"'
    assert theme in text
    assert (
        "four.orglife_day" in secretary.get(theme[:-1].replace("&amp;", "&")).context["form"]["kinds"].value()
    )


def test_a_day_that_is_held_proposes_its_theme_no_more(client, in_use, account_of, write):
    secretary = signed_in(client, account_of("branch_secretary", in_use.one, in_use.zhang))
    themes = lambda: [one["themes"] for _, week in ask(secretary).context["weeks"] for one in week]  # noqa: E731
    assert "集体学习日" in str(themes()[10:])
    write(in_use.one, date(2026, 11, 4), in_use.zhang, late_reason="补录")
    assert "集体学习日" not in str(themes()[7:14])


def test_a_member_sees_the_own_branch_and_no_form(client, in_use, account_of, write):
    write(in_use.one, date(2026, 11, 25))
    write(in_use.two, date(2026, 11, 26), title="另一支部的活动")
    member = signed_in(client, account_of("member", in_use.one, in_use.zhang))
    page = ask(member)
    assert days(page)[25]
    text = page.content.decode()
    assert "另一支部的活动" not in text
    assert reverse("activity_plan") not in text
    assert reverse("activity_record") not in text


def test_only_ones_own(client, in_use, account_of, write, system, today):
    write(in_use.one, date(2026, 11, 25))
    write(in_use.two, date(2026, 11, 26), title="信息的活动")
    officer = account_of("committee_officer", in_use.committee, in_use.li)
    browser = signed_in(client, officer)
    assert days(ask(browser, kind="activity"))[25]
    mine = days(ask(browser, kind="activity", mine="1"))
    assert mine[25] == []
    assert [title for title, *_ in mine[26]] == ["信息的活动"]  # of the branch that 李四 belongs to
    duties = days(ask(browser, kind="due", mine="1", day="2026-12-01"))
    assert ("季度学习心得", "open", "信息工程系党支部") in duties[31]
    # The branch's weekly study is the branch's, not an officer's.
    assert not any(title == "每周集中学习" for lines in days(ask(browser, kind="due", mine="1")).values()
                   for title, *_ in lines)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"view": "year"}, "没有“year”这种看法"),
        ({"day": "2026-02-31"}, "不是日期"),
        ({"day": "9999-12-31"}, "2000—2100"),
        ({"kind": "weather"}, "没有这类内容"),
        ({"organization": "nowhere"}, "不在您的范围内"),
    ],
)
def test_nonsense_is_said_and_left_out(officer, given, said):
    assert said in ask(officer, **given).content.decode()


def test_another_committees_branch_leaks_nothing(officer, in_use, write):
    write(in_use.far, date(2026, 11, 25), title="别家的活动")
    text = ask(officer, organization=in_use.far.pk).content.decode()
    assert "别家的活动" not in text
    assert "另一学院" not in text


def test_the_edges_of_the_years_have_no_link_beyond(officer):
    assert 'rel="prev"' not in ask(officer, day="2000-01-15").content.decode()
    assert 'rel="next"' not in ask(officer, day="2100-12-31").content.decode()
    assert ask(officer, day="2000-01-01", view="week").status_code == 200


def test_an_empty_month_says_what_to_do(officer):
    page = ask(officer, day="2031-05-01", kind="activity")
    assert "没有符合条件的安排" in page.content.decode()
    plain = ask(officer, day="2050-05-01")
    assert "这个月还没有安排" in plain.content.decode()
    assert reverse("activity_plan") in plain.content.decode()


def test_who_has_no_work_to_see_has_no_calendar(client, college, account_of, system):
    person = accounts.create_account(actor=system, username="waiting")
    accounts.grant(
        actor=system, account=person, role="applicant", organization=college.one, since=college.began
    )
    browser = signed_in(client, person)
    assert browser.get(reverse("calendar:calendar")).status_code == 403
    assert browser.get(reverse("desk:school_calendar")).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(officer, in_use, write, django_assert_num_queries, number):
    for day in range(number):
        write(in_use.one, date(2026, 11, 24 + day))
    for view in ("month", "week"):
        ask(officer, view=view)
        with django_assert_num_queries(13):
            ask(officer, view=view)
