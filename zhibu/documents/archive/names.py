"""Names of files and folders that every Windows, macOS and Linux takes. Pure.

Every name begins with digits or 第, so that none is one of the names that Windows keeps for devices.
"""

from __future__ import annotations

import unicodedata

#: Taken by Windows for itself, in any name.
FORBIDDEN = '<>:"/\\|?*'
#: The longest parts: with all of them a path stays far below the 260 characters of Windows.
LONGEST_FOLDER = 30
LONGEST_FILE = 60


def clean(text: str, longest: int) -> str:
    """The text as a part of a name: no forbidden sign, no line break, no blank or dot at its end, not too long."""
    plain = unicodedata.normalize("NFC", text)
    kept = "".join(sign if sign.isprintable() and sign not in FORBIDDEN else " " for sign in plain)
    return " ".join(kept.split())[:longest].strip(" .")


def file_name(start: str, title: str, ending: str) -> str:
    """`start` (a number) tells it from all others; then the title and the ending, without its dot."""
    name = f"{start} {clean(title, LONGEST_FILE)}".strip()
    tail = clean(ending, 8)
    return f"{name}.{tail}" if tail else name


def original(start: str, name: str) -> str:
    """The name of an original under its own name, after the number that makes it the only one."""
    stem, dot, ending = name.rpartition(".")
    return file_name(start, stem, ending) if dot and stem else file_name(start, name, "")


def folder(start: str, title: str) -> str:
    """A folder: a number or 第…条, then its title."""
    return f"{start} {clean(title, LONGEST_FOLDER)}".strip()
