"""The deployment's settings with a folder of its own; `-p tests.on_postgres` runs on PostgreSQL."""

from __future__ import annotations

import os
import tempfile

if "ZHIBU_TEST_FOLDER" not in os.environ:
    os.environ["ZHIBU_TEST_FOLDER"] = tempfile.mkdtemp(prefix="zhibu-test-")
# Each worker has its own: what one uploads is not found by another that looks at what is left behind.
os.environ["ZHIBU_VAR"] = os.path.join(
    os.environ["ZHIBU_TEST_FOLDER"], os.environ.get("PYTEST_XDIST_WORKER", "alone")
)
os.environ["ZHIBU_LOCAL"] = "1"
os.environ.pop("ZHIBU_TODAY", None)
os.environ.pop("ZHIBU_NORMS", None)

if "ZHIBU_TEST_POSTGRES" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["ZHIBU_TEST_POSTGRES"]
else:
    os.environ.pop("DATABASE_URL", None)

from zhibu.site.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "zhibu.access.hashers.CodeHasher"]
ALLOWED_HOSTS = ["*"]
AXES_ENABLED = False  # the tests of throttling switch it on
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405  # nothing is collected for the tests; its absence would be told
