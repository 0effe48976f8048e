"""An account for each role of the demo, with a password that the sign-in page shows in demo mode only."""

from __future__ import annotations

import json
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password

from zhibu.access import accounts
from zhibu.access.models import Account
from zhibu.access.roles import ROLES
from zhibu.desk.demo.ids import Ids
from zhibu.desk.demo.values import College
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization

#: Shown to everyone who opens the sign-in page of a demo: it protects nothing.
PASSWORD = "yanshi-2026-zhibu"
FILE = "demo.json"
BRANCH = "u09"


class Wanted(NamedTuple):
    """A role, the username, where the role is given, whose account it is (a key; empty: nobody's)."""

    role: str
    username: str
    unit: str
    person: str


def wanted(college: College, today: date) -> list[Wanted]:
    """One account for each role: of one branch as far as the role is a branch's."""

    def seat(portfolio: str) -> str:
        return next(
            one.person
            for one in college.seats
            if one.unit == BRANCH and one.portfolio == portfolio and one.until is None
        )

    group = college.groups(BRANCH)[0].key
    members = sorted(one.key for one in college.members_on(BRANCH, today))
    seated = {one.person for one in college.seats}
    plain = [key for key in members if key not in seated]
    committee = college.committee.key
    applicant, home = next(iter(college.applicants.items()))
    return [
        Wanted("administrator", "guanliyuan", committee, ""),
        Wanted("committee_officer", "dangban", committee, ""),
        Wanted("branch_secretary", "shuji", BRANCH, college.holders("branch_secretary", today, BRANCH)[0]),
        Wanted("organization_commissioner", "zuzhi", BRANCH, seat("组织委员")),
        Wanted("publicity_commissioner", "xuanchuan", BRANCH, seat("宣传委员")),
        Wanted("discipline_commissioner", "jijian", BRANCH, seat("纪检委员")),
        Wanted("group_leader", "zuzhang", group, college.holders("group_leader", today, group)[0]),
        Wanted("dues_accountant", "kuaiji", committee, ""),
        Wanted("cashier", "chuna", committee, ""),
        Wanted("member", "dangyuan", BRANCH, plain[0]),
        Wanted("applicant", "shenqingren", home, applicant),
        Wanted("auditor", "shenji", committee, ""),
        Wanted("superior", "shangji", committee, ""),
    ]


def make_accounts(actor: Account, college: College, ids: Ids, today: date) -> list[dict[str, str]]:
    """Make them through the actions; gives role, username and password of each, as the sign-in page shows."""
    password = make_password(PASSWORD)
    shown = []
    for one in wanted(college, today):
        member = Member.objects.get(pk=ids[one.person]) if one.person else None
        title = ROLES[one.role].title
        account = accounts.create_account(
            actor=actor, username=one.username, name="" if member else title, member=member
        )
        account.password = password
        account.save(update_fields=["password"])
        place = Organization.objects.get(pk=ids[one.unit])
        accounts.grant(
            actor=actor, account=account, role=one.role, organization=place, since=college.first_day
        )
        shown.append({"role": title, "username": one.username, "password": PASSWORD})
    return shown


def show(accounts_shown: list[dict[str, str]]) -> None:
    """Leave the list where the sign-in page looks for it in demo mode."""
    text = json.dumps(accounts_shown, ensure_ascii=False, indent=1)
    (settings.VAR / FILE).write_text(text + "\n", encoding="utf-8")
