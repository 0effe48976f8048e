"""The trend: of what fell due in each month, how much is in which state; this year and the last."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.audit.relations import Asked, Finding
from zhibu.desk import findings, queries, trend, work
from zhibu.desk.cells import Seen, gathered
from zhibu.site import packs

DAY = date(2026, 3, 10)


def finding(status, due, duty="study.weekly"):
    return Finding(duty, "6", "b1", "b1", due.isoformat(), 1, 0, status, due, None)


def years(*rows, doubtful=()):
    seen = Seen(gathered(packs.norm(), rows).values())
    return trend.years(trend.counted(seen, doubtful), DAY)


def test_each_month_counts_its_states_and_the_share_done_on_time():
    (this,) = years(
        finding("met", date(2026, 1, 4)), finding("met", date(2026, 1, 11)), finding("late", date(2026, 1, 18)),
        finding("missed", date(2026, 2, 1)), finding("open", date(2026, 3, 31)), finding("met", date(2026, 4, 5)),
    )  # fmt: skip
    assert [month.number for month in this.months] == [1, 2, 3]
    january, february, march = this.months
    assert (dict(january.counts)["met"], january.total, january.behind, january.share) == (2, 3, 1, "66.6%")
    # What still runs is no bar: it would dwarf whatever was not done on time.
    assert (february.share, march.share, march.behind, march.pieces) == ("0.0%", "—", 0, [])
    assert (this.total, this.running) == (5, 1)


def test_both_years_stand_on_one_scale_and_the_later_comes_first():
    this, last = years(
        finding("missed", date(2026, 1, 4)),
        finding("missed", date(2025, 12, 7)),
        finding("missed", date(2025, 12, 14)),
    )
    assert (this.number, last.number) == (2026, 2025)
    assert len(last.months) == 12
    assert this.months[0].pieces[0].height * 2 == last.months[11].pieces[0].height == trend.HEIGHT


def test_what_rests_on_an_unsigned_reading_is_counted_apart():
    (this,) = years(finding("missed", date(2026, 1, 4)), doubtful={"study.weekly"})
    assert dict(this.sums)["missed"] == 0
    assert dict(this.sums)["unsigned"] == 1


def test_what_only_stands_or_not_on_the_day_has_no_month():
    assert not {"term.branch", "dues.streak"} & {duty.id for duty in trend.dated(packs.norm())}


def signed_in(client, account):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.django_db
def test_the_page_is_narrowed_and_exported(client, in_use, account_of):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    whole = browser.get("/findings/trend/").context["years"][0].total
    page = browser.get("/findings/trend/", {"org": in_use.one.pk, "duty": "study.weekly"})
    assert 0 < page.context["years"][0].total < whole
    book = browser.get("/findings/trend/", {"export": "xlsx"})
    assert book.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    map_ = browser.get("/findings/", {"export": "xlsx", "span": "year"})
    assert map_.headers["Content-Type"].startswith("application/vnd.openxmlformats")


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 1, 12), date(2026, 4, 1)])
def test_both_years_are_those_of_one_audit_over_both(in_use, client, account_of, day, monkeypatch):
    in_use.committee.first_days_of_use.update(since=date(2024, 9, 1))
    monkeypatch.setenv("ZHIBU_TODAY", day.isoformat())
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    drawn = browser.get("/findings/trend/").context["years"]
    norm = packs.norm()
    wanted = {duty.id for duty in trend.dated(norm)}
    every = findings.run(norm, Asked(day, date(day.year - 1, 1, 1)))
    elsewhere = {in_use.other.pk, in_use.far.pk}
    rows = [one for one in every if one.duty in wanted and one.org not in elsewhere]
    seen = Seen(gathered(norm, rows).values())
    expected = trend.years(trend.counted(seen, queries.doubtful(norm, day)), day)
    assert [one.number for one in drawn] == [day.year, day.year - 1]
    assert drawn == expected


@pytest.mark.django_db
def test_what_is_made_ready_serves_the_first_pages_of_the_day(in_use, client, account_of, monkeypatch):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    work.warm()
    monkeypatch.setattr(findings, "_whole", None)  # nothing is reckoned from nothing any more
    monkeypatch.setattr(findings, "_renewed", None)
    for address in ("/desk/", "/findings/trend/", f"/desk/ahead/?org={in_use.one.pk}", "/findings/"):
        assert browser.get(address).status_code == 200
    findings.forget()
    with pytest.raises(TypeError):
        browser.get("/desk/")


@pytest.mark.django_db
def test_more_than_there_is_room_for_is_not_made_ready(in_use, monkeypatch):
    monkeypatch.setattr(findings, "MOST", 10)
    work.warm()
    assert len(findings._kept) == 1
