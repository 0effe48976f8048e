"""Ids of the demo's records: of the same shape as all others, but the same each time it is built."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache

from zhibu.desk.demo.values import College, Year
from zhibu.site.identifiers import ALPHABET, RANDOM_DIGITS, TIME_DIGITS


def _digits(number: int, length: int) -> str:
    letters = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))


def id_of(day: date, serial: int) -> str:
    """The id of the record of that number, sorted by its day."""
    return _day_digits(day) + _digits(serial, RANDOM_DIGITS)


@cache
def _day_digits(day: date) -> str:
    moment = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
    return _digits(moment, TIME_DIGITS)


class Ids:
    """Every key of the demo and its id. Serials do not depend on today: the same record keeps its id."""

    def __init__(self, college: College, year: Year) -> None:
        began = college.first_day
        keys: list[tuple[str, date]] = [(key, began) for key in (*college.units, *college.people)]
        keys += [(one.key, one.day) for one in year.happenings]
        keys += [(one.key, one.recorded) for one in year.matters]
        self._by_key: dict[str, str] = {key: id_of(day, n) for n, (key, day) in enumerate(keys, 1)}
        start = 1_000_000
        self.proofs = [id_of(one.recorded, start + n) for n, one in enumerate(year.proofs)]
        self._by_key |= {one.key: self.proofs[n] for n, one in enumerate(year.proofs) if one.key}

    def __getitem__(self, key: str) -> str:
        """The id of a key."""
        return self._by_key[key]

    def ref(self, ref: str) -> str:
        """The id that a reference means; a plain text stays."""
        return self._by_key.get(ref, ref)

    @property
    def by_key(self) -> Mapping[str, str]:
        """All of them."""
        return self._by_key
