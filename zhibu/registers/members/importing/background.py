"""Writing a large import beside the request: how far it is stands in a small file, so that every process
of the server can tell. The write itself is one transaction as always: all of it stands or nothing.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from zhibu.access import Refused

#: So many rows are written before the answer: a college's 700 take about a second (benchmarks/README.md).
AT_ONCE = 2_000
#: After so many seconds without a word the process that wrote is taken for gone.
SILENT = 180.0
_log = logging.getLogger(__name__)


@dataclass
class Progress:
    """How far an import is: rows written of all; at the end its batch, or why it was refused."""

    total: int
    done: int = 0
    batch: str = ""
    refusal: tuple[str, str, str] | None = None  # what, why, mend
    at: float = 0.0

    @property
    def gone(self) -> bool:
        """Nothing was heard of it for long."""
        return not self.batch and self.refusal is None and time.time() - self.at > SILENT

    @property
    def running(self) -> bool:
        """It has not ended."""
        return not self.batch and self.refusal is None and not self.gone


def _path(upload: str) -> Path:
    if not upload.isalnum():
        raise ValueError("not an id")
    folder = Path(settings.VAR) / "rosters"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{upload}.progress"


def _note(upload: str, progress: Progress) -> None:
    progress.at = time.time()
    path = _path(upload)
    partial = path.with_suffix(".noting")
    partial.write_text(json.dumps(asdict(progress)), encoding="utf-8")
    partial.replace(path)


def look(upload: str) -> Progress | None:
    """How far the import of an upload is; None where none was begun."""
    try:
        return Progress(**json.loads(_path(upload).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def forget_older(than: float) -> None:
    """Remove what was noted of imports long over. `than`: seconds."""
    for path in _path("any").parent.glob("*.progress"):
        if time.time() - path.stat().st_mtime > than:
            path.unlink(missing_ok=True)


def begin(upload: str, total: int, write: Callable[[Callable[[int], None]], str]) -> threading.Thread:
    """Run `write` in a thread of its own. It is given whom to tell how many rows stand, and gives the batch's id."""
    progress = Progress(total)
    _note(upload, progress)

    def told(done: int) -> None:
        progress.done = done
        _note(upload, progress)

    def run() -> None:
        try:
            progress.batch = write(told)
        except Refused as refused:
            progress.refusal = (refused.what, refused.why, refused.mend)
        except Exception:
            _log.exception("import of upload %s failed", upload)
            why = "程序出错，已记入服务器日志，什么也没有写入"
            progress.refusal = ("没有导入", why, "请再试一次；仍不行时请联系系统管理员")
        finally:
            _note(upload, progress)
            connection.close()

    thread = threading.Thread(target=run, name=f"import {upload}", daemon=False)
    thread.start()
    return thread
