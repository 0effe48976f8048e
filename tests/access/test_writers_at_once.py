"""Two real processes writing at once leave the chain whole, on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys

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
