"""The writers: a feed's address is made, and revoked for good."""

from __future__ import annotations

import secrets

from zhibu.access import NotPermitted, Refused, action, log, permit, scope, snapshot
from zhibu.access.models import Account
from zhibu.access.sealing import sealed, secret_hash
from zhibu.desk.calendar.models import SEALED_WITH, Feed
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock

#: Bytes of chance in an address: 192 bits.
SECRET_BYTES = 24
#: So many addresses of one account are in use at most.
MOST_FEEDS = 10
#: What an organization's feed shows asks for this permission, when it is made and whenever it is fetched.
READ = "activities.read"


@action("calendar.subscribe")
def make_feed(*, actor: Account, name: str, organization: Organization | None = None) -> tuple[Feed, str]:
    """Make an address for the own calendar, or an organization's; gives the feed and its secret, told only here."""
    permit(actor, "calendar.subscribe")
    if organization is not None:
        permit(actor, READ, organization)
    name = name.strip()
    if not name:
        raise Refused(
            what="没有建立订阅地址",
            why="没有写名称",
            mend="请写这个地址用在哪里，例如“我的手机”",
            code="calendar.no_name",
        )
    # One at a time: two tabs at once do not pass the bound.
    Account.objects.select_for_update().get(pk=actor.pk)
    if Feed.objects.filter(account=actor, revoked=None).count() >= MOST_FEEDS:
        raise Refused(
            what="没有建立订阅地址",
            why=f"一个账号最多同时有 {MOST_FEEDS} 个订阅地址",
            mend="请先撤销不用的地址",
            code="calendar.too_many",
        )
    secret = secrets.token_urlsafe(SECRET_BYTES)
    feed = Feed(
        account=actor,
        organization=organization,
        sealed_name=sealed(SEALED_WITH, actor.pk, name),
        secret_hash=secret_hash(secret),
        made=clock.now(),
    )
    feed.save(force_insert=True)
    _log(actor, "calendar.subscribe", feed, None)
    return feed, secret


@action("calendar.revoke")
def revoke_feed(*, actor: Account, feed: Feed) -> Feed:
    """Revoke an own address: from now on it answers as one that never was. There is no way back."""
    locked = Feed.objects.select_for_update().get(pk=feed.pk)
    if locked.account_id != actor.pk:
        raise NotPermitted(
            what="没有撤销",
            why="这是别人的订阅地址",
            mend="请本人撤销；人已离岗的，请系统管理员停用其账号，地址随之失效",
            code="calendar.not_own",
        )
    if locked.revoked is not None:
        raise Refused(
            what="没有改动", why="这个地址已经撤销", mend="需要时请另建一个", code="calendar.revoked"
        )
    before = snapshot(locked)
    locked.revoked = clock.now()
    locked.save(update_fields=["revoked"])
    _log(actor, "calendar.revoke", locked, before)
    return locked


def _log(actor: Account, verb: str, feed: Feed, before: dict[str, object] | None) -> None:
    """The row stands where the feed's organization is, or where the account has its roles."""
    places = (
        [feed.organization_id] if feed.organization_id else sorted(scope.roots(actor, "calendar.subscribe"))
    )
    log(
        actor,
        verb,
        feed,
        before=before,
        after=snapshot(feed),
        organizations=places,
        members=[actor.member_id] if actor.member_id else [],
    )
