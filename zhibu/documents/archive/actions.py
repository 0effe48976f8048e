"""The writers of boxes: asked for, gone on with, made, taken out, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from zhibu.access import Refused, action, log, permit, snapshot, system_account
from zhibu.access.models import Account
from zhibu.documents.archive import queries, storage
from zhibu.documents.archive.models import Archive
from zhibu.documents.archive.selection import Selection
from zhibu.jobs import queue
from zhibu.site import clock

MAKE, TAKE, DELETE = queries.MAKE, "archive.take", "archive.delete"
FINISH, EXPIRE = "archive.finish", "archive.expire"
#: So many boxes of one account stand at a time.
MOST = 10


class AlreadyAsked(Refused):
    """The same box is being made, or stands and is of what is recorded now."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(
            what="没有再做一份",
            why="同样的材料正在制作" if archive.made is None else "同样的材料已经做好，之后没有新的登记",
            mend="请看这一份",
            code="archive.already_asked",
        )
        self.archive = archive


def _refused(why: str, mend: str, code: str) -> Refused:
    return Refused(what="没有办理", why=why, mend=mend, code=f"archive.{code}")


@action(MAKE)
def ask(*, actor: Account, selection: Selection, today: date) -> Archive:
    """Put the making of a box in line. Raises AlreadyAsked where the same one is made or stands."""
    permit(actor, MAKE)
    if not (selection.articles and selection.organizations and selection.years):
        raise _refused("没有选条、党组织或年度", "请至少各选一项", "empty")
    if not set(selection.organizations) <= queries.reach(actor):
        raise _refused("所选的党组织不在您的权限内", "请重新选择", "scope")
    # The button pressed twice finds the first box.
    if (same := queries.standing(actor, selection, today)) is not None:
        raise AlreadyAsked(same)
    if Archive.objects.filter(account=actor).count() >= MOST:
        raise _refused(f"您已有 {MOST} 份材料", "请先删除不用的", "many")
    made = Archive(
        account=actor,
        asked=clock.now(),
        day=today,
        articles=list(selection.articles),
        organizations=list(selection.organizations),
        years=list(selection.years),
        key=selection.key,
    )
    made.job = queue.ask(account=actor, kind="archive", arguments={"archive": made.pk})
    made.save(force_insert=True)
    log(actor, MAKE, made, before=None, after=snapshot(made), organizations=made.organizations)
    return made


@action(MAKE)
def go_on(*, actor: Account, archive: Archive) -> None:
    """Put an own box that broke off, or was refused, in line again."""
    permit(actor, MAKE)
    if archive.account_id != actor.pk or archive.made is not None or archive.job.active:
        raise _refused("这份材料不用再做", "请刷新页面", "not_broken_off")
    if not set(archive.organizations) <= queries.reach(actor):
        raise _refused("所选的党组织不再都在您的权限内", "请删除后重新选择", "scope")
    queue.ask_again(archive.job)
    state = snapshot(archive)
    log(actor, MAKE, archive, before=state, after=state, organizations=archive.organizations)


@action(FINISH)
def finish(
    *,
    actor: Account,
    archive: Archive,
    roots: Sequence[str],
    version: int,
    size: int,
    digest: str,
    counts: Mapping[str, int],
) -> None:
    """The box is made: how large it is, its hash, what it holds. Written by the worker for whoever asked."""
    before = snapshot(archive)
    archive.roots, archive.version, archive.counts = list(roots), version, dict(counts)
    archive.size, archive.digest, archive.made = size, digest, clock.now()
    archive.save(force_update=True)  # one that was removed meanwhile does not come back
    log(actor, FINISH, archive, before=before, after=snapshot(archive), organizations=archive.organizations)


def blocked(reader: Account, archive: Archive, today: date, forgotten: int) -> Refused | None:
    """Why the box cannot be taken now; None where it can. `forgotten`: `queries.last_forgotten`."""
    if not queries.covers(reader, archive):
        return _refused(
            "做好之后您的权限有变，不再覆盖其中的全部内容", "请按现在的权限重新制作", "scope_shrank"
        )
    if archive.expires < today:
        return _refused("已过保留期限", "请重新制作", "expired")
    if forgotten > (archive.version or 0):
        return _refused("做好之后有人的个人信息按要求销毁", "请重新制作", "forgotten")
    if not storage.finished(archive.pk).is_file():
        return _refused("文件不在服务器上（备份不含迎检材料）", "请重新制作", "gone")
    return None


@action(TAKE)
def take(*, actor: Account, archive: Archive, today: date) -> None:
    """Take the box out: who did stands in the log. Raises Refused where it cannot be taken."""
    permit(actor, TAKE)
    if archive.made is None:
        raise _refused("还没有做好", "请等它做完", "not_made")
    if (why := blocked(actor, archive, today, queries.last_forgotten())) is not None:
        raise why
    log(actor, TAKE, archive, before=None, after=None, organizations=archive.organizations)


@action(DELETE)
def delete(*, actor: Account, archive: Archive) -> None:
    """Remove an own box, made or not, with its file."""
    permit(actor, DELETE)
    if archive.account_id != actor.pk:
        raise _refused("这份材料是别人做的", "请由制作人删除", "not_own")
    _remove(actor, DELETE, archive)


def _remove(actor: Account, verb: str, archive: Archive) -> None:
    before, job, identity = snapshot(archive), archive.job, archive.pk
    archive.delete()
    job.delete()  # its worker, if one has it, stops at the next step
    archive.pk = identity
    log(actor, verb, archive, before=before, after=None, organizations=archive.organizations)
    transaction.on_commit(lambda: storage.remove(identity))


@action(EXPIRE)
def expire(*, archive: Archive) -> None:
    """Remove a box whose days are over, or that may not be given out any more."""
    _remove(system_account(), EXPIRE, archive)
