"""Feeds: the own addresses, a new one, revoking; and the files themselves, which need no session."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import segno
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from zhibu.access import permits
from zhibu.access.permission import permit
from zhibu.desk import queries as desk
from zhibu.desk.calendar import actions, ical, queries, school
from zhibu.desk.calendar.forms import FeedForm
from zhibu.desk.calendar.models import Feed
from zhibu.desk.calendar.things import Wanted, gather, held_on
from zhibu.desk.findings import log_head
from zhibu.registers.activities import queries as activities
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, packs
from zhibu.site.deeds import deed, done
from zhibu.site.rate import Rate, network, within

#: How far a feed reaches back and ahead.
REACH = timedelta(days=400)
#: A calendar asks every few hours: an address so often; unknown ones by network, which may be a whole campus.
KNOWN, UNKNOWN = Rate(60, 600), Rate(120, 600)


@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """The own addresses: what each is for, when it was last read, with the button that revokes it."""
    permit(request.user, "calendar.subscribe")
    rows = queries.named(request.user, queries.feeds(request.user))
    places = Organization.objects.filter(pk__in={row.organization_id for row in rows if row.organization_id})
    names = {place.pk: str(place) for place in places.latest()}
    shown = [(row, names.get(row.organization_id or "", "我的日历")) for row in rows]
    context = {
        "used": [one for one in shown if one[0].revoked is None],
        "revoked": [one for one in shown if one[0].revoked is not None],
        "most": actions.MOST_FEEDS,
    }
    return render(request, "calendar/feeds.html", context)


@never_cache
def feed_add(request: HttpRequest) -> HttpResponse:
    """Make an address; it stands on the answer, once, and nowhere else."""
    permit(request.user, "calendar.subscribe")
    reader: Any = request.user
    form = FeedForm(request.POST or None, reader=reader)
    made: list[tuple[Feed, str]] = []

    def act(values: dict[str, Any]) -> None:
        made.append(actions.make_feed(actor=reader, name=values["name"], organization=values["organization"]))

    back = reverse("calendar:feeds")
    answer = deed(
        request,
        form,
        act,
        title="新建订阅地址",
        back=back,
        label="建立",
        done="订阅地址已建立。",
    )
    if not made:
        return answer
    feed, secret = made[0]
    address = request.build_absolute_uri(reverse("calendar:feed", args=[secret]))
    # Calendar programs take these for http and https: over a network the secret goes encrypted only.
    opens = ("webcals://" if request.is_secure() else "webcal://") + address.partition("://")[2]
    code = segno.make(opens, micro=False).svg_data_uri(scale=5, border=2)
    context = {"feed": feed, "address": address, "opens": opens, "code": code}
    return render(request, "calendar/feed_made.html", context)


@require_POST
def feed_revoke(request: HttpRequest, identity: str) -> HttpResponse:
    """Revoke an own address for good."""
    reader: Any = request.user
    feed = get_object_or_404(queries.feeds(reader), pk=identity)
    return done(
        request,
        lambda: actions.revoke_feed(actor=reader, feed=feed),
        back=reverse("calendar:feeds"),
        said=f"“{feed}”已撤销，用它的日历从此读不到内容。",
    )


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address, narrowed to what its account may see at this moment.

    An unknown address, a revoked one, and one whose account is closed or out of reach answer alike.
    """
    found = queries.feed_of(secret)
    if found is None or not _may(found):
        if not within(UNKNOWN, "feed-unknown", network(request)):
            return _plain(HttpResponse("请求过多，请稍后再试。", status=429))
        return _plain(HttpResponseNotFound("没有这个日历订阅地址，或已撤销。"))
    if not within(KNOWN, "feed", found.pk):
        return _plain(HttpResponse("读取过于频繁，请稍后再试。", status=429))
    today = clock.today()
    if request.method == "GET":
        _note_fetched(found, today)
    etag = _etag(found, today, request.build_absolute_uri("/"))
    answer = get_conditional_response(request, etag=etag)
    if answer is None or answer.status_code != 304:
        answer = HttpResponse(_text(request, found, today), content_type=ical.CONTENT_TYPE)
        answer["Content-Disposition"] = 'inline; filename="zhibu.ics"'
    answer["ETag"] = etag
    return _private(answer)


def _may(found: Feed) -> bool:
    """Whether the account may still have this feed."""
    if not permits(found.account, "calendar.subscribe"):
        return False
    return found.organization is None or permits(found.account, actions.READ, found.organization)


def _note_fetched(found: Feed, today: date) -> None:
    """Note the day, once: like the last sign-in it is no record of work and has no row in the log."""
    if found.last_fetched != today:
        stale = Q(last_fetched=None) | ~Q(last_fetched=today)
        Feed.objects.filter(stale, pk=found.pk).update(last_fetched=today)


def _etag(found: Feed, today: date, host: str) -> str:
    """Another after any write, on another day and under another norm; the answer is built only then."""
    head = log_head()
    parts = (found.pk, host, today.isoformat(), packs.norm().fingerprint, str(head.number), head.hash)
    return f'W/"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def _text(request: HttpRequest, found: Feed, today: date) -> bytes:
    norm, first, last = packs.norm(), today - REACH, today + REACH
    tree = desk.placements(today)
    places = queries.cover(tree, found.organization_id) if found.organization_id else None
    wanted = Wanted(found.account, today, first, last, places, mine=places is None)
    things = gather(norm, wanted, tree, revisions=True)
    pages = ical.Pages(request.build_absolute_uri, today)
    events = ical.of_things(norm, things, pages, found.made)
    events += ical.of_school(school.days(norm, first, last), pages, found.made)
    place = things.names.get(found.organization_id or "", "我的日历")
    return ical.calendar(f"支部：{place}", events)


@require_safe
def activity(request: HttpRequest, identity: str) -> HttpResponse:
    """One activity as a file to open in a calendar."""
    visible = activities.activities(request.user)
    one = get_object_or_404(visible, pk=identity)
    today = clock.today()
    names = {row.organization_id: row.name for row in desk.placements(today)}
    revised = queries.revisions(visible.filter(pk=identity)).get(one.pk)
    pages = ical.Pages(request.build_absolute_uri, today)
    days = [row for row in held_on(one, queries.parts([one]), date.min, date.max) if row.moved_to is None]
    text = ical.calendar(one.title, [ical.held(row, names, pages, revised) for row in days])
    answer = HttpResponse(text, content_type=ical.CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{one.day:%Y-%m-%d}.ics"'
    return answer


def _plain(answer: HttpResponse) -> HttpResponse:
    answer["Content-Type"] = "text/plain; charset=utf-8"
    if answer.status_code == 429:
        answer["Retry-After"] = "600"
    return _private(answer)


def _private(answer: HttpResponse) -> HttpResponse:
    """Kept by no cache on the way, told to no other site, listed by no search."""
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
