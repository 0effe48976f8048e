"""docs/norm-pack.md keeps in step with the reader: every key, word and fault code is in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zhibu.norm import duties, tables
from zhibu.norm.cases import STATUSES
from zhibu.norm.faults import CODES
from zhibu.norm.model import COMMON_UNITS, SCHOOL_UNITS

CHECKOUT = Path(__file__).resolve().parents[2]
TEXT = (CHECKOUT / "docs" / "norm-pack.md").read_text(encoding="utf-8")
CODED = set(re.findall(r"[a-z_]+(?:-[a-z]+)*", " ".join(re.findall(r"`([^`]+)`", TEXT))))


def keys_of_the_reader() -> set[str]:
    """Every key that a `fields(…)` of the reader names, and the fields of the forms."""
    found = {*duties.COMMON, *duties.OPTIONAL, *duties.EVERY_FIELD}
    for path in (CHECKOUT / "zhibu" / "norm").glob("*.py"):
        for call in re.findall(r"\.fields\((.*?)\)\n", path.read_text(encoding="utf-8"), re.DOTALL):
            found |= set(re.findall(r'"([a-z_]+)"', call))
    return found


def test_the_reader_has_keys():
    assert {"from", "until", "decided_by", "as_of", "whole", "months"} <= keys_of_the_reader()


@pytest.mark.parametrize("key", sorted(keys_of_the_reader()))
def test_every_key_is_documented(key):
    assert key in CODED


def test_every_word_is_documented():
    words = {
        *COMMON_UNITS,
        *SCHOOL_UNITS,
        *duties.FORMS,
        *duties.MEASURES,
        *duties.COMPARES,
        *duties.DIRECTIONS,
    }
    words |= {*tables.AMOUNTS, *tables.REGISTERS, *tables.ORGANIZATION_KINDS, *tables.MEMBER_CATEGORIES}
    assert words - CODED == set()
    assert [word for word in STATUSES if word not in TEXT] == []


def test_every_fault_code_is_documented_and_no_other():
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", TEXT.split("## Faults")[1], re.MULTILINE))
    assert rows == CODES
