"""The norm that this deployment has installed: read once, and again when a file of a pack changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zhibu.norm import read
from zhibu.norm.model import Norm
from zhibu.site import wording

Stamp = tuple[tuple[str, int, int], ...]


def norm() -> Norm:
    """The packs of this deployment joined (settings: NORMS, from ZHIBU_NORMS). Raises NormRefused."""
    folders = tuple(read.installed(getattr(settings, "NORMS", None)))
    return _read(folders, _stamp(folders))


def _stamp(folders: tuple[Path, ...]) -> Stamp:
    """Names, times and sizes of the packs' files: differs when one was changed."""
    return tuple(line for folder in folders for line in sorted(_files(str(folder))))


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    # Every page looks several times: `pathlib` takes five times as long for the same.
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
