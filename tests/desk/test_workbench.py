"""The workbench: tasks from the findings alone, each with its reason and one button; for each role."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.audit.relations import Finding
from zhibu.desk import tasks
from zhibu.registers.organizations.models import FirstDayOfUse
from zhibu.site import packs

DAY = date(2026, 11, 23)  # a Monday


def finding(duty, subject="b1", org="b1", period="2026-W48", status="open", due=date(2026, 11, 29), **given):
    values = {"required": 1, "actual": 0, "ref": None, "article": packs.norm().duties[duty].article} | given
    return Finding(duty=duty, subject=subject, org=org, period=period, status=status, due=due, **values)


@pytest.mark.parametrize(
    ("due", "when"),
    [
        (date(2026, 11, 23), "week"),
        (date(2026, 11, 29), "week"),
        (date(2026, 11, 30), "month"),
        (date(2026, 12, 1), "year"),
        (date(2026, 12, 31), "year"),
        (date(2027, 1, 10), "later"),
    ],
)
def test_what_is_open_stands_under_its_due_day(due, when):
    assert list(tasks.tasks(packs.norm(), [finding("study.weekly", due=due)], DAY)) == [when]


def test_the_week_reaches_into_the_next_month():
    found = tasks.tasks(packs.norm(), [finding("study.weekly", due=date(2026, 12, 6))], date(2026, 11, 30))
    assert list(found) == ["week"]


def test_what_is_done_or_only_must_not_be_exceeded_is_no_task():
    norm = packs.norm()
    assert norm.duties["funds.within"].compare == "at_most"
    quiet = [
        finding("study.weekly", status="met", actual=1),
        finding("study.weekly", status="late", actual=1),
        finding("study.weekly", status="exempt"),
        finding("funds.within", period="2026", required=100, actual=20),
        finding("dues.full", subject="m1", period="2026", required=500, actual=500),
    ]
    assert tasks.tasks(norm, quiet, DAY) == {}


def test_missed_periods_of_one_duty_are_one_line_that_opens_the_latest():
    missed = [
        finding(
            "study.weekly", period=f"2026-W{week}", status="missed", due=date.fromisocalendar(2026, week, 7)
        )
        for week in (40, 38, 44)
    ]
    (line,) = tasks.tasks(packs.norm(), missed, DAY)["overdue"]
    assert (line.count, line.people, line.first.period) == (3, 0, "2026-W44")
    assert tasks.said(packs.norm(), line, DAY) == "3 次未完成，最近一次 第44周"


def test_more_of_what_is_exceeded_is_no_way_to_mend_it():
    norm = packs.norm()
    over = finding("funds.within", period="2026", status="missed", required=450000, actual=585000)
    assert tasks.mended_by(norm.duties["funds.within"], over) == ("budget",)
    twice = finding("org.parent", status="missed", actual=2)
    assert tasks.mended_by(norm.duties["org.parent"], twice) == ()
    none = finding("org.parent", status="missed")
    assert tasks.mended_by(norm.duties["org.parent"], none) == ("affiliation",)


def test_members_of_a_branch_are_counted_once_each():
    due = date(2026, 12, 31)
    rows = [finding("study.reflection", subject=one, period="2026-Q4", due=due) for one in ("m1", "m2", "m3")]
    (line,) = tasks.tasks(packs.norm(), rows, DAY)["year"]
    assert tasks.said(packs.norm(), line, DAY) == "四季度：还有 3 人"
    late = [
        finding("study.reflection", subject=one, period=period, status="missed", due=date(2026, 9, 30))
        for one, period in (("m1", "2026-Q2"), ("m1", "2026-Q3"), ("m2", "2026-Q3"))
    ]
    (line,) = tasks.tasks(packs.norm(), late, DAY)["overdue"]
    assert tasks.said(packs.norm(), line, DAY) == "2 人 3 项未完成"


STATUSES = st.sampled_from(["met", "late", "open", "missed", "exempt", "no rule"])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(packs.norm().duties)),
            st.sampled_from(["b1", "b2"]),
            st.sampled_from(["b1", "m1", "m2"]),
            STATUSES,
            st.dates(date(2026, 1, 1), date(2027, 4, 30)),
            st.integers(0, 3),
        ),
        max_size=30,
    )
)
def test_every_miss_is_in_exactly_one_task_and_words_are_found_for_all(rows):
    norm = packs.norm()
    given_ = [
        finding(duty, subject, org, "2026-11-01", status, due, actual=actual)
        for duty, org, subject, status, due, actual in rows
    ]
    found = tasks.tasks(norm, given_, DAY)
    assert sum(line.count for line in found.get("overdue", [])) == sum(
        one.status == "missed" for one in given_
    )
    assert sum(line.count for lines in found.values() for line in lines) <= sum(
        one.status in ("missed", "open") for one in given_
    )
    for lines in found.values():
        assert lines
        for line in lines:
            assert tasks.said(norm, line, DAY)


def test_the_order_of_duties_is_that_of_the_document():
    norm = packs.norm()
    ids = [duty.id for duty in tasks.in_order(norm)]
    assert sorted(ids) == sorted(norm.duties)
    assert ids[0] == "org.branches"
    assert ids.index("study.weekly") < ids.index("dues.monthly") < ids.index("brand.contest")


def signed_in(client, account):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.django_db
def test_a_secretary_finds_the_week_with_its_form_and_it_goes_when_done(
    client, in_use, account_of, system, today
):
    browser = signed_in(client, account_of("branch_secretary", in_use.one))
    page = browser.get("/desk/").content.decode()
    assert "每周集中学习" in page
    assert "规范第 6 条" in page
    form = f"/activities/new/?kind=study.session&amp;organization={in_use.one.pk}&amp;day="
    assert f"{form}{today}" in page
    # Of several weeks that were missed the button begins with the latest.
    assert f"{form}2026-11-18" in page
    assert "李四" not in page  # of another branch
    from zhibu.registers.activities import actions
    from zhibu.registers.activities.actions import Draft as Activity
    from zhibu.registers.activities.actions import Line
    from zhibu.registers.activities.rules import Block

    actions.record_activity(
        actor=system,
        organization=in_use.one,
        draft=Activity(
            title="学习",
            kinds=("study.session",),
            blocks=(Block(today, "afternoon"),),
            content="学习",
            late_reason="",
        ),
        lines=[Line(in_use.zhang.pk, in_use.one.pk, "present", "")],
        today=today,
    )
    page = browser.get("/desk/").content.decode()
    assert f"{form}{today}" not in page


@pytest.mark.django_db
def test_of_several_kinds_the_button_records_the_first_that_is_not_there(
    client, in_use, account_of, system, today
):
    from zhibu.desk import findings
    from zhibu.registers.evidence import actions as evidence

    FirstDayOfUse.objects.update(since=date(2026, 1, 1))

    def button(title):
        groups = browser.get("/desk/").context["groups"]
        lines = [line for group in groups for line in (*group.lines, *group.folded)]
        return next(line.button for line in lines if line.title == title)

    def record(kind, day):
        draft = evidence.Draft(kind=kind, organization=in_use.one, day=day)
        evidence.record_entry(actor=system, draft=draft, today=today)

    findings.forget()
    browser = signed_in(client, account_of("branch_secretary", in_use.one))
    place = f"organization={in_use.one.pk}"
    assert button("五同记录")[0].startswith(f"/evidence/new/?kind=concurrent.study&{place}")
    record("concurrent.study", date(2026, 3, 2))
    record("concurrent.deploy", date(2025, 3, 2))  # of another year
    assert button("五同记录")[0].startswith(f"/evidence/new/?kind=concurrent.deploy&{place}")
    assert button("三有三上墙")[0].startswith(f"/evidence/new/?kind=room.space&{place}")
    record("room.space", date(2024, 3, 2))
    assert button("三有三上墙") == (button("三有三上墙")[0], "登记")
    assert f"kind=room.equipment&{place}" in button("三有三上墙")[0]


@pytest.mark.django_db
def test_what_is_lacking_now_carries_no_day(client, in_use, account_of):
    answer = signed_in(client, account_of("branch_secretary", in_use.one)).get("/desk/")
    overdue = next(group for group in answer.context["groups"] if group.key == "overdue")
    momentary = {line.title: line.momentary for line in (*overdue.lines, *overdue.folded)}
    assert (momentary["党费收缴日"], momentary["每周集中学习"]) == (True, False)
    assert answer.content.decode().count("<span>现在</span>") == sum(momentary.values())


@pytest.mark.django_db
def test_a_member_finds_the_own_and_nobody_elses(client, in_use, account_of):
    browser = signed_in(client, account_of("member", in_use.one, member=in_use.zhang))
    page = browser.get("/desk/").content.decode()
    assert "我的要求" in page
    assert "按月交纳党费" in page
    assert (
        f"/education/new/?kind=study.reflection&amp;organization={in_use.one.pk}&amp;member={in_use.zhang.pk}"
        in page
    )
    assert "每周集中学习" not in page.split("<main", 1)[1].split("<aside", 1)[0]


@pytest.mark.django_db
def test_a_member_sees_under_the_branch_what_the_branch_has_done_not_the_own(client, in_use, account_of):
    page = signed_in(client, account_of("member", in_use.one, member=in_use.zhang)).get("/desk/")
    titles = [one.duty.title for one in page.context["tallies"]]
    assert "每周集中学习" in titles
    assert "按月交纳党费" not in titles
    # The secretary of the branch sees its members as well.
    whole = signed_in(client, account_of("branch_secretary", in_use.one)).get("/desk/")
    assert {"每周集中学习", "按月交纳党费"} <= {one.duty.title for one in whole.context["tallies"]}
    assert dict(page.context["counts"])["missed"] < dict(whole.context["counts"])["missed"]


@pytest.mark.django_db
def test_an_officer_sees_which_branches_are_behind_in_the_order_of_the_roll(client, in_use, account_of):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    page = browser.get("/desk/").content.decode()
    assert "各支部未完成" in page
    assert "党费收缴日" in page
    assert "另一学院" not in page


@pytest.mark.django_db
def test_whoever_sees_no_findings_is_led_elsewhere(client, in_use, account_of):
    browser = signed_in(client, account_of("applicant", in_use.one, member=in_use.zhang))
    assert browser.get("/desk/").status_code == 403
    assert browser.get("/").headers["Location"] == "/members/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "most"),
    [
        ("committee_officer", 16),
        ("branch_secretary", 15),
        ("member", 15),
        ("auditor", 16),
        ("administrator", 30),
    ],
)
def test_the_number_of_queries_does_not_grow(client, in_use, account_of, system, today, role, most):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from zhibu.registers.members import actions as members

    where = in_use.one if role in ("branch_secretary", "member") else in_use.committee
    browser = signed_in(client, account_of(role, where, member=in_use.zhang if role == "member" else None))
    counts = []
    for number in range(3):
        browser.get("/desk/")
        with CaptureQueriesContext(connection) as caught:
            browser.get("/desk/")
        counts.append(len(caught))
        members.add(
            actor=system,
            organization=in_use.one,
            since=in_use.began,
            today=today,
            name=f"新{number}",
            category="staff",
        )
    # One query more or less: a single person's task asks for the name.
    assert max(counts) <= most, counts
    assert max(counts) - min(counts) <= 1, counts


@pytest.mark.django_db
def test_notices_to_act_on_stand_among_the_tasks_with_their_deadline(
    client, college, account_of, system, today
):
    from datetime import timedelta

    from zhibu.registers.notices import actions
    from zhibu.registers.notices.actions import Draft, Line
    from zhibu.site import clock

    def send(**given):
        draft = Draft(lines=[Line("organization", college.one.pk, "members")], **given)
        made = actions.save_draft(actor=system, organization=college.committee, draft=draft, today=today)
        return actions.send(actor=system, notice=made, now=clock.now())

    act = send(title="报送名单", asked="act", demand="报送参训名单", deadline=today + timedelta(days=20))
    send(title="会议通知")
    client.force_login(account_of("member", college.one, member=college.zhang))

    def lines():
        groups = client.get("/desk/").context["groups"]
        return {(group.key, line.title, line.button[1]) for group in groups for line in group.lines}

    assert {("year", "报送名单", "办理"), ("week", "会议通知", "阅知")} <= lines()
    row = act.recipients.get(member=college.zhang)
    client.post(f"/notices/{act.pk}/act/", {"answer": "已报送"})
    row.refresh_from_db()
    assert row.done
    assert "报送名单" not in {title for _, title, _ in lines()}
    assert "会议通知" in {title for _, title, _ in lines()}


def test_errands_without_a_day_are_for_this_week_and_late_ones_overdue():
    def errand(due):
        return tasks.Errand(due, "通知", "", "", "/notices/x/", ("/notices/x/", "办理"))

    found = tasks.errands(
        [errand(None), errand(date(2026, 11, 22)), errand(DAY), errand(date(2027, 1, 1))], DAY
    )
    assert {when: [one.due for one in lines] for when, lines in found.items()} == {
        "week": [None, DAY],
        "overdue": [date(2026, 11, 22)],
        "later": [date(2027, 1, 1)],
    }


def lines_of(page, title):
    """The lines of a section on branches, folded or not."""
    (section,) = [one for one in page.context["of_branches"]["sections"] if one.title == title]
    return [*section.lines, *section.folded]


@pytest.mark.django_db
def test_an_officer_sees_each_branch_with_what_it_is_behind_on_in_the_order_of_the_roll(
    client, in_use, account_of
):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    by_duty = browser.get("/desk/")
    page = browser.get("/desk/", {"by": "branch"})
    for title in ("各支部最近截止", "各支部未完成"):
        lines = lines_of(page, title)
        assert [one.name for one in lines] == ["信息工程系党支部", "机电工程系党支部"]
        assert [one.address for one in lines] == [
            f"/findings/list/?org={place.pk}" for place in (in_use.two, in_use.one)
        ]
        owed = {(one.name, duty.title) for one in lines for duty in (*one.owed, *one.folded)}
        asked = {(name, one.title) for one in lines_of(by_duty, title) for name, _ in one.branches}
        # Of what is due next the way by duty tells only who has it on its nearest day.
        assert owed >= asked if title == "各支部最近截止" else owed == asked
    behind = lines_of(page, "各支部未完成")[0]
    (day,) = [one for one in (*behind.owed, *behind.folded) if one.title == "党费收缴日"]
    assert day.address == f"/norm/dues.day/?org={in_use.two.pk}"
    assert browser.get(day.address).status_code == 200
    text = page.content.decode()
    assert 'href="?by=branch#branches" aria-current="page"' in text
    assert day.address in text
    assert "另一学院" not in text


@pytest.mark.django_db
def test_a_way_to_list_branches_that_there_is_not_is_said_and_left_out(client, in_use, account_of):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    page = browser.get("/desk/", {"by": "排名"})
    assert "没有“排名”这种列法" in page.content.decode()
    assert lines_of(page, "各支部未完成") == lines_of(browser.get("/desk/"), "各支部未完成")
    # Who has one branch has no such choice.
    alone = signed_in(client, account_of("branch_secretary", in_use.one)).get("/desk/", {"by": "branch"})
    assert "按支部" not in alone.content.decode()


def test_more_duties_of_a_branch_than_are_seen_at_once_unfold():
    from zhibu.desk import of_branches
    from zhibu.desk.addresses import Addresses
    from zhibu.desk.cells import Seen, gathered
    from zhibu.desk.document import Place

    norm = packs.norm()
    of_branch = [one.id for one in tasks.in_order(norm) if norm.subjects[one.subjects].is_organization][
        : of_branches.OWED_BEHIND + 2
    ]
    rows = [
        finding(duty, org, org, "2026-11-01", "missed")
        for duty in reversed(of_branch)
        for org in ("b2", "b1")
    ]

    class Words:
        at = Addresses(DAY, DAY)

        def why(self, duty):
            return ""

        def doubtful(self, duty):
            return duty == of_branch[0]

    places = [Place("b1", "甲", "branch"), Place("b2", "乙", "branch"), Place("b3", "丙", "branch")]
    stand = of_branches._Stand(Words(), norm, Seen(gathered(norm, rows).values()), places, DAY)
    first, second = stand.branches_behind()
    assert (first.name, second.name) == ("甲", "乙")
    assert first.said == f"{of_branches.OWED_BEHIND + 1} 项未完成，1 项口径待确认"
    assert [one.title for one in (*first.owed, *first.folded)] == [
        norm.duties[one].title for one in of_branch
    ]
    assert len(first.folded) == 2
    assert stand.next_of_branches() == []


@pytest.mark.django_db
def test_an_officer_sees_what_falls_due_next_and_how_many_held_the_months_days(client, in_use, account_of):
    page = signed_in(client, account_of("committee_officer", in_use.committee)).get("/desk/")
    due = {one.title: (len(one.branches), one.due) for one in lines_of(page, "各支部最近截止")}
    assert due["每周集中学习"] == (2, "11月29日（周日）")
    days = {one.title: (one.done, one.total) for one in page.context["of_month"]}
    assert days["集体学习日"] == (0, 2)
    assert "各支部最近截止" in page.content.decode()
    assert page.context["own"] == []


@pytest.mark.django_db
def test_whoever_may_not_read_the_log_finds_the_own_deeds_and_can_take_them_back(
    client, in_use, account_of, today
):
    from zhibu.registers.evidence import actions as evidence
    from zhibu.registers.evidence.actions import Draft

    account = account_of("organization_commissioner", in_use.one)
    draft = Draft(kind="dues.day", organization=in_use.one, day=today)
    evidence.record_entry(actor=account, draft=draft, today=today)
    page = signed_in(client, account).get("/desk/").content.decode()
    lately = page.split("最近做的", 1)[1]
    assert "撤回" in lately
    assert 'href="/log/' not in lately


@pytest.mark.django_db
def test_a_member_finds_the_own_certificates_and_what_is_short(client, in_use, account_of, system, today):
    from zhibu.registers.evidence import actions as evidence
    from zhibu.registers.evidence.actions import Draft

    draft = Draft(
        kind="certificate.party_worker", organization=in_use.committee, member=in_use.zhang, day=today
    )
    evidence.record_entry(actor=system, draft=draft, today=today)
    page = signed_in(client, account_of("member", in_use.one, member=in_use.zhang)).get("/desk/")
    assert [title for title, *_ in page.context["certificates"]] == [
        packs.norm().kinds["certificate.party_worker"].title
    ]
    short = {one.title: one.short for one in page.context["own"]}
    assert short["按月交纳党费"] == "1 项"


def _behind(page):
    """The names of those that the last section, 未完成, lists."""
    section = page.context["of_branches"]["sections"][-1]
    return {name for one in (*section.lines, *section.folded) for name, _ in one.branches}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["auditor", "superior", "administrator"])
def test_whoever_records_nothing_is_not_given_the_work_of_others(client, in_use, account_of, role):
    page = signed_in(client, account_of(role, in_use.committee)).get("/desk/")
    assert page.context["groups"] == []
    # What the committee itself is behind on stands beside what its branches are.
    behind = _behind(page)
    assert {str(one) for one in (in_use.committee, in_use.one)} <= behind
    text = page.content.decode()
    assert "目前没有要办的事" not in text
    assert "登记活动" not in text
    assert ("系统管理" in text) == (role == "administrator")


@pytest.mark.django_db
def test_a_reader_of_one_branch_sees_what_it_is_behind_on(client, in_use, account_of):
    page = signed_in(client, account_of("auditor", in_use.one)).get("/desk/")
    assert page.context["groups"] == []
    assert _behind(page) == {str(in_use.one)}


@pytest.mark.django_db
def test_a_member_is_told_what_the_branch_records(client, in_use, account_of):
    page = signed_in(client, account_of("member", in_use.one, member=in_use.zhang)).get("/desk/")
    lines = {line.title: line for group in page.context["groups"] for line in group.lines + group.folded}
    assert lines["季度学习检查"].said.endswith("由支部登记")
    assert "由支部登记" not in lines["季度学习心得"].said
    assert page.context["of_branches"] is None


@pytest.mark.django_db
def test_the_administrator_finds_accounts_without_a_role_and_codes_not_used(
    client, in_use, account_of, system, today
):
    from zhibu.access import accounts
    from zhibu.site import clock

    keeper = account_of("administrator", in_use.committee)
    browser = signed_in(client, keeper)

    def lines():
        given = browser.get("/desk/").context["administration"]
        return {line.title: line.button[0] for line in given.lines}

    none = accounts.create_account(actor=keeper, username="xinren", name="新人")
    member = account_of("member", in_use.two, member=in_use.li)
    accounts.issue_code(actor=keeper, account=member)
    found = lines()
    assert found["1 个账号没有角色"] == "/accounts/list/?role=none"
    assert found["1 个激活码还没有用"] == "/accounts/list/?state=waiting"
    assert "/setup/" in found.values()
    for address, account in (("/accounts/list/?role=none", none), ("/accounts/list/?state=waiting", member)):
        assert list(browser.get(address).context["shown"].records) == [account]
    member.activation_expires = clock.now()
    member.save(update_fields=["activation_expires"])
    assert lines()["1 个激活码已过期"] == "/accounts/list/?state=expired"
    (shown,) = browser.get("/accounts/list/?state=expired").context["shown"].rows
    assert "激活码过期" in [cell["shown"] for cell in shown]
    accounts.set_active(actor=keeper, account=none, active=False)
    assert "1 个账号没有角色" not in lines()
    # What it made lies in nobody's log yet: the line says it and leads nowhere.
    page = browser.get("/desk/").content.decode()
    for row in set(re.findall(r'href="(/log/\d+/)"', page)):
        assert browser.get(row).status_code == 200


@pytest.mark.django_db
def test_setting_up_offers_the_administrator_no_form_that_refuses(client, in_use, account_of):
    browser = signed_in(client, account_of("administrator", in_use.committee))
    main = browser.get("/setup/").content.decode().split("<main", 1)[1]
    links = set(re.findall(r'href="(/[^"]+)"', main))
    assert links
    for link in links:
        assert browser.get(link.replace("&amp;", "&"), follow=True).status_code == 200, link
    assert "定各支部的党费收缴日" in main


@pytest.mark.django_db
def test_a_reflection_that_was_handed_in_is_not_asked_for_again(client, in_use, account_of, today):
    from zhibu.registers.education import actions as education
    from zhibu.registers.education import rules

    account = account_of("member", in_use.one, member=in_use.zhang)
    quarter = rules.period_of("quarter", today)
    made = education.hand_in_reflection(
        actor=account,
        organization=in_use.one,
        member=in_use.zhang,
        draft=education.ReflectionDraft(period=quarter, day=today, body="体会"),
        today=today,
    )
    browser = signed_in(client, account)

    def asked():
        groups = browser.get("/desk/").context["groups"]
        lines = [line for group in groups for line in group.lines + group.folded]
        return {
            line.said: line.button for line in lines if line.title == "季度学习心得" and line.due >= today
        }

    page = f"/education/reflections/{made.pk}/"
    assert asked() == {"已交，支部阅后计入": (page, "查看")}
    # Returned it is to be mended where it is, not written anew.
    secretary = account_of("branch_secretary", in_use.one)
    education.return_to_member(actor=secretary, record=made, remark="联系岗位再写一段")
    assert asked() == {"已退回，修改后重交": (f"{page}edit/", "修改")}


@pytest.mark.django_db
def test_who_records_dues_alone_finds_them_first_branch_by_branch_and_all_else_folded(
    client, in_use, account_of
):
    browser = signed_in(client, account_of("dues_accountant", in_use.committee))
    answer = browser.get("/desk/")
    part, page = answer.context["part"], answer.content.decode()
    assert part["title"] == "党费"
    first = {(group.key, line.title): line for group in part["groups"] for line in group.lines}
    titles = {title for _, title in first}
    assert {"按月交纳党费", "党费收缴日"} <= titles
    month = first["week" if ("week", "按月交纳党费") in first else "month", "按月交纳党费"]
    assert [one.name for one in month.places] == ["信息工程系党支部", "机电工程系党支部"]
    assert [one.said for one in month.places] == ["李四：11月，还差 1 项", "张三：11月，还差 1 项"]
    where = {one.name: one.button for one in month.places}
    assert where["机电工程系党支部"][1] == "登记"
    assert f"/evidence/new/?kind=dues.paid&organization={in_use.one.pk}" in where["机电工程系党支部"][0]
    others = page.split('class="others"', 1)[1]
    assert "每周集中学习" in others
    assert "每周集中学习" not in page.split('class="others"', 1)[0]
    assert "按月交纳党费" not in others
    total = sum(count for _, count in part["counts"]) + sum(count for _, count in answer.context["counts"])
    officer = signed_in(client, account_of("committee_officer", in_use.committee)).get("/desk/")
    assert total == sum(count for _, count in officer.context["counts"])
    assert officer.context["part"] is None


@pytest.mark.django_db
def test_the_cashier_finds_what_is_paid_and_has_no_button_for_what_is_due(
    client, in_use, account_of, system, today
):
    from zhibu.registers.members import actions as members

    for name in ("赵六", "钱七"):
        members.add(actor=system, organization=in_use.one, since=in_use.began, today=today, name=name,
                    category="staff")  # fmt: skip
    answer = signed_in(client, account_of("cashier", in_use.committee)).get("/desk/")
    part = answer.context["part"]
    titles = {line.title for group in part["groups"] for line in group.lines}
    assert "按月交纳党费" in titles
    assert not {"党费收缴日", "公布党费收缴"} & titles
    sheets = {
        one.button
        for group in part["groups"] if group.key == "overdue"
        for line in group.lines if line.title == "按月交纳党费"
        for one in line.places if one.name == "机电工程系党支部"
    }  # fmt: skip
    address = f"/evidence/sheet/?kind=dues.paid&organization={in_use.one.pk}&month=2026-10"
    assert sheets == {(address, "填表")}
    assert "kind=dues.due" not in answer.content.decode()


@pytest.mark.django_db
def test_an_accountant_of_one_branch_sees_that_branch(client, in_use, account_of):
    answer = signed_in(client, account_of("dues_accountant", in_use.one)).get("/desk/")
    names = {
        one.name for group in answer.context["part"]["groups"] for line in group.lines for one in line.places
    }
    assert names == {"机电工程系党支部"}
    assert "李四" not in answer.content.decode()


@pytest.mark.django_db
def test_a_member_of_no_branch_has_no_form_for_what_only_branches_record(
    client, in_use, account_of, system, today
):
    from zhibu.registers.members import actions as members

    members.add(actor=system, organization=in_use.committee, since=in_use.began, today=today, name="无支部",
                category="staff")  # fmt: skip
    page = signed_in(client, account_of("dues_accountant", in_use.committee)).get("/desk/")
    lines = [line for group in page.context["part"]["groups"] for line in group.lines]
    buttons = [one.button for line in lines if line.title == "按月交纳党费" for one in line.places
               if one.name == "示例学院党委"]  # fmt: skip
    assert buttons
    assert {label for _, label in buttons} == {"查看"}


@pytest.mark.django_db
def test_dues_come_first_in_what_is_lacking_and_on_the_map(client, in_use, account_of):
    browser = signed_in(client, account_of("dues_accountant", in_use.one))
    lacking = browser.get("/desk/ahead/").context
    assert "按月交纳党费" in {one.duty.title for one in lacking["lacking"]}
    assert {one.duty.article for one in lacking["lacking"]} == {"8"}
    assert "每周集中学习" in {one.duty.title for one in lacking["others"]}
    shown = browser.get("/findings/")
    assert shown.context["article"] == "8"
    assert {head.number for head in shown.context["matrix"].heads} == {"8"}
    whole = browser.get("/findings/", {"article": ""})
    assert len(whole.context["matrix"].heads) > 1
    # The other stretches of time keep that all articles were asked for.
    assert '?span=year&amp;article="' in whole.content.decode()
    secretary = signed_in(client, account_of("branch_secretary", in_use.one))
    assert secretary.get("/findings/").context["article"] == ""
    assert secretary.get("/desk/ahead/").context["others"] == []


@pytest.fixture
def led(in_use, system, today):
    """The group of 机电 with 张三 in it, and 赵六 of the same branch beside it."""
    from zhibu.registers.members import actions as members

    other = members.add(
        actor=system, organization=in_use.one, since=in_use.began, today=today, name="赵六", category="staff"
    )
    groups = {in_use.zhang.pk: in_use.group.pk}
    members.arrange(actor=system, branch=in_use.one, groups=groups, since=date(2026, 9, 1), today=today)
    return in_use, other


@pytest.mark.django_db
@pytest.mark.parametrize("also_member", [False, True])
def test_a_groups_leader_finds_the_groups_meeting_and_its_people(
    client, led, account_of, system, today, also_member
):
    from zhibu.access import accounts

    college, _ = led
    leader = account_of("group_leader", college.group, member=college.zhang)
    if also_member:
        accounts.grant(
            actor=system, account=leader, role="member", organization=college.one, since=college.began
        )
    answer = signed_in(client, leader).get("/desk/")
    lines = {line.title: line for group in answer.context["groups"] for line in group.lines}
    assert set(lines) >= {"党小组会"}
    address, label = lines["党小组会"].button
    assert label == "登记"
    assert f"organization={college.group.pk}" in address
    # What is the branch's or another member's is not the leader's to do.
    own = {"党小组会"} if not also_member else {"党小组会", *(line.title for line in answer.context["own"])}
    assert set(lines) <= own
    assert [one.name for one in answer.context["of_group"]] == ["张三"]
    page = answer.content.decode()
    assert "本组今年" in page
    assert "赵六" not in page
    states = dict(answer.context["counts"])
    assert sum(states.values()) == sum(one.duty == "three.group" for one in _of(college.group))
    navigation = page.split("<main", 1)[0]
    assert "/evidence/" not in navigation or also_member
    assert "/education/" not in navigation or also_member


def _of(organization):
    from zhibu.desk import findings
    from zhibu.site import clock

    return [one for one in findings.findings(clock.today()).findings if one.org == organization.pk]


@pytest.mark.django_db
def test_a_group_meeting_is_recorded_from_the_form_as_it_opens(client, led, account_of):
    from django.urls import reverse

    from zhibu.registers.activities.models import Activity

    college, other = led
    browser = signed_in(client, account_of("group_leader", college.group))
    address = f"{reverse('activity_record')}?organization={college.group.pk}&day=2026-11-18"
    page = browser.get(address)
    heads = [line["organization"] for line in page.context["sheet"]]
    assert heads == ["机电第一党小组", "本支部其他党员"]
    assert [line["state"] for line in page.context["sheet"]] == ["present", "none"]
    ticked = [kind for _, kinds in page.context["groups"] for kind, _, on in kinds if on]
    assert ticked == ["meeting.group"]
    given = {"kinds": ticked, "day": "2026-11-18", "part": "afternoon", "content": "学习"}
    given |= {f"att-{line['member'].pk}": line["state"] for line in page.context["sheet"]}
    assert browser.post(address, given).status_code == 302
    held = Activity.objects.get()
    assert list(held.attendances.values_list("member", flat=True)) == [college.zhang.pk]
    lines = {line.title for group in browser.get("/desk/").context["groups"] for line in group.lines
             if group.key in ("week", "month")}  # fmt: skip
    assert "党小组会" not in lines


@pytest.mark.django_db
def test_the_map_of_a_groups_leader_is_the_group(client, led, account_of):
    college, _ = led
    shown = signed_in(client, account_of("group_leader", college.group)).get("/findings/").context["matrix"]
    assert [line.name for line in shown.lines] == ["机电第一党小组"]
    assert [title for head in shown.heads for title, _ in head.duties] == ["党小组会"]
    branch = (
        signed_in(client, account_of("branch_secretary", college.one)).get("/findings/").context["matrix"]
    )
    assert [line.name for line in branch.lines] == ["机电工程系党支部"]


@pytest.mark.django_db
def test_members_of_a_group_are_on_its_own_page(client, led, account_of):
    from django.urls import reverse

    college, _ = led
    browser = signed_in(client, account_of("group_leader", college.group))
    answer = browser.get(reverse("member_list"))
    assert answer.status_code == 302
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "张三" in page
    assert "赵六" not in page
    assert browser.get(reverse("member", args=[college.zhang.pk])).status_code == 404


@pytest.mark.django_db
def test_who_works_is_reminded_of_a_term_six_months_before_it_ends(client, in_use, account_of, system, today):
    from zhibu.registers.organizations import offices

    def lines(role, where, **given):
        groups = signed_in(client, account_of(role, where, **given)).get("/desk/").context["groups"]
        return [
            line for group in groups for line in (*group.lines, *group.folded) if "换届提醒" in line.title
        ]

    tomorrow = offices.start_term(actor=system, organization=in_use.one, since=date(2024, 5, 24), today=today)
    assert lines("branch_secretary", in_use.one) == []  # ends on 2027-05-24, a day too far
    offices.correct(
        actor=system, row=tomorrow, since=date(2024, 5, 23), until=None, reason="按会议日期", today=today
    )
    (line,) = lines("organization_commissioner", in_use.one)
    assert line.title == "机电工程系党支部换届提醒"
    assert line.said == "2027年5月23日届满，还有 181 天；请着手准备换届"
    assert (line.why, line.due) == ("规范第 2 条", date(2027, 5, 23))
    assert lines("member", in_use.one, member=in_use.zhang) == []
    assert lines("auditor", in_use.committee) == []
    offices.start_term(actor=system, organization=in_use.two, since=date(2023, 12, 9), today=today)
    offices.start_term(actor=system, organization=in_use.far, since=date(2023, 12, 1), today=today)
    (line,) = lines("committee_officer", in_use.committee)
    assert line.title == "2 个党组织换届提醒"
    assert line.said == "最早的2026年12月9日届满，还有 16 天；请抓紧请示、报批"
    offices.start_term(actor=system, organization=in_use.two, since=date(2026, 11, 20), today=today)
    (line,) = lines("committee_officer", in_use.committee, username="officer-2")
    assert line.title.startswith("机电工程系党支部")  # what was elected anew is not reminded of
