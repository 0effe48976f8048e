"""The inbox: posted inside an action only, everyone's own, nothing written by a GET."""

from __future__ import annotations

import pytest
from django.urls import reverse

from zhibu.access import Refused, action, log
from zhibu.access.chain import verify
from zhibu.access.models import LogRow
from zhibu.inbox import actions, post, queries, settle, take_back
from zhibu.inbox.models import Message
from zhibu.site import clock

pytestmark = pytest.mark.django_db

ABOUT = ("tests.thing", "1")


@action("tests.post")
def send(*, actor, to, number=1, **more):
    said = {"kind": "notice", "title": "关于开会的通知", "link": "/norm/", "about": ABOUT} | more
    for _ in range(number):
        post(to, **said)
    log(actor, "tests.post", actor, before=None, after=None)


@action("tests.settle")
def settled(*, actor, to):
    settle(ABOUT, to)
    log(actor, "tests.settle", actor, before=None, after=None)


@action("tests.take_back")
def taken_back(*, actor, **more):
    take_back(ABOUT, **more)
    log(actor, "tests.take_back", actor, before=None, after=None)


@pytest.fixture
def zhang(account_of, college):
    return account_of("member", college.one, member=college.zhang)


@pytest.fixture
def officer(account_of, college):
    return account_of("committee_officer", college.committee)


def test_a_message_is_posted_inside_an_action_only(college):
    with pytest.raises(RuntimeError):
        post([college.zhang], kind="notice", title="通知")
    assert not Message.objects.exists()


@pytest.mark.parametrize("link", ["https://elsewhere.example/", "//elsewhere.example/", "norm/"])
def test_a_message_leads_nowhere_else(system, college, link):
    with pytest.raises(ValueError, match="path"):
        send(actor=system, to=[college.zhang], link=link)
    with pytest.raises(ValueError, match="kind"):
        send(actor=system, to=[college.zhang], kind="nonsense")


def test_a_person_has_one_inbox_whether_named_as_member_or_account(system, college, zhang, officer):
    send(actor=system, to=[college.zhang, zhang, officer])
    assert queries.messages(zhang).count() == 1
    assert queries.messages(officer).count() == 1
    assert Message.objects.count() == 2


def test_what_was_posted_before_there_is_an_account_waits_for_it(system, college, account_of):
    send(actor=system, to=[college.li])
    assert queries.unread(account_of("member", college.two, member=college.li)) == 1


def test_opening_is_a_post_and_leads_on(client, system, college, zhang):
    send(actor=system, to=[zhang])
    message = queries.messages(zhang).get()
    client.force_login(zhang)
    page = client.get(reverse("inbox:index"))
    assert "关于开会的通知" in page.content.decode()
    assert page.context["unread"] == 1
    assert client.get(reverse("inbox:open", args=[message.pk])).status_code == 405
    assert queries.unread(zhang) == 1
    answer = client.post(reverse("inbox:open", args=[message.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/norm/")
    assert queries.unread(zhang) == 0
    # Again, from another tab: it leads there all the same and logs nothing.
    rows = LogRow.objects.count()
    assert client.post(reverse("inbox:open", args=[message.pk])).headers["Location"] == "/norm/"
    assert LogRow.objects.count() == rows
    assert verify() is None


def test_another_ones_message_is_not_there(client, system, college, zhang, officer):
    send(actor=system, to=[zhang])
    message = queries.messages(zhang).get()
    client.force_login(officer)
    assert "关于开会的通知" not in client.get(reverse("inbox:index"), {"box": "all"}).content.decode()
    for name, words in (("inbox:open", [message.pk]), ("inbox:change", [message.pk, "archive"])):
        assert client.post(reverse(name, args=words)).status_code == 404
    with pytest.raises(Refused):
        actions.archive(actor=officer, message=message, now=clock.now())
    message.refresh_from_db()
    assert (message.read, message.archived) == (None, None)


def test_read_unread_archive_and_all_read(client, system, college, zhang):
    send(actor=system, to=[zhang], number=3)
    first = queries.messages(zhang).first()
    client.force_login(zhang)

    def change(deed):
        client.post(reverse("inbox:change", args=[first.pk, deed]), {"query": "kind=notice"})
        first.refresh_from_db()
        return bool(first.read), bool(first.archived), queries.unread(zhang)

    assert change("read") == (True, False, 2)
    assert change("unread") == (False, False, 3)
    assert change("archive") == (True, True, 2)
    shown = client.get(reverse("inbox:index")).context["shown"]
    assert shown.total == 2
    assert client.get(reverse("inbox:index"), {"box": "archived"}).context["shown"].total == 1
    assert change("unarchive") == (True, False, 2)
    assert client.post(reverse("inbox:change", args=[first.pk, "destroy"])).status_code == 404
    client.post(reverse("inbox:all_read"))
    assert queries.unread(zhang) == 0
    again = client.post(reverse("inbox:all_read"), follow=True)
    assert "没有改动" in again.content.decode()


def test_what_was_seen_to_elsewhere_is_settled_and_what_is_withdrawn_taken_back(system, zhang, officer):
    send(actor=system, to=[zhang, officer])
    settled(actor=system, to=[zhang])
    assert (queries.unread(zhang), queries.unread(officer)) == (0, 1)
    taken_back(actor=system, unread_only=True)
    assert (queries.messages(zhang).count(), queries.messages(officer).count()) == (1, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_takes_the_same_queries_however_full(
    client, system, zhang, count, django_assert_num_queries
):
    send(actor=system, to=[zhang], number=count)
    client.force_login(zhang)
    client.get(reverse("inbox:index"))
    with django_assert_num_queries(7):
        assert client.get(reverse("inbox:index")).context["shown"].total == count


@pytest.mark.parametrize(
    "query", ["box=nonsense", "kind=x&days=9999", "page=0", "sort=-at&q=%F0%9F%98%80", "export=xlsx"]
)
def test_nonsense_in_the_address_is_said_and_left_out(client, zhang, query):
    client.force_login(zhang)
    assert client.get(f"{reverse('inbox:index')}?{query}").status_code == 200


def test_the_count_stands_on_every_page_and_is_counted_no_further_than_needed(client, system, zhang):
    send(actor=system, to=[zhang], number=120)
    client.force_login(zhang)
    page = client.get("/norm/").content.decode()
    assert "99+" in page
    assert "120" not in page
