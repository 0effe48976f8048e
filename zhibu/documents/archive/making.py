"""The making of a box: the findings once, then organization by organization, then all of it in one file.

Each step leaves a whole file behind, so that whoever takes the job up again goes on where it broke off; equal data
gives equal bytes. What the one who asked may see is looked at anew before every step: who sees less than was asked
for gets nothing.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from django.conf import settings

from zhibu.access import Refused
from zhibu.access.models import Account
from zhibu.audit.explanation import explanations
from zhibu.audit.relations import Asked
from zhibu.desk import findings
from zhibu.desk import queries as desk
from zhibu.desk.cells import persons_owe
from zhibu.desk.facts import Deployment
from zhibu.desk.readings import signatures
from zhibu.desk.tasks import in_order
from zhibu.documents.archive import actions, cover, lines, papers, queries, records, storage
from zhibu.documents.archive.box import HEADS, Box, Document, Packer, article_folders
from zhibu.documents.archive.models import Archive
from zhibu.documents.archive.queries import Unit
from zhibu.documents.typesetting import pdf
from zhibu.jobs.queue import Taken, Work
from zhibu.norm.model import Norm
from zhibu.registers.organizations.models import Placement
from zhibu.site import packs, uploads, workbook

KIND = "archive"
#: Findings are explained so many at a time: memory is bounded by it, and each time the facts are staged anew.
EXPLAINED = 60_000
#: So many documents are set at a time: typesetting is no Python and uses a second core.
SETTERS = 2
#: Typesetting takes a zone of fixed offset.
BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Part:
    """What is known of an organization's part once it is written; kept as JSON beside it."""

    chapter: dict[str, Any]
    counts: dict[str, int]  # findings by state
    documents: int
    originals: int
    lost: list[str]  # originals whose content is not there
    withheld: int
    changed: bool  # whether its records were written to after the findings were computed


def make(work: Work) -> Mapping[str, Any]:
    """Make the box that the job names. Raises Refused where the one who asked may no longer see all of it."""
    archive = Archive.objects.filter(pk=work.arguments["archive"]).first()
    if archive is None:
        raise Taken
    if archive.made is None:
        _Making(work, archive).run()
    return {"archive": archive.pk}


