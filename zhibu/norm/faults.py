"""Faults of a norm pack: what is wrong, where, and how to mend it, under a stable code."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Every code that a fault may carry, with its meaning; `docs/norm-pack.md` lists them all.
CODES: dict[str, str] = {
    "folder-missing": "the pack's folder, or a file that every pack has, is not there",
    "file-unknown": "a file that no reader asks for",
    "yaml-syntax": "the file is no YAML",
    "yaml-alias": "anchors and aliases are not used in packs",
    "key-unknown": "a key that the format does not have",
    "key-missing": "a key that must be given is not",
    "key-double": "a key stands twice in one mapping",
    "type-wrong": "a value is of another type or word than the format asks for",
    "date-ambiguous": "a date that is not written YYYY-MM-DD, or is none",
    "id-malformed": "an id that is not written as ids are",
    "id-double": "an id is given twice, in one pack or across packs",
    "kind-unknown": "a kind of fact that no pack lists",
    "kind-disagrees": "two packs list the same kind differently",
    "kind-register": "a kind that its register does not record",
    "subject-unknown": "a subject set that no pack defines",
    "subject-disagrees": "two packs define the same subject set differently",
    "parameter-unknown": "a parameter that no pack defines",
    "parameter-wrong": "a number where a checklist is asked for, or a checklist where a number is",
    "parameter-gap": "days between two values of a parameter on which none is in force",
    "parameter-overlap": "days on which two values of a parameter are in force",
    "reading-unknown": "a reading that no pack lists",
    "procedure-unknown": "a procedure that the pack does not have",
    "duty-unknown": "a duty that no pack has",
    "article-unknown": "an article that the pack does not have",
    "part-unknown": "a part that norm.yaml does not list",
    "step-unknown": "a step that does not stand before in the same procedure",
    "period-unknown": "a period that is no unit, window or span of the pack's calendar",
    "calendar-gap": "days between a listed term and the next vacation, or the other way round",
    "calendar-overlap": "days that lie in two terms or vacations",
    "calendar-wrong": "a lost or moved afternoon that is no study afternoon of a listed term",
    "form-missing": "a field that the duty's form needs is not given",
    "form-superfluous": "a field that the duty's form does not have",
    "clause-uncarried": "a clause that no duty, procedure or principle carries",
    "duty-unnamed": "a duty that no clause names",
    "case-malformed": "an example case that cannot be read",
    "case-side": "a duty without an example case on either side of its bound",
    "case-fails": "an example case that the audit decides otherwise than the case says",
    "text-uncovered": "a sentence of the original text that no clause restates",
    "text-unbacked": "a clause without a sentence in the original text",
    "text-changed": "a sentence of the original text that is not the one the clause was written for",
    "text-unreadable": "an original text in which no article can be found",
}


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with a pack. `line` counts from 1; 0 when the fault is of the file as a whole."""

    file: str
    line: int
    code: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code}: {self.what} —— {self.mend}"


@dataclass
class Faults:
    """Collects faults while a pack is read, so that all are told at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, code: str, file: str, line: int, what: str, mend: str) -> None:
        """Note a fault. The code must be one of CODES."""
        assert code in CODES, code
        self.found.append(Fault(file, line, code, what, mend))

    def told(self) -> list[Fault]:
        """Every fault once: the tables first, then the articles that refer to them, by file and line.

        Where a file is missing or cannot be read at all, only that is told: the rest would follow from it.
        """
        unread = [fault for fault in self.found if fault.code.startswith(("yaml-", "folder-", "file-"))]
        if all(fault.code.startswith("file-") for fault in unread):
            unread = []
        return sorted(set(unread or self.found), key=lambda fault: ("/articles/" in fault.file, fault))


class NormRefused(Exception):
    """A pack cannot be used. `faults` tells everything that is wrong with it, in order of file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = list(dict.fromkeys(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
