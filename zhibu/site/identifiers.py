"""Ids of records: short, sortable by time, safe in addresses. A record's id is its id in the facts."""

from __future__ import annotations

import secrets
import threading
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
TIME_DIGITS = 10  # 50 bits of milliseconds
RANDOM_DIGITS = 8  # 40 bits

_lock = threading.Lock()
_last: tuple[int, int] = (0, 0)


def _digits(number: int, length: int) -> str:
    letters = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))


def new_id() -> str:
    """A new id of 18 letters and digits: the millisecond, then chance; within a process each is above
    the one before.
    """
    global _last
    with _lock:
        moment = time.time_ns() // 1_000_000
        before, chance = _last
        # Half of the range is left free, so that counting up never runs over within a millisecond.
        later = moment > before
        _last = (moment, secrets.randbits(5 * RANDOM_DIGITS - 1)) if later else (before, chance + 1)
        moment, chance = _last
    return _digits(moment, TIME_DIGITS) + _digits(chance, RANDOM_DIGITS)
