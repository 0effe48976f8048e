"""Feeds: secret addresses, what stands behind them at the moment of asking, and what they never tell."""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import icalendar
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.desk.test_calendar_page import draft, write  # noqa: F401
from tests.desk.test_pages import signed_in
from zhibu.access import NotPermitted, Refused, accounts, sealing
from zhibu.access.chain import change_of
from zhibu.access.models import LogRow
from zhibu.desk.calendar import actions, feed_views
from zhibu.desk.calendar.models import Feed
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Draft
from zhibu.registers.activities.rules import Block
from zhibu.registers.organizations import offices
from zhibu.site.clock import SHANGHAI
from zhibu.site.log_filter import WithoutSecrets

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_counts():
    """What one test has fetched is not counted against the next."""
    cache.clear()


@pytest.fixture
def secretary(in_use, account_of):
    return account_of("branch_secretary", in_use.one, in_use.zhang)


@pytest.fixture
def made(secretary):
    """A feed of the secretary's own calendar, and its secret."""
    feed, secret = actions.make_feed(actor=secretary, name="手机")
    return SimpleNamespace(feed=feed, secret=secret, address=reverse("calendar:feed", args=[secret]))


def fetch(address, **headers):
    """Asked as a telephone does: nobody is signed in."""
    return Client().get(address, **headers)


def entries(answer):
    """The calendar, and its entries by what stands before the @ of their ids."""
    assert answer.status_code == 200
    calendar = icalendar.Calendar.from_ical(answer.content)
    return calendar, {str(event["uid"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}


def of_activities(answer):
    return {key: one for key, one in entries(answer)[1].items()
            if not key.startswith(("due-", "term-", "theme-", "school-"))}  # fmt: skip


def test_the_secret_is_long_kept_as_a_keyed_hash_and_stands_in_no_log(made, secretary):
    assert len(made.secret) >= 32  # 192 bits
    row = Feed.objects.get()
    assert made.secret not in str(Feed.objects.values().get())
    log = LogRow.objects.get(verb="calendar.subscribe")
    assert (log.type, log.object, log.actor) == ("calendar.feed", row.pk, secretary.pk)
    change = str(change_of(log))
    assert made.secret not in change
    assert row.secret_hash not in change
    assert "手机" in change


def test_a_feed_gives_what_the_page_shows(made, in_use, write, system, today):  # noqa: F811
    held = write(in_use.one, date(2026, 11, 18), in_use.zhang, place="实训楼 301")
    write(in_use.two, date(2026, 11, 18), in_use.li, title="信息的活动")
    calendar, found = entries(fetch(made.address))
    event = found[held.pk]
    assert (str(event["summary"]), str(event["location"]), str(event["status"])) == (
        "集体学习日", "实训楼 301", "CONFIRMED",
    )  # fmt: skip
    assert event["dtstart"].dt == datetime.combine(date(2026, 11, 18), time(14), SHANGHAI)
    assert event["dtend"].dt == datetime.combine(date(2026, 11, 18), time(18), SHANGHAI)
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert str(event["url"]).endswith(f"/activities/{held.pk}/")
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert "信息的活动" not in [str(one["summary"]) for one in found.values()]
    assert str(calendar["x-wr-calname"]) == "支部：我的日历"
    assert calendar["refresh-interval"].dt == timedelta(hours=6)


def test_due_days_are_whole_days_with_the_day_after_as_their_end(made, in_use):
    _, found = entries(fetch(made.address))
    event = found[f"due-study.weekly-{in_use.one.pk}-20261129"]
    assert str(event["summary"]) == "到期：每周集中学习"
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 11, 29), date(2026, 11, 30))
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert "第 6 条" in str(event["description"])
    missed = found[f"due-study.weekly-{in_use.one.pk}-20261122"]
    assert (str(missed["summary"]), missed["sequence"]) == ("已过期：每周集中学习", 1)
    assert str(found["theme-four.orglife_day-20261125"]["summary"]) == "组织生活日"
    assert str(found["school-0-20270301"]["summary"]) == "2027年春季学期开学"


def test_the_end_of_a_term_stands_in_it(made, in_use, system, today):
    offices.start_term(actor=system, organization=in_use.one, since=date(2023, 12, 9), today=today)
    _, found = entries(fetch(made.address))
    assert found[f"term-{in_use.one.pk}-20261209"]["dtstart"].dt == date(2026, 12, 9)


