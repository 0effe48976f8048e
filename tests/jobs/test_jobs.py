"""Jobs: one worker has each, what broke off is taken up again, what is lost is told."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from zhibu.access import Refused, action, log
from zhibu.jobs import queue, worker
from zhibu.jobs.models import Job

pytestmark = pytest.mark.django_db

ELSEWHERE = "another-machine/17/x"


@action("test.ask")
def put(account, kind="sum", **arguments):
    job = queue.ask(account=account, kind=kind, arguments=arguments)
    log(account, "test.ask", job, before=None, after=job.snapshot())
    return job


@pytest.fixture
def kinds(monkeypatch):
    """The kinds of these tests, in place of those of the rooms."""
    found = {}
    monkeypatch.setattr(worker, "kinds", lambda: found)
    return found


def test_a_job_is_done_and_tells_how_far_it_is(system, kinds):
    seen = []

    def add(work):
        for number in (1, 2, 3):
            work.tell(number, 3, f"第 {number} 个")
            job = Job.objects.get()
            seen.append((job.done, job.total, job.words, job.percent))
        return {"sum": sum(work.arguments["values"])}

    kinds["sum"] = add
    job = put(system, values=[1, 2, 3])
    assert worker.work_all() == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.done) == ("done", {"sum": 6}, 3)
    assert seen == [(1, 3, "第 1 个", 33), (2, 3, "第 2 个", 66), (3, 3, "第 3 个", 100)]
    assert worker.work_once() is False


def test_nothing_is_put_in_line_outside_an_action(system):
    with pytest.raises(RuntimeError):
        queue.ask(account=system, kind="sum", arguments={})


def test_a_refusal_is_kept_in_words(system, kinds):
    def refuse(work):
        raise Refused(what="没有做", why="不在范围内", mend="请重选", code="test")

    kinds["sum"] = refuse
    job = put(system)
    worker.work_all()
    job.refresh_from_db()
    assert (job.state, job.refusal) == ("refused", ["没有做", "不在范围内", "请重选"])


def test_a_fault_interrupts_and_it_can_be_asked_again(system, kinds):
    tries = []

    def fall(work):
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("broken")
        return {}

    kinds["sum"] = fall
    job = put(system)
    worker.work_all()
    job.refresh_from_db()
    assert (job.state, job.words) == ("interrupted", "程序出错，已记入服务器日志")

    @action("test.again")
    def again():
        queue.ask_again(job)
        log(system, "test.again", job, before=None, after=job.snapshot())

    again()
    worker.work_all()
    job.refresh_from_db()
    assert job.state == "done"


def test_a_job_of_a_live_worker_is_left_to_it(system, kinds):
    put(system)
    mine = queue.claim(ELSEWHERE)
    assert mine is not None
    assert queue.claim("third/1/x") is None


@pytest.mark.parametrize("gone", ["silent", "dead", "number used again"])
def test_a_job_whose_worker_is_gone_is_taken_up(system, kinds, gone, monkeypatch):
    host, process, _ = queue.this_worker().split("/")
    names = {"silent": ELSEWHERE, "dead": f"{host}/99/x", "number used again": f"{host}/{process}/before"}
    monkeypatch.setattr(queue, "_lives", lambda process: process != 99)
    put(system)
    lost = queue.Work(queue.claim(names[gone]))
    if gone == "silent":
        Job.objects.update(heartbeat=timezone.now() - queue.SILENT - timedelta(seconds=1))
    kinds["sum"] = lambda work: {"by": "the next"}
    assert worker.work_once()
    with pytest.raises(queue.Taken):
        lost.tell(1, 2, "still here?")
    assert Job.objects.get().result == {"by": "the next"}


def test_what_breaks_off_again_and_again_is_given_up(system):
    put(system)
    for _ in range(queue.MOST_ATTEMPTS):
        assert queue.claim(ELSEWHERE)
        Job.objects.update(heartbeat=timezone.now() - queue.SILENT * 2)
    assert queue.claim(ELSEWHERE) is None
    assert Job.objects.get().state == "interrupted"


def test_a_job_that_was_dropped_stops_its_worker(system, kinds):
    reached = []

    def dropped(work):
        Job.objects.all().delete()
        work.tell(1, 2, "")
        reached.append(1)

    kinds["sum"] = dropped
    put(system)
    assert worker.work_once()
    assert reached == []


def test_the_command_does_what_waits_and_clears_away(system, kinds, monkeypatch, capsys):
    from zhibu.commands import work

    cleared = []
    monkeypatch.setattr(worker, "clean", lambda: cleared.append(1))
    kinds["sum"] = lambda job: {}
    put(system)
    put(system, kind="unknown")
    assert work.run(SimpleNamespace()) == 1
    assert "办理 2 项任务，其中 1 项没有办成" in capsys.readouterr().out
    assert work.run(SimpleNamespace()) == 0
    assert cleared == [1, 1]
