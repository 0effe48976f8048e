"""Record entries, one or a sheet of them; open a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from zhibu.access import action, log, log_many, scope, snapshot
from zhibu.access.chain import Entry as LogEntry
from zhibu.access.models import Account
from zhibu.registers.evidence import kinds, permission, rules
from zhibu.registers.evidence.actions.attachments import attach_file
from zhibu.registers.evidence.actions.draft import Draft, check, check_alone, refuse
from zhibu.registers.evidence.models import Case, Entry
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs
from zhibu.site.identifiers import new_id

VERB = permission.RECORD
OWN = "evidence.own"


@action(VERB)
def record_entry(
    *,
    actor: Account,
    draft: Draft,
    begin_case: bool = False,
    file: tuple[str, bytes] | None = None,
    today: date,
) -> Entry:
    """Record one entry; with `begin_case` in a case of its own that begins with it.

    `file`: the name and content of what is attached to it at once.
    """
    if begin_case:
        case = open_case(
            actor=actor, kind=draft.kind, organization=draft.organization, member=draft.member, today=today
        )
        draft = replace(draft, ref=case.pk, ref_title=case.title)
    entry = record_entries(actor=actor, drafts=[draft], today=today)[0]
    if file is not None:
        attach_file(actor=actor, entry=entry, name=file[0], data=file[1], today=today)
    return entry


@action(VERB)
def record_entries(*, actor: Account, drafts: Sequence[Draft], today: date) -> list[Entry]:
    """Record entries that one sheet gave; all or none. Each has its log row.

    Where the reference is a paper's or sheet's and none was written, the sheet itself is the reference.
    """
    if not drafts:
        raise refuse("一个人也没有勾选", "请勾选后再保存", "empty")
    norm = packs.norm()
    own = [_permit(actor, draft) for draft in drafts]
    # One at a time in an organization: what is sent twice at once is found to stand already.
    places = {draft.organization.pk for draft in drafts}
    list(Organization.objects.select_for_update().filter(pk__in=places).order_by("pk"))
    sheet = new_id() if len(drafts) > 1 else ""
    made: list[Entry] = []
    for draft in drafts:
        kind = check(norm, draft, today)
        state = kind.type == "state"
        counts_for = None if state else rules.counted_day(draft.kind, draft.day, draft.counts_for)
        ref = draft.ref.strip() or (sheet if kind.ref == "sheet" else "")
        check_alone(draft, counts_for)
        made.append(
            Entry(
                kind=draft.kind,
                type=kind.type,
                organization=draft.organization,
                member=draft.member,
                day=draft.day,
                counts_for=counts_for,
                counts_for_reason=draft.counts_for_reason.strip() if counts_for else "",
                until=draft.until if state else None,
                amount=draft.amount,
                ref=ref,
                ref_title=draft.ref_title.strip(),
                note=draft.note.strip(),
                kept_at=draft.kept_at.strip(),
                sheet=sheet,
                recorded=today,
            )
        )
    _refuse_twice(made)
    rows = [_row(entry, OWN if of_oneself else VERB) for entry, of_oneself in zip(made, own, strict=True)]
    Entry.objects.bulk_create(made, batch_size=500)
    log_many(actor, VERB, rows)
    return made


@action("evidence.case")
def open_case(
    *,
    actor: Account,
    kind: str,
    organization: Organization,
    member: Member | None,
    title: str = "",
    today: date,
) -> Case:
    """Open the case that entries of the kind will belong to."""
    permission.require(actor, VERB, kind, organization)
    matter = kinds.matter_of(kind)
    name = title.strip() or f"{member or organization}{matter.title}（{today:%Y年%m月%d日}建）"
    case = Case.objects.create(
        type=matter.type, title=name[:120], organization=organization, member=member, recorded=today
    )
    log(
        actor,
        "evidence.case",
        case,
        before=None,
        after=snapshot(case),
        organizations=[organization],
        members=[member] if member else [],
    )
    return case


def _permit(actor: Account, draft: Draft) -> bool:
    """Who records for the organization may; of oneself a member may enter what is one's own to write (True)."""
    own = (
        kinds.is_own(packs.norm(), draft.kind)
        and draft.member is not None
        and draft.member.pk == actor.member_id
        and scope.owns(actor, OWN)
        and draft.member.memberships_on(draft.day).filter(organization=draft.organization).exists()
    )
    if not own or permission.may(actor, VERB, draft.kind, draft.organization):
        permission.require(actor, VERB, draft.kind, draft.organization)
        return False
    return True


def _refuse_twice(made: Sequence[Entry]) -> None:
    """A sheet that names the same thing twice."""
    seen: set[tuple[object, ...]] = set()
    for entry in made:
        row = (entry.kind, entry.organization_id, entry.member_id, entry.day, entry.counts_for, entry.ref)
        if row in seen:
            raise refuse(f"同一张表上{entry.member or ''}登记了两次", "请只保留一条", "same")
        seen.add(row)


def _row(entry: Entry, verb: str) -> LogEntry:
    return LogEntry(
        entry,
        None,
        snapshot(entry),
        (entry.organization_id,),
        (entry.member_id,) if entry.member_id else (),
        verb,
    )
