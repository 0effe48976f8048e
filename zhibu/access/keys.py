"""The deployment's master key (主密钥): `ZHIBU_KEY`, else the file `key` of its folder, mode 600.

Never in the database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

LENGTH = 32


class KeyUnusable(Exception):
    """The master key is missing or is not the one the data was sealed with."""


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text.strip())
    except ValueError:
        key = b""
    if len(key) != LENGTH:
        raise KeyUnusable(
            f"{where} 不是有效的主密钥：应为 {LENGTH} 字节的 urlsafe base64 文本。请恢复原来的密钥。"
        )
    return key


def master(folder: Path) -> bytes:
    """The master key of 32 bytes; made in `folder` when there is none yet.

    A made key does not open what another sealed: `sealing.check_key` compares it with the database.
    Raises KeyUnusable when the text is no key.
    """
    given = os.environ.get("ZHIBU_KEY")
    if given:
        return _decoded(given, "环境变量 ZHIBU_KEY")
    path = folder / "key"
    if not path.exists():
        fresh = folder / f"key.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(LENGTH)) + b"\n")
        try:
            # Two processes starting at once: the first link wins, both read the same key.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return _decoded(path.read_text(), str(path))


def derived(folder: Path, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, derived from the master key."""
    return hmac.new(master(folder), b"zhibu:" + purpose.encode(), hashlib.sha256).digest()
