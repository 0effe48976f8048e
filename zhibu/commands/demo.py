"""`zhibu demo`: the demo college, in an empty database."""

from __future__ import annotations

import argparse
import sys
import time

from zhibu.site.start import start


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the word `demo`."""
    word = words.add_parser(
        "demo",
        help="建立演示学院（虚构的 23 个支部、约 700 名党员、两年的工作记录），或别的规范包的小演示",
        description="在空数据库里建立演示学院；没有启用学院规范包的，按启用的规范包编一个小单位、几个支部、一年的记录。"
        "已有党组织时拒绝。设 ZHIBU_DEMO=1 时登录页列出各角色账号。",
    )
    word.add_argument("--seed", type=int, default=1, help="随机种子（默认 1）：种子和日期相同，内容就相同")
    word.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Build the demo. 1 when the database already holds an organization."""
    start()
    from zhibu.access import Refused, system_account
    from zhibu.desk.demo import accounts, any_pack, build
    from zhibu.norm.faults import NormRefused
    from zhibu.site import clock, packs

    began = time.monotonic()
    try:
        made = build if build.PACK in packs.norm().packs else any_pack
        shown = made.build(actor=system_account(), norm=packs.norm(), today=clock.today(), seed=asked.seed)
    except Refused as refused:
        print(f"{refused.what}：{refused.why}。{refused.mend}。（{refused.code}）", file=sys.stderr)
        return 1
    except NormRefused as refused:
        print(*refused.faults, sep="\n", file=sys.stderr)
        return 1
    accounts.show(shown)
    print(
        f"演示数据已建立，用时 {time.monotonic() - began:.0f} 秒。各角色账号列在登录页（ZHIBU_DEMO=1 时）："
    )
    for account in shown:
        print(f"  {account['role']:　<12}{account['username']:<14}{account['password']}")
    return 0
