"""The desk's pages: warm, and the next page after one write; in the demo college or a large committee.

Run in the checkout: `python -m benchmarks.desk [--large] [--postgres] [--var FOLDER]`.
`--large`: 40 branches, 20 000 members,
copied out of the demo (`grown.py`). Figures by the clock and in processor time; a page's memory is the process's.
Stops where a page is none.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.college import POSTGRES, deployment, of, timed

if TYPE_CHECKING:
    from django.test import Client

#: Seconds: a warm page, and the next page after a write.
BOUNDS = {False: (0.15, 0.5), True: (0.3, 2.0)}
TIMES = 20


def pages(branch: str, explained: str) -> dict[str, str]:
    """The pages measured, by name; `explained`: the address of a finding."""
    return {
        "workbench": "/desk/",
        "workbench by branch": "/desk/?by=branch",
        "calendar": "/calendar/",
        "heat, month": "/findings/",
        "heat, year": "/findings/?span=year",
        "list": "/findings/list/",
        "list, missed": "/findings/list/?status=missed",
        "list, of a branch": f"/findings/list/?org={branch}",
        "list, a name": "/findings/list/?q=王",
        "trend": "/findings/trend/",
        "living norm": "/norm/",
        "a duty": "/norm/study.hours/",
        "a finding explained": explained,
        "branch page": f"/organizations/{branch}/",
        "ahead": f"/desk/ahead/?org={branch}",
    }


def _explained(branch: str) -> str:
    """The address of the branch's last week of study: seen by all three readers."""
    from zhibu.desk import findings
    from zhibu.desk.addresses import Addresses
    from zhibu.site import clock

    today = clock.today()
    kept = findings.findings(today)
    rows = [cell for key, cell in kept.cells.items() if (key.duty, key.org) == ("study.weekly", branch)]
    return Addresses(today, today).finding(rows[0].findings[-1])


def memory() -> float:
    """What the process holds now, in megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _page(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{address}: {response.status_code}")


def _warm(clients: dict[str, Client], addresses: dict[str, str], bound: float) -> None:
    """Each page for each reader until it is warm, then `TIMES` times: its p95 and queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for name, address in addresses.items():
        for who, client in clients.items():
            first = timed(partial(_page, client, address))
            times = [timed(partial(_page, client, address)) for _ in range(TIMES)]
            with CaptureQueriesContext(connection) as queries:
                _page(client, address)
            p95 = of(times, lambda each: sorted(each)[int(len(each) * 0.95)])
            said = "kept" if p95.wall <= bound else "missed"
            print(f"{name}, {who}: first {first}; warm p95 {p95}, {len(queries)} queries: {said}", flush=True)


def writes(branch: str) -> dict[str, Callable[[], object]]:
    """Ordinary writes: an entry of one member, a meeting of a whole branch, a state of a branch."""
    from zhibu.access import system_account
    from zhibu.desk.findings import log_head
    from zhibu.registers.activities.actions import Draft as Activity
    from zhibu.registers.activities.actions import Line, record_activity
    from zhibu.registers.activities.rules import Block
    from zhibu.registers.evidence.actions import Draft, record_entry
    from zhibu.registers.members.models import Member
    from zhibu.registers.organizations.models import Organization
    from zhibu.site import clock

    actor, today = system_account(), clock.today()
    organization = Organization.objects.get(pk=branch)
    people = list(Member.objects.filter(memberships__organization=branch, memberships__until=None))

    def entry() -> None:
        ref = f"bench {log_head().number}"
        draft = Draft(kind="talk.heart", organization=organization, day=today, member=people[0], ref=ref)
        record_entry(actor=actor, draft=draft, today=today)

    def meeting() -> None:
        lines = [Line(one.pk, branch, "present", "") for one in people]
        draft = Activity(
            title=f"集中学习 {log_head().number}", kinds=("study.session",), blocks=(Block(today, "evening"),),
            content="学习", late_reason="",
        )  # fmt: skip
        record_activity(actor=actor, organization=organization, draft=draft, lines=lines, today=today)

    def feature() -> None:
        ref = f"bench {log_head().number}"
        draft = Draft(kind="public.items", organization=organization, day=today, ref=ref)
        record_entry(actor=actor, draft=draft, today=today)

    return {"an entry": entry, f"a meeting of {len(people)}": meeting, "a state of the branch": feature}


def _after_writes(clients: dict[str, Client], addresses: dict[str, str], branch: str, bound: float) -> None:
    for name, write in writes(branch).items():
        write()
        for page in ("workbench", "heat, month", "list"):
            who = "officer"
            taken = timed(partial(_page, clients[who], addresses[page]))
            if page != "workbench":
                print(f"after {name}, then {page}: {taken}", flush=True)
                continue
            said = "kept" if taken.wall <= bound else "missed"
            print(f"after {name}, the next page ({page}): {taken}: {said}", flush=True)


def main() -> int:
    """Measure everything and say which bounds are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="40 branches, 20 000 members")
    parser.add_argument("--var", help="a folder with such a deployment, made there if it is empty and kept")
    parser.add_argument("--postgres", action="store_true", help=POSTGRES)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="zhibu-benchmark-") as passing,
        deployment(asked.var or passing, asked.postgres) as stood,
    ):
        from django.db import connection, transaction
        from django.test import Client

        from zhibu.access.models import Account
        from zhibu.desk import findings
        from zhibu.registers.organizations.models import Organization
        from zhibu.site import clock

        if asked.large and not stood:
            from benchmarks.grown import grow

            began = time.perf_counter()
            with transaction.atomic():
                there = grow()
            print(f"{there[0]} branches, {there[1]} members, copied in {time.perf_counter() - began:.0f} s")
        connection.close()
        before = memory()
        cold = timed(lambda: findings.findings(clock.today()))
        size = findings.findings(clock.today()).size
        print(f"from nothing: {size} findings in {cold}; {memory() - before:.0f} MB more in the process")
        branch = Organization.objects.get(number="09").pk
        clients = {}
        for who, username in (("officer", "dangban"), ("secretary", "shuji"), ("member", "dangyuan")):
            clients[who] = Client()
            clients[who].force_login(Account.objects.get(username=username))
        addresses = pages(branch, _explained(branch))
        warm, after = BOUNDS[asked.large]
        _warm(clients, addresses, warm)
        _after_writes(clients, addresses, branch, after)
        print(f"the process holds {memory():.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
