"""The making: goes on where it broke off with an equal result, says what changed, stops when the reach shrinks."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta

import pytest

from zhibu.access import Refused
from zhibu.access.models import LogRow
from zhibu.documents.archive import actions, making, queries, storage, work
from zhibu.documents.archive.models import Archive
from zhibu.jobs import queue, worker
from zhibu.jobs.models import Job
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.actions import Draft

pytestmark = pytest.mark.django_db


def record(system, place, today, kind="room.space"):
    draft = Draft(kind=kind, organization=place, day=date(2026, 10, 1))
    return evidence.record_entry(actor=system, draft=draft, today=today)


@pytest.fixture
def parts(monkeypatch):
    """The organizations that were packed; `parts.before` is called before each, by name."""
    real = making._Making._write_part

    class Parts(list):
        before = staticmethod(lambda name: None)

    found = Parts()

    def pack(self, unit, *other):
        found.before(unit.name)
        found.append(unit.name)
        return real(self, unit, *other)

    monkeypatch.setattr(making._Making, "_write_part", pack)
    return found


def again(archive):
    """The same box, made once more from nothing."""
    storage.remove(archive.pk)
    Archive.objects.filter(pk=archive.pk).update(made=None)
    Job.objects.update(state="waiting", attempts=0)
    worker.work_all()
    return storage.finished(archive.pk).read_bytes()


def test_it_goes_on_where_it_broke_off_with_an_equal_result(asked, officer, parts):
    def fall(name):
        if name == "机电工程系党支部":
            raise OSError("disk")

    parts.before = fall
    worker.work_all()
    job = Job.objects.get()
    assert (job.state, job.words) == ("interrupted", "程序出错，已记入服务器日志")
    assert parts == ["示例学院党委", "信息工程系党支部"]
    parts.before = lambda name: None
    asked.refresh_from_db()
    actions.go_on(actor=officer, archive=asked)
    worker.work_all()
    assert parts[2:] == ["机电工程系党支部"]  # what stands is kept
    finished = storage.finished(asked.pk).read_bytes()
    assert [path.name for path in storage.folder(asked.pk).iterdir()] == ["archive.zip"]
    del parts[:]
    assert again(asked) == finished
    assert len(parts) == 3


def test_a_worker_that_is_gone_is_followed_by_another(asked, parts):
    """A process killed in the middle says nothing any more: the next takes the job up."""

    class Killed(BaseException):
        pass

    def kill(name):
        raise Killed

    parts.before = kill
    with pytest.raises(Killed):
        worker.work_once("another-machine/1/x")
    assert Job.objects.get().state == "running"
    assert worker.work_once() is False  # it may still live
    Job.objects.update(heartbeat=Job.objects.get().heartbeat - queue.SILENT)
    parts.before = lambda name: None
    assert worker.work_once()
    asked.refresh_from_db()
    assert asked.made


def test_progress_moves(asked, parts):
    seen = []
    parts.before = lambda name: seen.append((Job.objects.get().percent, Job.objects.get().words))
    worker.work_all()
    assert [percent for percent, _ in seen] == [20, 40, 60]
    assert seen[1][1] == "正在装 信息工程系党支部（2/3）"


def test_few_findings_at_a_time_give_the_same(asked, monkeypatch):
    worker.work_all()
    whole = storage.finished(asked.pk).read_bytes()
    monkeypatch.setattr(making, "EXPLAINED", 10)
    one, two = (zipfile.ZipFile(__import__("io").BytesIO(data)) for data in (whole, again(asked)))
    assert one.namelist() == two.namelist()
    assert all(one.read(name) == two.read(name) for name in one.namelist())


def test_what_was_written_meanwhile_is_said(asked, parts, system, recorded, today, monkeypatch):
    covers = []
    real = making.cover.cover
    monkeypatch.setattr(making.cover, "cover", lambda *given: covers.append(real(*given)) or covers[-1])
    parts.before = lambda name: record(system, recorded.one, today) if name.startswith("机电") else None
    worker.work_all()
    said = dict(covers[0].values["about"])
    assert said["制作期间"].startswith("机电工程系党支部在制作期间又有登记或更正")
    asked.refresh_from_db()
    later = LogRow.objects.filter(number__gt=asked.version).exclude(verb__startswith="archive.")
    assert list(later.values_list("verb", flat=True)) == ["evidence.record"]


def test_asked_for_twice_it_is_one_until_something_is_recorded(
    asked, officer, everything, system, recorded, today
):
    with pytest.raises(actions.AlreadyAsked, match="正在制作") as refused:
        actions.ask(actor=officer, selection=everything, today=today)
    assert refused.value.archive.pk == asked.pk
    worker.work_all()
    with pytest.raises(actions.AlreadyAsked, match="之后没有新的登记"):
        actions.ask(actor=officer, selection=everything, today=today)
    record(system, recorded.one, today)
    assert actions.ask(actor=officer, selection=everything, today=today).pk != asked.pk


def test_another_ones_box_of_the_same_is_not_given(asked, everything, account_of, recorded, today):
    auditor = account_of("auditor", recorded.committee)
    assert actions.ask(actor=auditor, selection=everything, today=today).pk != asked.pk


def test_only_so_many_stand(officer, everything, today, monkeypatch):
    monkeypatch.setattr(actions, "MOST", 1)
    actions.ask(actor=officer, selection=everything, today=today)
    other = type(everything).of(everything.articles[:2], everything.organizations, everything.years)
    with pytest.raises(Refused, match="请先删除"):
        actions.ask(actor=officer, selection=other, today=today)


def test_beyond_the_own_reach_nothing_is_asked_for(account_of, everything, recorded, today):
    secretary = account_of("branch_secretary", recorded.one)
    with pytest.raises(Refused, match="不在您的权限内"):
        actions.ask(actor=secretary, selection=everything, today=today)
    with pytest.raises(Refused, match="没有选条"):
        actions.ask(actor=secretary, selection=type(everything).of((), (), ()), today=today)


@pytest.mark.parametrize("when", ["before", "in the middle"])
def test_a_reach_that_shrank_meanwhile_ends_it(asked, officer, parts, move, system, recorded, today, when):
    def shrink(name):
        if name.startswith("信息"):
            move(officer, "branch_secretary", recorded.one, system, today)

    if when == "before":
        move(officer, "branch_secretary", recorded.one, system, today)
    else:
        parts.before = shrink
    worker.work_all()
    job = Job.objects.get()
    assert job.state == "refused"
    assert job.refusal[1] == "提出之后您的权限有变，不再覆盖所选的全部党组织"
    asked.refresh_from_db()
    assert asked.made is None
    assert list(storage.folder(asked.pk).iterdir()) == []


def test_what_is_removed_while_it_is_made_is_gone(asked, officer, parts, django_capture_on_commit_callbacks):
    def remove(name):
        with django_capture_on_commit_callbacks(execute=True):
            actions.delete(actor=officer, archive=Archive.objects.get(pk=asked.pk))

    parts.before = remove
    worker.work_all()
    assert len(parts) == 1
    assert not Archive.objects.exists()
    assert not Job.objects.exists()
    work.clean()
    assert storage.identities() == set()


def test_what_has_expired_is_cleared_away(made, monkeypatch, settings, django_capture_on_commit_callbacks):
    stray = storage.folder("nobody")
    work.clean()
    assert Archive.objects.count() == 1
    assert not stray.exists()
    monkeypatch.setenv("ZHIBU_TODAY", (made.expires + timedelta(days=1)).isoformat())
    with django_capture_on_commit_callbacks(execute=True):
        work.clean()
    assert not Archive.objects.exists()
    assert storage.identities() == set()
    assert LogRow.objects.latest("number").verb == "archive.expire"


def test_when_someone_is_forgotten_it_is_given_out_no_more(
    made, officer, system, recorded, today, django_capture_on_commit_callbacks
):
    from zhibu.registers.members import actions as members

    assert actions.blocked(officer, made, today, queries.last_forgotten()) is None
    gone = members.add(
        actor=system, organization=recorded.one, since=recorded.began, today=today, name="赵一"
    )
    members.leave(actor=system, member=gone, until=today, reason="转出")
    members.forget(actor=system, member=gone, reason="校党〔2026〕8号", today=today)
    assert (
        actions.blocked(officer, made, today, queries.last_forgotten()).why
        == "做好之后有人的个人信息按要求销毁"
    )
    with pytest.raises(Refused):
        actions.take(actor=officer, archive=made, today=today)
    with django_capture_on_commit_callbacks(execute=True):
        work.clean()
    assert not Archive.objects.exists()


def test_the_log_says_who_made_and_who_took_it(made, officer, today):
    actions.take(actor=officer, archive=made, today=today)
    verbs = list(LogRow.objects.filter(object=made.pk).order_by("number").values_list("verb", "actor"))
    assert verbs == [(verb, officer.pk) for verb in ("archive.make", "archive.finish", "archive.take")]
    assert queries.data_version() < made.version + 2