def test_nobodys_name_is_told(made, in_use, write, system, today):  # noqa: F811
    activity = write(in_use.one, date(2026, 11, 18), in_use.zhang)
    activity.chair, activity.visitors = "钱主持", "孙列席"
    activity.save()
    text = "".join(str(one.to_ical().decode()) for one in entries(fetch(made.address))[1].values())
    for name in ("张三", "钱主持", "孙列席", "学习党章"):
        assert name not in text


def test_a_change_raises_the_sequence_and_keeps_the_id(made, in_use, write, secretary, today):  # noqa: F811
    planned = write(in_use.one, date(2026, 12, 2))
    before = of_activities(fetch(made.address))[planned.pk]
    activities.correct_activity(
        actor=secretary, activity=planned, organization=in_use.one, draft=draft(date(2026, 12, 3)),
        reason="改期", today=today,
    )  # fmt: skip
    after = of_activities(fetch(made.address))[planned.pk]
    assert before["dtstart"].dt.day == 2
    assert after["dtstart"].dt.day == 3
    assert after["sequence"] == before["sequence"] + 1
    assert after["last-modified"].dt >= before["last-modified"].dt
    activities.cancel_activity(actor=secretary, activity=planned, reason="停电", today=today)
    last = of_activities(fetch(made.address))[planned.pk]
    assert (str(last["status"]), str(last["summary"])) == ("CANCELLED", "已取消：集体学习日")
    assert last["sequence"] == before["sequence"] + 2


def test_an_activity_of_several_days_and_one_by_the_clock(made, in_use, secretary, today):
    blocks = (Block(date(2026, 12, 2), "day"), Block(date(2026, 12, 3), "clock", time(9), time(10, 30)))
    made_ = activities.plan_activity(
        actor=secretary,
        organization=in_use.one,
        draft=Draft(title="培训", kinds=("training",), blocks=blocks),
        today=today,
    )
    found = of_activities(fetch(made.address))
    assert set(found) == {made_.pk, f"{made_.pk}-1"}
    assert found[made_.pk]["dtstart"].dt == date(2026, 12, 2)
    assert found[f"{made_.pk}-1"]["dtend"].dt == datetime.combine(date(2026, 12, 3), time(10, 30), SHANGHAI)


def test_long_chinese_lines_are_folded_at_75_octets(made, in_use, write):  # noqa: F811
    title = "学习贯彻党的二十届四中全会精神" * 6
    activity = write(in_use.one, date(2026, 12, 2), title=title, place="图书馆；三层, 东侧\\报告厅")
    answer = fetch(made.address)
    assert answer.content.endswith(b"END:VCALENDAR\r\n")
    lines = answer.content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    for line in lines:
        line.decode("utf-8")  # nothing is folded inside of a character
    event = of_activities(answer)[activity.pk]
    assert str(event["summary"]) == title
    assert str(event["location"]) == "图书馆；三层, 东侧\\报告厅"


def test_a_branchs_feed_and_the_committees_own(in_use, account_of, write):  # noqa: F811
    officer = account_of("committee_officer", in_use.committee)
    mine = write(in_use.one, date(2026, 11, 25))
    other = write(in_use.two, date(2026, 11, 25))
    _, branch = actions.make_feed(actor=officer, name="机电", organization=in_use.one)
    _, committee = actions.make_feed(actor=officer, name="党委", organization=in_use.committee)
    found = of_activities(fetch(reverse("calendar:feed", args=[branch])))
    assert set(found) == {mine.pk}
    calendar, whole = entries(fetch(reverse("calendar:feed", args=[committee])))
    assert str(calendar["x-wr-calname"]) == "支部：示例学院党委"
    assert not {mine.pk, other.pk} & set(whole)
    assert any(key.startswith(f"due-lecture.secretary-{in_use.committee.pk}") for key in whole)


def test_a_feed_out_of_reach_is_not_made(secretary, in_use):
    for place in (in_use.two, in_use.committee, in_use.far):
        with pytest.raises(NotPermitted):
            actions.make_feed(actor=secretary, name="别人的", organization=place)
    browser = signed_in(Client(), secretary)
    answer = browser.post(reverse("calendar:feed_add"), {"name": "别人的", "organization": in_use.two.pk})
    assert answer.status_code == 422
    assert not Feed.objects.exists()


