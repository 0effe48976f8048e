"""What a deployment for others is set to, as a process of its own reads it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.houses import environment

ASKED = (
    "DEBUG", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER", "ALLAUTH_TRUSTED_PROXY_COUNT", "ALLOWED_HOSTS",
)  # fmt: skip
SCRIPT = """
import json, sys
from zhibu.site import settings
print(json.dumps([getattr(settings, name, None) for name in sys.argv[1:]]))
"""


def read(folder, **given):
    surroundings = {**environment(folder), **given}
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, *ASKED],
        env=surroundings,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return dict(zip(ASKED, json.loads(told.stdout), strict=True))


def test_behind_a_proxy_everything_goes_by_https(tmp_path):
    found = read(tmp_path, ZHIBU_LOCAL="", ZHIBU_BEHIND_PROXY="1", ZHIBU_HOSTS="dj.example.edu.cn")
    assert found == {
        "DEBUG": False,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 30 * 24 * 60 * 60,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
        "ALLOWED_HOSTS": ["dj.example.edu.cn"],
    }


def test_without_a_proxy_no_header_of_one_is_believed(tmp_path):
    found = read(tmp_path, ZHIBU_LOCAL="")
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert not found["ALLAUTH_TRUSTED_PROXY_COUNT"]


@pytest.mark.parametrize(("name", "text"), [("ZHIBU_TODAY", "morgen"), ("ZHIBU_ARCHIVE_DAYS", "zwei")])
def test_a_setting_that_cannot_be_read_is_told(tmp_path, name, text):
    told = subprocess.run(
        [sys.executable, "-m", "zhibu", "work"],
        env={**environment(tmp_path), name: text},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 1
    assert f"错误：{name} 要写成" in told.stderr
    assert f"却是“{text}”" in told.stderr
    assert "Traceback" not in told.stderr
