"""Write a draft, change it, discard it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.access import action, log, permit, roles, scope, snapshot
from zhibu.access.models import Account
from zhibu.registers.notices import recipients, rules
from zhibu.registers.notices.actions.log_row import log_notice, refuse
from zhibu.registers.notices.models import Addressee, Asked, Notice
from zhibu.registers.organizations.models import Organization, PostKind


@dataclass(frozen=True)
class Line:
    """One line of 发给谁: `type` and `whom` as in `Addressee`, `target` an id or the key of a post, role or group."""

    type: str
    target: str
    whom: str = ""


@dataclass(frozen=True)
class Draft:
    """A notice as it was written."""

    title: str
    body: str = ""
    type: str = Notice.Type.NOTICE
    number: str = ""
    issuer: str = ""
    issued: date | None = None
    received: date | None = None
    asked: str = Asked.READ
    demand: str = ""
    deadline: date | None = None
    remind_before: int = 3
    ref: str = ""
    ref_title: str = ""
    lines: Sequence[Line] = ()


FIELDS = (
    "title", "body", "type", "number", "issuer", "issued", "received", "asked", "demand", "deadline",
    "remind_before", "ref", "ref_title",
)  # fmt: skip


@action("notices.draft")
def save_draft(
    *, actor: Account, organization: Organization, draft: Draft, notice: Notice | None = None, today: date
) -> Notice:
    """Write a draft of `organization`, or change `notice`, which is one. Raises Refused."""
    permit(actor, "notices.send", organization)
    _check(draft, organization, today)
    before = None
    if notice is None:
        notice = Notice(organization=organization, author=actor, recorded=today)
    else:
        notice = drafted(notice)
        if notice.organization_id != organization.pk:
            raise refuse("发送的党组织不能改换", "请另写一份", "sender_stays")
        before = snapshot(notice)
    for name in FIELDS:
        value = getattr(draft, name)
        setattr(notice, name, value.strip() if isinstance(value, str) else value)
    if notice.type == Notice.Type.NOTICE:
        notice.issuer, notice.issued, notice.received = "", None, None
    notice.save()
    notice.addressees.all().delete()
    lines = {(one.type, one.target): one for one in draft.lines}
    Addressee.objects.bulk_create(
        Addressee(notice=notice, type=one.type, target=one.target, whom=one.whom) for one in lines.values()
    )
    log_notice(actor, "notices.draft", notice, before)
    return notice


@action("notices.discard")
def discard(*, actor: Account, notice: Notice) -> None:
    """Throw a draft away."""
    permit(actor, "notices.send", notice.organization)
    notice = drafted(notice)
    before, identity = snapshot(notice), notice.pk
    notice.delete()
    notice.pk = identity
    log(actor, "notices.discard", notice, before=before, after=None, organizations=[notice.organization_id])


def drafted(notice: Notice) -> Notice:
    """The draft as it stands now, locked. Raises Refused for what was sent."""
    locked = Notice.objects.select_for_update(of=("self",)).filter(pk=notice.pk).first()
    if locked is None or locked.status != Notice.Status.DRAFT:
        raise refuse("这一份已经发送或删除", "要改正的，请撤回后另发一份", "not_a_draft", "没有改动")
    return locked


def _check(draft: Draft, organization: Organization, today: date) -> None:
    if not draft.title.strip():
        raise refuse("没有写标题", "请写明标题", "no_title")
    if draft.type not in Notice.Type.values or draft.asked not in Asked.values:
        raise refuse("类别或要求不对", "请从选项中选择", "choice")
    if not 0 <= draft.remind_before <= rules.MOST_BEFORE:
        raise refuse(f"提前提醒的天数应在 0 到 {rules.MOST_BEFORE} 之间", "请改正天数", "days")
    if draft.type == Notice.Type.DOCUMENT and not draft.issuer.strip():
        raise refuse("上级文件没有写发文单位", "请填写发文单位", "no_issuer")
    faults = rules.date_faults(
        issued=draft.issued, received=draft.received, deadline=draft.deadline, sent=today, today=today
    )
    if faults:
        raise refuse("；".join(fault.rstrip("。") for fault in faults.values()), "请改正日期", "date")
    check_lines(draft.lines, organization, today)


def check_lines(lines: Sequence[Line], organization: Organization, today: date) -> None:
    """Refuse addressees that the organization does not reach or that there are not."""
    known: dict[str, set[str]] = {
        Addressee.Type.POST: {*PostKind.values},
        Addressee.Type.ROLE: {*roles.ROLES},
        Addressee.Type.GROUP: {*recipients.GROUP_TITLES},
    }
    wanted = {one.target for one in lines if one.type == Addressee.Type.ORGANIZATION}
    if wanted:
        below = Organization.objects.on(today).filter(pk__in=scope.subtree([organization.pk]))
        known[Addressee.Type.ORGANIZATION] = {*below.filter(pk__in=wanted).values_list("pk", flat=True)}
    single = [one.target for one in lines if one.type == Addressee.Type.MEMBER]
    if single:
        known[Addressee.Type.MEMBER] = recipients.reached(single, organization.pk, today)
    for one in lines:
        if one.type not in Addressee.Type.values or one.target not in known.get(one.type, ()):
            raise refuse(
                "收件人里有不属于本级及下级的党组织或人员",
                "请刷新页面，重新选择收件人",
                "addressee",
            )
        if one.type == Addressee.Type.ORGANIZATION and one.whom not in Addressee.Whom.values:
            raise refuse("没有写明发给党组织的什么人", "请选择书记、支委或全体党员", "whom")