def test_unknown_revoked_and_closed_answer_alike(made, secretary, system, in_use):
    unknown = fetch(reverse("calendar:feed", args=["x" * 32]))
    actions.revoke_feed(actor=secretary, feed=made.feed)
    revoked = fetch(made.address)
    _, again = actions.make_feed(actor=secretary, name="电脑")
    accounts.set_active(actor=system, account=secretary, active=False)
    closed = fetch(reverse("calendar:feed", args=[again]))
    answers = [(one.status_code, one.content, dict(one.headers)) for one in (unknown, revoked, closed)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 404


def test_unknown_and_revoked_ask_the_database_the_same(made, secretary, django_assert_num_queries):
    actions.revoke_feed(actor=secretary, feed=made.feed)
    for address in (made.address, reverse("calendar:feed", args=["x" * 32])):
        with django_assert_num_queries(1):
            assert fetch(address).status_code == 404


def test_scope_is_that_of_the_moment_of_asking(in_use, system, secretary, write):  # noqa: F811
    activity = write(in_use.one, date(2026, 11, 25))
    _, branch = actions.make_feed(actor=secretary, name="支部", organization=in_use.one)
    _, own = actions.make_feed(actor=secretary, name="我的")
    address, mine = reverse("calendar:feed", args=[branch]), reverse("calendar:feed", args=[own])
    assert activity.pk in of_activities(fetch(address))
    accounts.grant(
        actor=system, account=secretary, role="auditor", organization=in_use.two, since=date(2026, 1, 1)
    )
    (given,) = secretary.grants.filter(role="branch_secretary")
    accounts.revoke(actor=system, given=given, until=date(2026, 11, 23))
    assert fetch(address).status_code == 404
    left = fetch(mine)
    assert left.status_code == 200
    assert not any(key.startswith("due-study.weekly") for key in entries(left)[1])
    (given,) = secretary.grants.filter(role="auditor")
    accounts.revoke(actor=system, given=given, until=date(2026, 11, 23))
    assert fetch(mine).status_code == 404


def test_headers_conditional_requests_and_the_day_of_last_use(made, in_use, write):  # noqa: F811
    head = Client().head(made.address)
    assert (head.status_code, head.content) == (200, b"")
    assert Feed.objects.get().last_fetched is None
    answer = fetch(made.address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies
    assert Feed.objects.get().last_fetched == date(2026, 11, 23)
    same = fetch(made.address, HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (same.status_code, same.content) == (304, b"")
    assert "no-store" in same["Cache-Control"]
    assert fetch(made.address).content == answer.content
    write(in_use.one, date(2026, 12, 2))
    changed = fetch(made.address, HTTP_IF_NONE_MATCH=answer["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != answer["ETag"]
    assert Client().post(made.address).status_code == 405


def test_fetching_is_bounded_by_address_and_guessing_by_network(made, secretary):
    etag = fetch(made.address)["ETag"]
    asked = [fetch(made.address, HTTP_IF_NONE_MATCH=etag).status_code for _ in range(60)]
    assert asked == [304] * 59 + [429]
    _, other = actions.make_feed(actor=secretary, name="电脑")
    assert fetch(reverse("calendar:feed", args=[other])).status_code == 200  # the neighbour's is not held up
    guesses = [fetch(reverse("calendar:feed", args=[f"{number:032}"])) for number in range(121)]
    assert [one.status_code for one in guesses] == [404] * 120 + [429]
    assert guesses[-1]["Retry-After"]


def test_the_pages_make_show_once_and_revoke(secretary, in_use):
    browser = signed_in(Client(), secretary)
    assert "还没有订阅地址" in browser.get(reverse("calendar:feeds")).content.decode()
    page = browser.post(reverse("calendar:feed_add"), {"name": "手机", "organization": in_use.one.pk})
    address = page.context["address"]
    assert page.status_code == 200
    assert address in page.content.decode()
    assert page.context["opens"].startswith("webcal://")
    assert "no-store" in page["Cache-Control"]
    listed = browser.get(reverse("calendar:feeds")).content.decode()
    assert "手机" in listed
    assert "机电工程系党支部" in listed
    assert address.rpartition("/")[2] not in listed
    assert "还没有读取过" in listed
    assert fetch(address).status_code == 200
    assert "2026-11-23" in browser.get(reverse("calendar:feeds")).content.decode()
    feed = Feed.objects.get()
    gone = browser.post(reverse("calendar:feed_revoke", args=[feed.pk]), follow=True).content.decode()
    assert "已撤销" in gone
    assert "撤回</button>" not in gone  # there is no way back
    assert fetch(address).status_code == 404
    assert [row.verb for row in LogRow.objects.filter(object=feed.pk).order_by("number")] == [
        "calendar.subscribe", "calendar.revoke",
    ]  # fmt: skip
    again = browser.post(reverse("calendar:feed_revoke", args=[feed.pk]), follow=True).content.decode()
    assert "这个地址已经撤销" in again


def test_over_https_a_calendar_program_is_told_to_ask_encrypted(secretary):
    browser = signed_in(Client(), secretary)
    page = browser.post(reverse("calendar:feed_add"), {"name": "手机", "organization": ""}, secure=True)
    assert page.context["address"].startswith("https://")
    assert page.context["opens"].startswith("webcals://")


def test_another_ones_feed_is_not_found(made, in_use, account_of):
    officer = account_of("committee_officer", in_use.committee)
    browser = signed_in(Client(), officer)
    assert browser.post(reverse("calendar:feed_revoke", args=[made.feed.pk])).status_code == 404
    with pytest.raises(NotPermitted):
        actions.revoke_feed(actor=officer, feed=made.feed)
    assert "还没有订阅地址" in browser.get(reverse("calendar:feeds")).content.decode()
    # But that it was made stands in the log of who is above.
    assert "建立日历订阅地址" in browser.get(reverse("log_list")).content.decode()


def test_a_feeds_name_is_forgotten_with_its_account(made):
    assert "手机" not in str(Feed.objects.values().get())
    sealing.destroy("access.account", made.feed.account_id)
    assert Feed.objects.get().name == "（已销毁）"
    assert change_of(LogRow.objects.get(verb="calendar.subscribe")) is None


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_addresses_takes_the_same_queries(secretary, in_use, django_assert_num_queries, number):
    for one in range(number):
        actions.make_feed(actor=secretary, name=f"第{one}", organization=in_use.one)
    browser = signed_in(Client(), secretary)
    browser.get(reverse("calendar:feeds"))
    with django_assert_num_queries(8):
        browser.get(reverse("calendar:feeds"))


def test_no_more_than_ten_and_each_with_a_name(secretary):
    with pytest.raises(Refused, match="名称"):
        actions.make_feed(actor=secretary, name=" ")
    for number in range(actions.MOST_FEEDS):
        actions.make_feed(actor=secretary, name=f"第{number}")
    with pytest.raises(Refused, match="最多"):
        actions.make_feed(actor=secretary, name="多余")


def test_one_activity_as_a_file(in_use, write, account_of):  # noqa: F811
    activity = write(in_use.one, date(2026, 12, 2), place="301")
    browser = signed_in(Client(), account_of("member", in_use.one, in_use.zhang))
    assert (
        reverse("calendar:activity", args=[activity.pk])
        in browser.get(reverse("activity", args=[activity.pk])).content.decode()
    )
    answer = browser.get(reverse("calendar:activity", args=[activity.pk]))
    assert "attachment" in answer["Content-Disposition"]
    ((key, event),) = entries(answer)[1].items()
    assert (key, str(event["location"]), event["dtstart"].dt.date()) == (
        activity.pk,
        "301",
        date(2026, 12, 2),
    )
    other = write(in_use.two, date(2026, 12, 2))
    assert browser.get(reverse("calendar:activity", args=[other.pk])).status_code == 404
    assert fetch(reverse("calendar:activity", args=[activity.pk])).status_code == 302


def test_the_feed_takes_the_same_queries_however_much_is_in_it(
    made,
    in_use,
    write,  # noqa: F811
    django_assert_num_queries,
):
    fetch(made.address)
    for day in (2, 3, 4):
        write(in_use.one, date(2026, 12, day))
        fetch(made.address)
        with django_assert_num_queries(14):
            fetch(made.address)


def test_the_servers_own_log_has_no_secret(made, caplog):
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", made.address), None
    )
    assert WithoutSecrets().filter(record)
    assert record.getMessage() == "Not Found: /feeds/…"
    from django.conf import settings

    assert settings.LOGGING["handlers"]["console"]["filters"] == ["without_secrets"]


def test_a_feed_reaches_400_days_back_and_ahead(made, in_use, write):  # noqa: F811
    near = write(in_use.one, date(2027, 12, 28))
    far = write(in_use.one, date(2027, 12, 29))
    assert feed_views.REACH.days == 400
    found = of_activities(fetch(made.address))
    assert near.pk in found
    assert far.pk not in found
