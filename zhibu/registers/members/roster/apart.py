"""Reading an old `.xls` in a process of its own, with bounds on its memory and time.

Of some damaged files the library asks for more memory than there is, which ends the whole process: that must
not be the server's. An `.xlsx` needs none of this, it is packed anew from what was checked (package.py).
"""

from __future__ import annotations

import datetime
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from zhibu.registers.members.roster.refusal import RosterRefused
from zhibu.registers.members.roster.sheets import Sheet, read_workbook, unreadable

MEMORY = 1536 * 2**20  # bytes
SECONDS = 60

_ROOT = Path(__file__).resolve().parents[4]


def read_apart(data: bytes) -> list[Sheet]:
    """The sheets of an `.xls`. RosterRefused where it cannot be read, whatever the reader died of."""
    given = {**os.environ, "PYTHONPATH": os.pathsep.join((str(_ROOT), os.environ.get("PYTHONPATH", "")))}
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            env=given,
            check=True,
        )
        told: dict[str, Any] = json.loads(done.stdout, object_hook=_dated)
    except (subprocess.SubprocessError, ValueError, OSError) as error:
        raise unreadable() from error
    if "refused" in told:
        raise RosterRefused(*told["refused"])
    return [
        Sheet(name, iter(rows), merged=[tuple(one) for one in merged])
        for name, rows, merged in told["sheets"]
    ]


def _dated(found: dict[str, Any]) -> Any:
    return datetime.datetime.fromisoformat(found["day"]) if found.keys() == {"day"} else found


def _plain(value: object) -> object:
    """Days keep being days; a clock time or a span says nothing in a roster, it becomes its text."""
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    return str(value)


def main() -> None:
    """Read the workbook on the standard input; its sheets, or why it is refused, as JSON."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what it died of would hold persons' data
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        sheets = read_workbook(sys.stdin.buffer.read())
        told: dict[str, Any] = {"sheets": [[one.name, list(one.rows), one.merged] for one in sheets]}
    except RosterRefused as refused:
        told = {"refused": [refused.code, refused.what, refused.why, refused.mend]}
    json.dump(told, sys.stdout, default=_plain)


if __name__ == "__main__":
    main()
