"""The norm that this deployment has installed: read once, and again when a file of a pack changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zhibu.norm import read
from zhibu.norm.model import Norm
from zhibu.site import wording

Stamp = tuple[tuple[str, int, int], ...]


#: The norm that one answer holds to, once it was asked for.
_held: ContextVar[list[Norm] | None] = ContextVar("held", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Inside, the packs' files are looked at once: one page speaks of one norm."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def norm() -> Norm:
    """The packs of this deployment joined (settings: NORMS, from ZHIBU_NORMS). Raises NormRefused."""
    held = _held.get()
    if held:
        return held[0]
    folders = tuple(read.installed(getattr(settings, "NORMS", None)))
    found = _read(folders, _stamp(folders))
    if held is not None:
        held.append(found)
    return found


def _stamp(folders: tuple[Path, ...]) -> Stamp:
    """Names, times and sizes of the packs' files: differs when one was changed."""
    return tuple(line for folder in folders for line in sorted(_files(str(folder))))


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    # Every page looks: `pathlib` takes five times as long for the same.
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
            elif entry.name.endswith(".yaml"):
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=2)
def _read(folders: tuple[Path, ...], stamp: Stamp) -> Norm:
    found = read.load(folders)
    wording.WINDOWS.update(
        {id: title for pack in found.packs.values() for id, title in pack.calendar.titles.items()}
    )
    return found
