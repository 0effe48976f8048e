"""Reads norm packs (规范包) from their folders into one `Norm`; refuses what is unsound with every fault."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from zhibu.norm.articles import Read, check_holds, read_article
from zhibu.norm.cases import read_cases
from zhibu.norm.document import Entry, read_file
from zhibu.norm.duties import Known
from zhibu.norm.faults import Fault, Faults, NormRefused
from zhibu.norm.model import Calendar, Duty, Kind, Norm, Pack
from zhibu.norm.nearest import choose
from zhibu.norm.tables import (
    read_calendar,
    read_kinds,
    read_parameters,
    read_procedure,
    read_readings,
    read_subjects,
)

__all__ = ["Fault", "NormRefused", "folder_of", "installed", "load", "read"]

Row = TypeVar("Row")
#: Where the packs stand that come with the checkout, and those used where a deployment names none.
SHIPPED = Path(__file__).resolve().parents[2] / "norms"
DEFAULT = "zjkvtc central"
NEEDED = ("norm.yaml", "parameters.yaml", "subjects.yaml", "kinds.yaml")
OPTIONAL = ("readings.yaml", "calendar.yaml")


def installed(named: str | None = None) -> list[Path]:
    """The folders of the packs in use, in order of name: those of `named`, else of ZHIBU_NORMS, else the college's.

    `named`: packs of `norms/` by name, or folders anywhere, separated by blanks.
    """
    words = (named or os.environ.get("ZHIBU_NORMS") or DEFAULT).split()
    return sorted(dict.fromkeys(map(folder_of, words)), key=lambda folder: folder.name)


def folder_of(word: str) -> Path:
    """A pack of `norms/` by its name, or a folder anywhere."""
    shipped = SHIPPED / word
    return shipped if (shipped / "norm.yaml").is_file() else Path(word)


def load(folders: Sequence[Path]) -> Norm:
    """All packs joined. Raises NormRefused with every fault when one is unsound."""
    norm, faults = read(folders)
    if faults:
        raise NormRefused(faults)
    return norm


def read(folders: Sequence[Path]) -> tuple[Norm, list[Fault]]:
    """All packs joined, as far as they can be read, and every fault of format and reference."""
    return Joining(Faults()).read([Path(folder) for folder in folders])


class Joining:
    """One reading of some packs: first every table, then every article, then what refers to both."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.known = Known()
        self.packs: dict[str, Pack] = {}
        self.articles: list[Read] = []
        self.duties: dict[str, tuple[Duty, Entry]] = {}

    def read(self, folders: Sequence[Path]) -> tuple[Norm, list[Fault]]:
        """The norm and the faults."""
        fingerprint = hashlib.sha256()
        waiting: list[tuple[Path, Pack]] = []
        for folder in folders:
            files = sorted(path for path in folder.rglob("*") if path.is_file())
            for path in files:
                fingerprint.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
                fingerprint.update(path.read_bytes() + b"\0")
            pack = self._tables(folder)
            if pack is not None:
                waiting.append((folder, pack))
        for folder, pack in waiting:
            for entry in self._folder(folder, "articles"):
                read = read_article(entry, pack.id, pack.parts, self.known, pack.calendar)
                self._article(read)
        self._references()
        kinds = self._kinds_with_articles()
        unsound = {id for read in self.articles for id in read.unsound}
        duties = {}
        for id in sorted(self.duties):
            duty, row = self.duties[id]
            cases = row.table().get("cases") if id not in unsound else None
            duties[id] = replace(duty, cases=read_cases(cases, duty, kinds))
        readings = {
            id: replace(reading, duties=tuple(duty.id for duty in duties.values() if id in duty.readings))
            for id, reading in self.known.readings.items()
        }
        norm = Norm(
            self.packs, tuple(read.article for read in self.articles), duties, kinds, self.known.subjects,
            self.known.parameters, readings, self.known.procedures, fingerprint.hexdigest(),
        )  # fmt: skip
        return norm, self.faults.told()

    def _file(self, folder: Path, name: str) -> Entry | None:
        path = folder / name
        if not path.is_file():
            if name in NEEDED:
                self.faults.add("folder-missing", str(path), 0, "没有这个文件", "补上它；空文件也可以")
            return None
        return read_file(path, str(path), self.faults)

    def _folder(self, folder: Path, name: str) -> list[Entry]:
        paths = sorted((folder / name).glob("*.yaml"))
        entries = (read_file(path, str(path), self.faults) for path in paths)
        return [entry for entry in entries if entry is not None]

    def _tables(self, folder: Path) -> Pack | None:
        """Everything of a pack but its articles."""
        if not (folder / "norm.yaml").is_file():
            shipped = "、".join(sorted(path.parent.name for path in SHIPPED.glob("*/norm.yaml")))
            self.faults.add(
                "folder-missing",
                str(folder),
                0,
                "这里没有规范包：缺 norm.yaml",
                f"给出含 norm.yaml 的文件夹，或 norms/ 里的一个名称：{shipped}",
            )
            return None
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            known = str(name) in (*NEEDED, *OPTIONAL) or str(name.parent) in ("articles", "procedures")
            if path.is_file() and not (known and path.suffix == ".yaml") and path.suffix != ".md":
                mend = choose(str(name), (*NEEDED, *OPTIONAL), "改名、移到 articles/ 或 procedures/，或删去")
                if path.suffix.lower() == ".yml":
                    mend = f"扩展名改成 .yaml：{name.with_suffix('.yaml')}"
                self.faults.add("file-unknown", str(path), 0, f"规范包里没有文件“{name}”", mend)
        head = self._file(folder, "norm.yaml")
        if head is None:
            return None
        fields = head.fields(("id", "title", "issuer", "version", "parts"))
        id = fields.word("id")
        if id in self.packs:
            fields["id"].fault("id-double", f"规范包“{id}”给了两次", "每个规范包只给一次")
            return None
        parts = {part: row.text() for part, row in fields.table("parts").items()}
        if (entry := self._file(folder, "parameters.yaml")) is not None:
            self._join(self.known.parameters, read_parameters(entry), "参数")
        if (entry := self._file(folder, "readings.yaml")) is not None:
            self._join(self.known.readings, read_readings(entry, id), "口径")
        if (entry := self._file(folder, "kinds.yaml")) is not None:
            self._agree(self.known.kinds, read_kinds(entry), "kind-disagrees", "事实种类")
        if (entry := self._file(folder, "subjects.yaml")) is not None:
            self._agree(self.known.subjects, read_subjects(entry), "subject-disagrees", "责任主体")
            for subject_id, row in entry.table().items():
                for kind in self.known.subjects[subject_id].holders:
                    self.known.kind(row, kind, "state")
        self._checklists(folder)
        procedures = {}
        for entry in self._folder(folder, "procedures"):
            procedure = read_procedure(entry, id)
            procedures[procedure.id] = (procedure, entry)
        self._join(self.known.procedures, procedures, "程序")
        entry = self._file(folder, "calendar.yaml")
        calendar = read_calendar(entry) if entry is not None else Calendar()
        self.packs[id] = Pack(
            id, fields.text("title"), fields.text("issuer"), fields.text("version"), parts, calendar
        )
        return self.packs[id]

    def _checklists(self, folder: Path) -> None:
        entry = self._file(folder, "parameters.yaml")
        for id, row in entry.table().items() if entry is not None else ():
            for dated in self.known.parameters[id].values if self.known.parameters[id].checklist else ():
                for kind in dated.value if isinstance(dated.value, tuple) else ():
                    self.known.kind(row, kind)

    def _join(self, known: dict[str, Row], found: Mapping[str, tuple[Row, Entry]], what: str) -> None:
        """Adds rows whose ids must be new."""
        for id, (row, entry) in found.items():
            if id in known:
                entry.fault("id-double", f"{what}“{id}”在别的规范包里已有", "改成不同的编号")
            known.setdefault(id, row)

    def _agree(
        self, known: dict[str, Row], found: Mapping[str, tuple[Row, Entry]], code: str, what: str
    ) -> None:
        """Adds rows that several packs may list, if they list them alike."""
        for id, (row, entry) in found.items():
            if id in known and not _alike(known[id], row):
                entry.fault(code, f"{what}“{id}”与别的规范包所列不同", "两处改成一样，或换一个编号")
            known.setdefault(id, row)

    def _article(self, read: Read) -> None:
        article = read.article
        if any(
            other.article.id == article.id and other.article.pack == article.pack for other in self.articles
        ):
            read.entry.fault("id-double", f"第{article.id}条写了两次", "改正 article")
        self.articles.append(read)
        for id, (duty, row) in read.duties.items():
            if id in self.duties:
                first = self.duties[id][1]
                place = f"{Path(first.file).parent.name}/{Path(first.file).name} 第 {first.line} 行"
                row.fault("id-double", f"要求“{id}”写了两次，另一处在 {place}", "改成不同的编号")
            self.duties.setdefault(id, (duty, row))
            check_holds(row, duty.holds_from, duty.holds_until)

    def _references(self) -> None:
        """What refers to duties and articles: known only now."""
        for read in self.articles:
            for clause in read.article.clauses:
                for id in clause.duties:
                    if id not in read.duties:
                        row = read.clauses[clause.id]
                        row.fault(
                            "duty-unknown",
                            f"条款 {clause.id} 提到的要求“{id}”不在本条",
                            choose(id, read.duties, "在本文件 duties 里补写，或改正编号"),
                        )
        for id, (duty, row) in self.duties.items():
            for other in duty.anchor_duties:
                if other not in self.duties:
                    near = choose(other, self.duties, "改正 missed 里的编号")
                    row.fault("duty-unknown", f"要求“{id}”所指的“{other}”不存在", near)
        articles = {(read.article.pack, read.article.id) for read in self.articles}
        for procedure in self.known.procedures.values():
            if (procedure.pack, procedure.article) not in articles:
                self.faults.add(
                    "article-unknown",
                    f"procedures/{procedure.id}.yaml",
                    0,
                    f"没有第{procedure.article}条",
                    choose(procedure.article, [id for _, id in articles], "改正 article"),
                )

    def _kinds_with_articles(self) -> dict[str, Kind]:
        """Each kind with the articles whose duties name it, in order of the packs."""
        named: dict[str, list[str]] = {}
        for read in self.articles:
            for duty, _ in read.duties.values():
                for kind in kinds_of(duty):
                    named.setdefault(kind, []).append(read.article.id)
        return {
            id: replace(kind, articles=tuple(dict.fromkeys((*named.get(id, ()), *kind.articles))))
            for id, kind in self.known.kinds.items()
        }


def _alike(one: object, two: object) -> bool:
    """Whether two packs list a kind (but for articles, heading and line, each pack's own) or a set alike."""
    if isinstance(one, Kind) and isinstance(two, Kind):
        return replace(one, articles=(), meaning="", group="") == replace(
            two, articles=(), meaning="", group=""
        )
    return one == two


def kinds_of(duty: Duty) -> tuple[str, ...]:
    """Every kind of fact that a duty looks at, its anchors included."""
    ratio = tuple(kind for term in duty.ratio or () for kind in term.kinds)
    groups = tuple(kind for group in duty.require for kind in group)
    return tuple(
        dict.fromkeys((*duty.kinds, *duty.bound.sum_of, *ratio, *duty.anchors, *groups, *duty.excused))
    )