class _Making:
    """One box in the making."""

    def __init__(self, work: Work, archive: Archive) -> None:
        self.work, self.archive = work, archive
        self.norm: Norm = packs.norm()
        self.selection = archive.selection
        self.folder = storage.folder(archive.pk)
        self.made = archive.asked.astimezone(BEIJING).replace(microsecond=0)
        self.tree: list[Placement] = desk.placements(archive.day)
        self.homes = desk.homes(self.tree)

    def run(self) -> None:
        """All steps; those that are done already are left as they are."""
        asker = self._asker()
        chosen = set(self.archive.organizations)
        units = [
            unit for unit in queries.units(asker, self.archive.day, self.selection.since) if unit.id in chosen
        ]
        total = len(units) + 2
        version = self._findings(asker, units, total)
        parts = []
        for number, unit in enumerate(units, 1):
            self.work.tell(number, total, f"正在装 {unit.name}（{number}/{len(units)}）")
            parts.append(self._part(self._asker(), unit, version))
        self.work.tell(total - 1, total, "正在编索引、合成一个文件")
        path = self._assemble(units, parts, version)
        asker = self._asker()
        self.work.tell(total, total, "正在收尾")
        actions.finish(
            actor=asker,
            archive=self.archive,
            roots=queries.roots(asker, tuple(self.archive.organizations)),
            version=version,
            size=path.stat().st_size,
            digest=_digest(path),
            counts={
                "findings": sum(sum(part.counts.values()) for part in parts),
                "documents": sum(part.documents for part in parts),
                "originals": sum(part.originals for part in parts),
                "withheld": sum(part.withheld for part in parts),
            },
        )
        storage.remove_parts(self.archive.pk)

    def _asker(self) -> Account:
        """Whoever asked, as they may see now; grants of an account are remembered with it, so it is read anew."""
        asker = Account.objects.get(pk=self.archive.account_id)
        if not asker.is_active or not set(self.archive.organizations) <= queries.reach(asker):
            storage.remove(self.archive.pk)
            raise Refused(
                what="没有制作",
                why="提出之后您的权限有变，不再覆盖所选的全部党组织",
                mend="请按现在的权限重新选择后再制作",
                code="archive.scope",
            )
        return asker

    # ---- the findings ----

    def _findings(self, asker: Account, units: Sequence[Unit], total: int) -> int:
        """Lay out the findings with what counted; the version of the data that they were computed from."""
        done = self.folder / "findings.json"
        if done.exists():
            known = json.loads(done.read_text(encoding="utf-8"))
            if known["norm"] == self.norm.fingerprint:
                return int(known["version"])
            storage.remove(self.archive.pk)  # another norm: nothing of what is there fits
            self.folder = storage.folder(self.archive.pk)
        version = queries.data_version()
        self.work.tell(0, total, "正在核对检查结果")
        lines.write(self.folder / "lines", self._explained(asker, units, total))
        known = {"norm": self.norm.fingerprint, "version": version}
        storage.write_whole(done, json.dumps(known).encode())
        return version

    def _explained(
        self, asker: Account, chosen: Sequence[Unit], total: int
    ) -> Iterator[tuple[str, lines.Line]]:
        units = {unit.id for unit in chosen}
        # A committee answers for what its members owe, wherever they belong: it needs all.
        narrow = None if any(unit.kind == "committee" for unit in chosen) else tuple(sorted(units))
        asked = Asked(as_of=self.archive.day, since=self.selection.since, organizations=narrow)
        within, persons = desk.reach(asker), persons_owe(self.norm)
        for lot in self._lots():
            self.work.tell(0, total, "正在核对检查结果")
            told = explanations(
                self.norm, Deployment(), replace(asked, duties=lot), engine=findings.engine_name()
            )
            for one in told:
                finding = one.finding
                unit = self.homes.get(finding.org, finding.org)
                personal = finding.duty in persons or finding.subject != finding.org
                seen = finding.org in (within.people_of if personal else within.organizations)
                if seen and unit in units and self.selection.holds(self.norm, finding):
                    yield unit, lines.line_of(one)

    def _lots(self) -> list[tuple[str, ...]]:
        """The duties chosen in lots of about as many findings as are explained at a time."""
        many: Counter[str] = Counter()
        for key, cell in findings.findings(self.archive.day).cells.items():
            many[key.duty] += len(cell.findings)
        years = len(self.selection.years)
        lots: list[list[str]] = [[]]
        room = EXPLAINED
        for duty in self.selection.duties(self.norm):
            needed = many[duty] * years
            if needed > room and lots[-1]:
                lots.append([])
                room = EXPLAINED
            lots[-1].append(duty)
            room -= needed
        return [tuple(lot) for lot in lots if lot]

    # ---- one organization ----

    def _part(self, asker: Account, unit: Unit, version: int) -> Part:
        known = self.folder / f"{unit.id}.json"
        if known.exists():
            return Part(**json.loads(known.read_text(encoding="utf-8")))
        found = list(lines.read(self.folder / "lines", unit.id))
        called = {row.organization_id: row.name for row in self.tree}
        called.update(desk.names([line.finding for line in found], self.tree))
        below = {org for org, home in self.homes.items() if home == unit.id}
        own = {unit.id, *below} if unit.kind != "committee" else queries.reach(asker)
        facts = [fact for line in found for fact in line.facts]
        behind = records.gathered(asker, self.norm, facts, own, called)
        called.update(behind.people)
        folders = article_folders(self.norm, self.selection.articles)
        signed = frozenset(signatures(self.norm, self.archive.day))
        packer = Packer(self.norm, behind, folders, called, signed, unit.name)
        chosen = set(self.selection.duties(self.norm))
        box = packer.pack([duty for duty in in_order(self.norm) if duty.id in chosen], found)
        lost = self._write_part(unit, box, behind, called)
        changed = queries.changed_since(version, queries.data_version(), (unit.id, *sorted(below)))
        part = Part(
            papers.chapter(box, unit.name, unit.folder),
            dict(box.counts),
            len(box.documents),
            sum(len(one.originals) for one in box.documents) - len(lost),
            lost,
            box.withheld,
            changed,
        )
        sheet = json.dumps(box.sheet, ensure_ascii=False)
        storage.write_whole(self.folder / f"{unit.id}.sheet.json", sheet.encode())
        # Last: once this stands, all of the part does.
        storage.write_whole(known, json.dumps(vars(part), ensure_ascii=False).encode())
        return part

    def _write_part(
        self, unit: Unit, box: Box, behind: records.Records, called: Mapping[str, str]
    ) -> list[str]:
        """The organization's folder as a file of its own; gives the originals that are not there."""
        numbers = {one.activity: one.number for one in box.documents if one.activity}

        def sheet(one: Document) -> bytes:
            if one.activity:
                return self._pdf("activity", papers.activity(self.norm, one, behind, unit.name, called))
            values = papers.register(self.norm, one, behind, numbers, unit.name, called)
            return self._pdf("list", values)

        lost = []
        target = self.folder / f"{unit.id}.zip"
        partial = target.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as out, ThreadPoolExecutor(SETTERS) as setters:
            for section in box.sections:
                values = papers.contents(section, unit.name)
                self._put(
                    out, f"{unit.folder}/{section.folder}/00 卷内目录.pdf", self._pdf("contents", values)
                )
                for one, page in zip(section.documents, setters.map(sheet, section.documents), strict=True):
                    self._put(out, f"{unit.folder}/{one.path}", page)
                    for path, original in one.originals:
                        source = uploads.path_of(settings.FILES, original.digest)
                        if source.is_file():
                            self._put(out, f"{unit.folder}/{path}", source.read_bytes())
                        else:
                            lost.append(f"{unit.folder}/{path}")
        partial.replace(target)
        return lost

    def _sheet(self, unit: Unit) -> list[list[Any]]:
        found: list[list[Any]] = json.loads(
            (self.folder / f"{unit.id}.sheet.json").read_text(encoding="utf-8")
        )
        return found

    def _pdf(self, template: str, values: Mapping[str, object]) -> bytes:
        return pdf(template, values, self.made, tagged=False)

    def _put(self, out: zipfile.ZipFile, name: str, data: bytes) -> None:
        entry = zipfile.ZipInfo(name, self.made.timetuple()[:6])
        entry.create_system, entry.external_attr = 3, 0o644 << 16
        entry.compress_type = out.compression
        out.writestr(entry, data)

    # ---- all of it ----

    def _assemble(self, units: Sequence[Unit], parts: Sequence[Part], version: int) -> Path:
        target = storage.finished(self.archive.pk)
        partial = target.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        said = cover.cover(self.archive, self.norm, self.tree, units, parts, version)
        sheet = (row for unit in units for row in self._sheet(unit))
        plain = datetime(*self.made.timetuple()[:6])  # noqa: DTZ001 - a workbook knows no zones
        # Typeset pages and pictures are compressed already: once more gains a tenth for a tenth of the time.
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as out:
            index = self._pdf("index", {**said.values, "chapters": [part.chapter for part in parts]})
            self._put(out, "索引.pdf", index)
            self._put(out, "检查结果.xlsx", workbook.build("检查结果", HEADS, sheet, plain))
            self._put(out, "说明.txt", said.note.encode("utf-8-sig"))
            for unit in units:
                with zipfile.ZipFile(self.folder / f"{unit.id}.zip") as part:
                    for entry in part.infolist():
                        self._put(out, entry.filename, part.read(entry))
        partial.replace(target)
        return target


def _digest(path: Path) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()
