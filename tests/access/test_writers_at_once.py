"""Two real processes writing at once leave the chain whole, on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("houses")

ROUNDS = 15
WRITER = """
import sys
from datetime import date
from zhibu.site.start import start
start()
from zhibu.access import system_account
from zhibu.registers.organizations import actions
name, rounds = sys.argv[1], int(sys.argv[2])
for number in range(rounds):
    actions.establish(
        actor=system_account(), name=f"{name}{number}", kind="committee", since=date(2026, 1, 1)
    )
"""
# Each takes the same persons into a branch of its own, and records in the same organization, with a case and without.
RIVAL = """
import sys, time
from datetime import date
from pathlib import Path
from zhibu.site.start import start
start()
from zhibu.access import Refused, system_account
from zhibu.registers.evidence.actions import Draft, record_entry
from zhibu.registers.members import actions as members
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
mine, other, meeting, today = sys.argv[1], sys.argv[2], Path(sys.argv[3]), date(2026, 12, 1)
actor = system_account()
branch = Organization.objects.get(number=mine)
committee = Organization.objects.get(number="party")
(meeting / mine).touch()
while not (meeting / other).exists():
    time.sleep(0.01)
refused = 0
for number, member in enumerate(Member.objects.order_by("number")):
    try:
        members.transfer_in(actor=actor, member=member, organization=branch, since=today, today=today)
    except Refused as told:
        assert told.code == "members.two_places", told
        refused += 1
    draft = Draft(kind="election.held", organization=committee, day=today, ref="x", note=f"{mine}{number}")
    record_entry(actor=actor, draft=draft, begin_case=mine == "one", today=today)
print(refused)
"""
RIVALS_SET_UP = """
import sys
from datetime import date
from zhibu.site.start import start
start()
from zhibu.access import system_account
from zhibu.registers.members import actions as members
from zhibu.registers.organizations import actions as organizations
actor, began = system_account(), date(2020, 1, 1)
committee = organizations.establish(actor=actor, name="党委", kind="committee", since=began, number="party")
for name in ("one", "two"):
    organizations.establish(
        actor=actor, name=name, kind="branch", parent=committee, since=began, category="staff", number=name
    )
for number in range(int(sys.argv[1])):
    members.add(actor=actor, organization=None, since=began, today=began, name="某人", number=str(number))
"""
STANDING = """
from zhibu.site.start import start
start()
from zhibu.access import chain
from zhibu.registers.evidence.models import Entry
from zhibu.registers.members.models import Membership
print(Membership.objects.count(), Entry.objects.count(), chain.verify())
"""
COUNT = """
from zhibu.site.start import start
start()
from zhibu.access import chain
from zhibu.access.models import LogRow
from zhibu.registers.organizations.models import Placement
print(Placement.objects.count(), LogRow.objects.count(), chain.data_version(), chain.verify())
"""


def write_at_once(surroundings: dict[str, str]) -> list[str]:
    """What stands after two processes wrote ROUNDS organizations each: placements, rows, version, fault."""
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name, str(ROUNDS)], env=surroundings)
        for name in ("甲", "乙")
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    counted = subprocess.run(
        [sys.executable, "-c", COUNT],
        env=surroundings,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return counted.stdout.split()


# Each organization is set up with two rows: its own and that of its place in the tree.
WHOLE = [str(2 * ROUNDS), str(4 * ROUNDS), str(4 * ROUNDS), "None"]


def test_on_sqlite(migrated, tmp_path):
    assert write_at_once(migrated.on_sqlite(tmp_path)) == WHOLE


@pytest.mark.postgres
def test_on_postgresql(migrated, tmp_path):
    assert write_at_once(migrated.on_postgres(tmp_path)) == WHOLE


def rivals(surroundings: dict[str, str], meeting: Path) -> tuple[int, list[str]]:
    """Two processes do the same to the same persons at once: how often one was refused, and what stands."""

    def run(script: str, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", script, *words]
        return subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True)

    assert run(RIVALS_SET_UP, str(ROUNDS)).wait(timeout=120) == 0
    both = [run(RIVAL, *names, str(meeting)) for names in (("one", "two"), ("two", "one"))]
    told = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    return sum(map(int, told)), run(STANDING).communicate(timeout=60)[0].split()


#: Each person is taken in once; of two processes that do it at once one is told, and nothing else fails.
ONCE_EACH = (ROUNDS, [str(ROUNDS), str(2 * ROUNDS), "None"])


def test_what_one_checks_another_does_not_change_before_it_writes_on_sqlite(migrated, tmp_path):
    assert rivals(migrated.on_sqlite(tmp_path), tmp_path) == ONCE_EACH


@pytest.mark.postgres
def test_what_one_checks_another_does_not_change_before_it_writes_on_postgresql(migrated, tmp_path):
    assert rivals(migrated.on_postgres(tmp_path), tmp_path) == ONCE_EACH
