"""`zhibu administrator NAME --committee COMMITTEE`: the first account of a fresh deployment, or a new way in."""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta

from zhibu.commands.audit import day
from zhibu.site.start import start

ROLES = ("administrator", "committee_officer")


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `administrator` to the command line."""
    command = words.add_parser(
        "administrator",
        help="建立党委和第一个管理员账号，或为管理员重发激活码",
        description="没有这个党委就设立；没有这个账号就建立，授予系统管理员和党办角色；给出一次性激活码。",
    )
    command.add_argument("username", metavar="用户名", help="登录用的名称，如 guanliyuan")
    command.add_argument("--committee", required=True, metavar="全称", help="党委的全称")
    command.add_argument(
        "--since",
        type=day,
        metavar="日期",
        help="党委成立或开始使用的日期（默认今年 1 月 1 日）",
    )
    command.add_argument(
        "--first-day",
        type=day,
        metavar="日期",
        help="启用日期：这一天之前什么也不欠（默认下月 1 日，以后可在页面上改）",
    )
    command.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Make what is missing. 1 where an action refuses."""
    start()
    from zhibu.access import Refused

    try:
        code = begin(asked.username, asked.committee.strip(), asked.since, asked.first_day)
    except Refused as refused:
        print(f"{refused.what}：{refused.why}。{refused.mend}。（{refused.code}）", file=sys.stderr)
        return 1
    print(f"用户名：{asked.username}")
    print(f"激活码：{code}（14 天内有效，只能用一次）")
    print("请打开登录页，点“首次使用：激活账号”。")
    return 0


def begin(username: str, committee: str, since: date | None, first_day: date | None = None) -> str:
    """The activation code of the administrator of a committee; both are made where they are not there yet.

    A new committee gets a first day of use (启用日期), so that the days of setting up do not count as missed.
    """
    from zhibu.access import accounts, system_account
    from zhibu.access.models import Account, Grant
    from zhibu.registers.intervals import in_force
    from zhibu.registers.organizations import actions, offices
    from zhibu.registers.organizations.models import Organization
    from zhibu.site import clock

    system, today = system_account(), clock.today()
    first = since or date(today.year, 1, 1)
    standing = Organization.objects.on(today).filter(kind="committee", name=committee).first()
    if standing is None:
        standing = actions.establish(actor=system, name=committee, kind="committee", since=first)
        use = first_day or (today.replace(day=1) + timedelta(days=31)).replace(day=1)
        offices.set_first_day_of_use(actor=system, organization=standing, since=use)
    account = Account.objects.filter(username__iexact=username.strip()).first()
    if account is None:
        account = accounts.create_account(actor=system, username=username, name=username)
    for role in ROLES:
        held = Grant.objects.filter(in_force(today), account=account, role=role, organization=standing)
        if not held.exists():
            accounts.grant(actor=system, account=account, role=role, organization=standing, since=today)
    return accounts.issue_code(actor=system, account=account)
