"""Files that hold persons' data for a while: sealed with the master key's child, outside the web root."""

from __future__ import annotations

import contextlib
from pathlib import Path

from django.conf import settings

from zhibu.access import sealing

_TYPE = "importing.file"


def _path(name: str) -> Path:
    if not name.isalnum():
        raise ValueError("not an id")
    folder = Path(settings.VAR) / "rosters"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / name


def put(name: str, data: bytes) -> None:
    """Keep `data` under an id, sealed with a key of its own."""
    key = sealing.object_keys(_TYPE, [name])[name]
    if key is None:
        raise ValueError("the key of this file is destroyed")
    path = _path(name)
    partial = path.with_suffix(".partial")
    partial.touch(mode=0o600)
    partial.write_bytes(sealing.encrypt(key, data, f"{_TYPE}:{name}"))
    partial.replace(path)


def take(name: str) -> bytes | None:
    """What was kept, None where it is gone."""
    path = _path(name)
    key = sealing.object_keys(_TYPE, [name])[name]
    if key is None or not path.is_file():
        return None
    return sealing.decrypt(key, path.read_bytes(), f"{_TYPE}:{name}")


def drop(name: str) -> None:
    """Remove the file and its key."""
    from zhibu.access.models import ObjectKey

    with contextlib.suppress(FileNotFoundError):
        _path(name).unlink()
    ObjectKey.objects.filter(type=_TYPE, object=name).delete()
