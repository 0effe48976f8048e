"""A file that cannot be taken at all: what, why, how to mend, and a stable code."""

from __future__ import annotations


class RosterRefused(ValueError):  # noqa: N818 - named as the other refusals are
    """Raised for a whole file; faults of single rows are values (`faults.Fault`), never exceptions."""

    def __init__(self, code: str, what: str, why: str, mend: str) -> None:
        what, why, mend = (part.rstrip("，；：。") for part in (what, why, mend))
        super().__init__(f"{what}：{why}。{mend}。（{code}）")
        self.code, self.what, self.why, self.mend = code, what, why, mend
