"""Accounts from the roster: one for each member of an organization and below, with an activation code
on a sheet.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from zhibu.access import scope
from zhibu.access.accounts import create_account, grant, issue_code
from zhibu.access.models import Account
from zhibu.access.permission import permit, permits
from zhibu.access.refusals import Refused
from zhibu.access.writing import action
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Application, Member, Membership
from zhibu.registers.organizations.models import Organization


class _Wanted(NamedTuple):
    """Someone who is to have an account: as what, where, since when."""

    member: Member
    place: str
    role: str
    since: date


class Line(NamedTuple):
    """A line of the sheet."""

    place: str
    name: str
    username: str
    code: str


def _username(number: str | None, identity: str) -> str:
    wanted = number or f"m{identity[-8:]}"
    taken = Account.objects.filter(username__iexact=wanted).exists()
    return f"{wanted}-{identity[-4:]}" if taken else wanted


def _wanted(places: QuerySet[Organization], today: date) -> list[_Wanted]:
    """The members, then the applicants, of these organizations."""
    return [
        _Wanted(row.member, row.organization_id, role, row.since)
        for model, role in ((Membership, "member"), (Application, "applicant"))
        for row in model.objects.filter(in_force(today), organization__in=places)
        .select_related("member", "member__account")
        .order_by("organization_id", "member__pinyin", "member_id")
    ]


@action("access.sheet")
def make_sheet(*, actor: Account, organization: Organization, renew: bool, today: date) -> list[Line]:
    """Make accounts for the members and applicants below `organization` who have none, in their branch.

    Codes go to new accounts and, with `renew`, to those never entered. The codes are given back once, here.
    Refused when there is nobody left to make one for.
    """
    permit(actor, "access.activate", organization)
    places = Organization.objects.filter(pk__in=scope.subtree([organization.pk]))
    names = {one.pk: str(one) for one in places.latest()}
    by_id = {one.pk: one for one in places}
    lines: list[Line] = []
    for member, place, role, since in _wanted(places, today):
        account = getattr(member, "account", None)
        if account is None:
            account = create_account(actor=actor, username=_username(member.number, member.pk), member=member)
            if permits(actor, "access.grant", place):
                grant(
                    actor=actor,
                    account=account,
                    role=role,
                    organization=by_id[place],
                    since=min(since, today),
                )
        elif not renew or account.has_usable_password() or not account.is_active:
            continue
        code = issue_code(actor=actor, account=account)
        lines.append(Line(names[place], member.name, account.username, code))
    if not lines:
        raise Refused(
            what="没有新的激活单",
            why="这里的党员都已有账号并已激活",
            mend="忘记密码的，请在其账号页重发激活码",
            code="access.sheet_empty",
        )
    return lines
