"""Which branch a roster means: people write 第一支部委员会, 第1党支部 or the short name for one and the
same.
"""

from __future__ import annotations

import datetime
import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

_DIGITS = "零一二三四五六七八九"
_ENDINGS = re.compile(r"(委员会|总支部?|党总支|直属)?(党?支部|党委|总支部?|党总支)?(委员会)?$")


@dataclass(frozen=True)
class KnownBranch:
    """An organization that members may belong to, as it stands today."""

    id: str
    name: str
    short: str = ""
    kind: str = "branch"
    category: str | None = None
    since: datetime.date = datetime.date.min


def _chinese(match: re.Match[str]) -> str:
    number = int(match[0])
    if not 0 < number < 100:
        return match[0]
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (
        _DIGITS[ones] if ones else ""
    )


def stem(name: str, committee: str = "") -> str:
    """What is left of a name without 中共, the committee's name before it, and 党支部, 支部委员会 behind
    it.
    """
    text = re.sub(r"[\s（）()“”\"·]", "", unicodedata.normalize("NFKC", name)).removeprefix("中共")
    house = re.sub(r"\s", "", committee).removeprefix("中共").removesuffix("委员会").removesuffix("党委")
    if house and text.startswith(house) and text != house:
        text = text.removeprefix(house).removeprefix("委员会").removeprefix("党委") or text
    return re.sub(r"\d+", _chinese, _ENDINGS.sub("", text) or text)


@dataclass
class Branches:
    """The branches that stand, found by name."""

    known: Iterable[KnownBranch]
    committee: str = ""
    _by_name: dict[str, list[KnownBranch]] = field(default_factory=lambda: defaultdict(list))
    _by_stem: dict[str, list[KnownBranch]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.known = list(self.known)
        for branch in self.known:
            for name in {branch.name, branch.short} - {""}:
                self._by_name[name].append(branch)
                found = self._by_stem[stem(name, self.committee)]
                if branch not in found:
                    found.append(branch)

    def find(self, written: str) -> list[KnownBranch]:
        """The branches that may be meant: one is right, several are ambiguous, none is unknown."""
        exact = self._by_name.get(written)
        if exact and len(exact) == 1:
            return exact
        return self._by_stem.get(stem(written, self.committee), [])

    def near(self, written: str) -> list[str]:
        """Names that look alike, for the mend."""
        names = [branch.name for branch in self.known]
        return difflib.get_close_matches(written, names, n=3, cutoff=0.6)
