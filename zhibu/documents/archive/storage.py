"""Where boxes and their unfinished parts lie: a folder for each in `archives` of ZHIBU_VAR, outside the web root."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.conf import settings


def root() -> Path:
    """The folder of all boxes, readable by the server's user alone."""
    found = Path(settings.VAR) / "archives"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def folder(identity: str) -> Path:
    """The folder of one box. Raises ValueError for what is no id."""
    if not identity.isalnum():
        raise ValueError("not an id")
    found = root() / identity
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def finished(identity: str) -> Path:
    """The archive itself; it gets this name only when it is whole."""
    return folder(identity) / "archive.zip"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name first, so that what stands is whole."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.touch(mode=0o600)
    partial.write_bytes(data)
    partial.replace(path)


def remove(identity: str) -> None:
    """Remove a box with all its parts."""
    shutil.rmtree(folder(identity), ignore_errors=True)


def remove_parts(identity: str) -> None:
    """Remove all but the finished archive."""
    kept = finished(identity)
    for path in kept.parent.iterdir():
        if path == kept:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def identities() -> set[str]:
    """The boxes of which anything lies here."""
    return {path.name for path in root().iterdir() if path.is_dir() and path.name.isalnum()}
