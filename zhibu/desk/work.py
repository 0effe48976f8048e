"""What the desk has made ready when the first page of a day asks for it."""

from __future__ import annotations

from zhibu.desk import ahead, findings, year
from zhibu.site import clock, sounds


def warm() -> None:
    """Reckon today's findings; then, where they find room beside them, what the trend and 距达标 rest on."""
    sounds.syllables("支部")  # so that the words of pinyin are there before the first search
    today = clock.today()
    kept = findings.findings(today)
    # Each of the others is about as many again.
    if kept.size * 3 <= findings.MOST:
        year.last_two(today)
        ahead.by_the_end(today)
