"""What the server makes ready: on the day of its start and on each day that comes; never twice, never in the way."""

from __future__ import annotations

from datetime import date
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from zhibu.desk import findings
from zhibu.jobs import warming, worker
from zhibu.site import clock

DAYS = [date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 25)]


class Ended(BaseException):
    """Ends the endless thread of a test."""


def test_each_day_is_made_ready_once(monkeypatch):
    days, warmed = iter(DAYS), []

    def today():
        found = next(days, None)
        if found is None:
            raise Ended
        today.last = found
        return found

    monkeypatch.setattr(clock, "today", today)
    monkeypatch.setattr(warming, "warm", lambda: warmed.append(today.last))
    monkeypatch.setattr(warming.time, "sleep", lambda seconds: None)
    warmer = warming.Warmer()
    assert warmer.daemon  # it does not keep the process
    with pytest.raises(Ended):
        warmer.run()
    assert warmed == sorted(set(DAYS))


@pytest.mark.django_db
def test_a_fault_of_one_room_is_told_and_leaves_the_others_alone(monkeypatch, caplog):
    done = []

    def fall():
        raise ValueError("broken")

    rooms = (
        SimpleNamespace(__name__="one", warm=fall),
        SimpleNamespace(__name__="two"),
        SimpleNamespace(__name__="three", warm=lambda: done.append(3)),
    )
    monkeypatch.setattr(worker, "modules", lambda: rooms)
    # The connection is the test's own.
    monkeypatch.setattr(warming, "connection", SimpleNamespace(close=lambda: done.append("closed")))
    monkeypatch.setattr(warming, "close_old_connections", lambda: None)
    warming.warm()
    assert done == ["closed", 3, "closed"]
    assert "one could not make its pages ready" in caplog.text


def test_whoever_asks_meanwhile_waits_for_the_one_reckoning(monkeypatch):
    begun, go, asked = Event(), Event(), []

    def whole(norm, question, head):
        asked.append(question)
        begun.set()
        assert go.wait(10)
        return findings.Kept(head, {})

    monkeypatch.setattr(findings, "_whole", whole)
    monkeypatch.setattr(findings, "log_head", lambda: findings.Head(7, "x"))
    findings.forget()
    got = []
    threads = [Thread(target=lambda: got.append(findings.findings(DAYS[0]))) for _ in range(4)]
    threads[0].start()
    assert begun.wait(10)
    for thread in threads[1:]:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    findings.forget()
    assert len(asked) == 1
    assert len(got) == 4
    assert all(one is got[0] for one in got)
