"""Two processes that send or urge at once: one does it, the other is told; nobody gets it twice."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.xdist_group("houses")

#: Writes a draft to 40 members and says its id; then, at every line it is given, what stands.
HOUSE = """
import sys
from datetime import date
from zhibu.site.start import start
start()
from zhibu.access import system_account
from zhibu.access.chain import verify
from zhibu.inbox.models import Message
from zhibu.registers.members import actions as members
from zhibu.registers.notices import actions
from zhibu.registers.notices.actions import Draft, Line
from zhibu.registers.notices.models import Recipient, Reminder
from zhibu.registers.organizations import actions as organizations
from zhibu.site import clock
system, today = system_account(), clock.today()
committee = organizations.establish(actor=system, name="党委", kind="committee", since=date(2026, 1, 1))
branch = organizations.establish(
    actor=system, name="支部", kind="branch", parent=committee, category="staff", since=date(2026, 1, 1)
)
for number in range(40):
    members.add(
        actor=system, organization=branch, since=date(2026, 1, 1), today=today, name=f"员{number}",
        category="staff",
    )
draft = Draft(title="通知", lines=[Line("group", "all")])
print(actions.save_draft(actor=system, organization=committee, draft=draft, today=today).pk, flush=True)
for _ in sys.stdin:
    print(Recipient.objects.count(), Message.objects.count(), Reminder.objects.count(), verify(), flush=True)
"""
#: Looks the notice up at one line (a deed and the notice), does the deed at the next, and says how it went.
DEED = """
import sys
from zhibu.site.start import start
start()
from zhibu.access import Refused, system_account
from zhibu.registers.notices import actions
from zhibu.registers.notices.models import Notice
from zhibu.site import clock
for line in sys.stdin:
    deed, notice = line.split()
    notice = Notice.objects.get(pk=notice)
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        getattr(actions, deed)(actor=system_account(), notice=notice, now=clock.now())
        print("done", flush=True)
    except Refused as refused:
        print(refused.code, flush=True)
"""


def begun(script, surroundings):
    """A process that reads lines and answers each."""
    return subprocess.Popen(
        [sys.executable, "-c", script],
        env=surroundings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answers(processes, line):
    """What each says to a line that all are given before any is heard."""
    for one in processes:
        one.stdin.write(f"{line}\n")
        one.stdin.flush()
    return sorted(one.stdout.readline().strip() for one in processes)


def whole(surroundings):
    """One of two processes sends, one of two urges."""
    house, *both = processes = [begun(script, surroundings) for script in (HOUSE, DEED, DEED)]
    notice = house.stdout.readline().strip()
    assert answers(both, f"send {notice}") == ["ready", "ready"]
    assert answers(both, "go") == ["done", "notices.not_a_draft"]
    assert answers([house], "") == ["40 40 0 None"]
    assert answers(both, f"urge {notice}") == ["ready", "ready"]
    assert answers(both, "go") == ["done", "notices.nobody_left"]
    assert answers([house], "") == ["40 80 40 None"]
    for one in processes:
        one.stdin.close()
        assert one.wait(timeout=60) == 0


def test_on_sqlite(migrated, tmp_path):
    whole(migrated.on_sqlite(tmp_path))


@pytest.mark.postgres
def test_on_postgresql(migrated, tmp_path):
    whole(migrated.on_postgres(tmp_path))
