"""Workers that look for a job at once: one has it, the others find nothing, and none breaks off."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.xdist_group("houses")

#: Six threads claim the one job that waits; says what each found.
HOUSE = """
from threading import Barrier, Thread
from zhibu.site.start import start
start()
from django.db import connection
from zhibu.access import action, log, system_account
from zhibu.jobs import queue
@action("test.ask")
def put(account):
    job = queue.ask(account=account, kind="sum", arguments={})
    log(account, "test.ask", job, before=None, after=job.snapshot())
put(system_account())
found, together = [], Barrier(6)
def take(name):
    together.wait()
    try:
        found.append(queue.claim(f"host/{name}/x"))
    finally:
        connection.close()
threads = [Thread(target=take, args=(number,)) for number in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(found), sum(job is not None for job in found))
"""


def found(surroundings):
    asked = [sys.executable, "-c", HOUSE]
    return subprocess.run(asked, env=surroundings, capture_output=True, text=True, timeout=120).stdout.split()


def test_on_sqlite(migrated, tmp_path):
    assert found(migrated.on_sqlite(tmp_path / "house")) == ["6", "1"]


@pytest.mark.postgres
def test_on_postgresql(migrated, tmp_path):
    assert found(migrated.on_postgres(tmp_path / "house")) == ["6", "1"]
