"""What the registers hold, found by name within the reader's reach; a fixed number of queries for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.access import scope
from zhibu.desk.search.hits import Hit
from zhibu.norm.model import Norm
from zhibu.registers.activities import queries as activities
from zhibu.registers.activities.models import Activity, Host
from zhibu.registers.activities.models import Attachment as ActivityFile
from zhibu.registers.education import kinds as study
from zhibu.registers.education import queries as education
from zhibu.registers.education.models import Attachment as StudyFile
from zhibu.registers.education.models import Reflection, Sheet, Training
from zhibu.registers.evidence import kinds
from zhibu.registers.evidence import queries as evidence
from zhibu.registers.evidence.models import Attachment as EvidenceFile
from zhibu.registers.evidence.models import Entry
from zhibu.registers.members import queries as members
from zhibu.registers.members.models import Category, Status
from zhibu.registers.notices import queries as notices
from zhibu.registers.notices.models import Attachment as NoticeFile
from zhibu.registers.notices.models import Notice
from zhibu.registers.organizations.models import Kind, Organization, Placement
from zhibu.site import found_by, packs
from zhibu.site.found_by import contains
from zhibu.site.wording import near_day

STATUSES = {**dict(Status.choices), members.APPLICANT: "入党申请人"}


def people(reader: Any, asked: Sequence[str], most: int, today: date) -> list[Hit]:
    """Members and applicants, with where they belong and as what."""
    best = found_by.best(scope.members(reader), asked, most, ("pinyin", "pk"))
    rows: dict[str, Any] = (
        {one.pk: one for one in members.members(reader, today).filter(pk__in=best)} if best else {}
    )
    return [
        Hit(
            best[pk],
            rows[pk].name,
            STATUSES.get(rows[pk].status or "", "党员") if _here(rows[pk]) else "不在册",
            (rows[pk].number or "", rows[pk].place_name or "", _label(Category, rows[pk].category)),
            reverse("member", args=[pk]),
        )
        for pk in best
    ]


def _here(one: Any) -> bool:
    return bool(one.belongs or one.applying)


def _label(choices: Any, value: str | None) -> str:
    return str(choices(value).label) if value else ""


def organizations(reader: Any, asked: Sequence[str], most: int, today: date) -> list[Hit]:
    """Organizations by their names, also earlier ones, short names and numbers; dissolved ones too."""
    named = Placement.objects.filter(organization=OuterRef("pk"))

    def has(text: str) -> Q:
        return Q(Exists(named.filter(contains(text)))) | contains(text)

    best = found_by.best(scope.organizations(reader), asked, most, ("number", "pk"), has)
    rows = {one.pk: one for one in Organization.objects.filter(pk__in=best).latest()}
    found = [rows[pk] for pk in best]
    above = _names(scope.organizations(reader).filter(pk__in={one.parent_id for one in found}))
    return [
        Hit(
            best[one.pk],
            str(one),
            Kind(one.kind).label,
            (
                "已撤销" if one.placed_until and one.placed_until <= today else "",
                above.get(one.parent_id, ""),
                one.number,
            ),
            reverse("organization", args=[one.pk]),
        )
        for one in found
    ]


def _names(rows: Any) -> dict[str, str]:
    return {one.pk: str(one) for one in rows.latest()}


def _last_name(organization: Any) -> str:
    """The last name of an organization fetched with its placements."""
    return str(max(organization.placements.all(), key=lambda row: row.since).name)


_PLACES = Organization.objects.prefetch_related("placements")


def meetings(reader: Any, asked: Sequence[str], most: int, today: date) -> list[Hit]:
    """Activities by title and place, the latest first, with who held them and when."""
    best = found_by.best(activities.activities(reader), asked, most, ("-day", "-pk"))
    hosts = Host.objects.prefetch_related(Prefetch("organization", queryset=_PLACES))
    rows = Activity.objects.prefetch_related(Prefetch("hosts", queryset=hosts)).in_bulk(list(best))
    return [
        Hit(
            rank,
            rows[pk].title,
            "" if rows[pk].status == Activity.Status.HELD else rows[pk].get_status_display(),
            (
                near_day(rows[pk].day, today),
                "、".join(_last_name(host.organization) for host in rows[pk].hosts.all()),
                rows[pk].place,
            ),
            reverse("activity", args=[pk]),
        )
        for pk, rank in best.items()
    ]


def papers(reader: Any, asked: Sequence[str], most: int, today: date) -> list[Hit]:
    """Evidence by its note and what it belongs to, the latest first."""
    best = found_by.best(evidence.entries_with_words(reader), asked, most, ("-day", "-pk"))
    wanted = Entry.objects.select_related("member").prefetch_related(
        Prefetch("organization", queryset=_PLACES)
    )
    found, norm = wanted.in_bulk(list(best)), packs.norm()
    return [
        Hit(
            rank,
            kinds.title_of(norm, found[pk].kind),
            "已撤销" if found[pk].withdrawn else "",
            (
                str(found[pk].member or ""),
                found[pk].ref_title,
                found[pk].note,
                near_day(found[pk].day, today),
                _last_name(found[pk].organization),
            ),
            reverse("evidence", args=[pk]),
        )
        for pk, rank in best.items()
    ]


def studies(reader: Any, asked: Sequence[str], most: int, today: date) -> list[Hit]:
    """Trainings outside and reflections by their titles, the latest first."""
    norm, hits = packs.norm(), []
    for kind, rows, day, page in (
        (study.TRAINING, education.trainings(reader), "first", "education_training"),
        (study.REFLECTION, education.reflections(reader), "day", "education_reflection"),
    ):
        best = found_by.best(rows, asked, most, (f"-{day}", "-pk"))
        found = rows.model.objects.select_related("member").in_bulk(list(best))
        hits += [
            Hit(
                rank,
                found[pk].title,
                "" if found[pk].stage == "accepted" else found[pk].stage_title(),
                (
                    study.title_of(norm, kind),
                    str(found[pk].member),
                    near_day(getattr(found[pk], day), today),
                ),
                reverse(page, args=[pk]),
            )
            for pk, rank in best.items()
        ]
    return sorted(hits, key=lambda hit: hit.rank)[:most]


def _about(norm: Norm, owner: Reflection | Training | Sheet) -> str:
    """What a file of study belongs to."""
    return study.title_of(norm, owner.kind) if isinstance(owner, Sheet) else str(owner)


def letters(reader: Any, asked: Sequence[str], most: int, today: date) -> list[Hit]:
    """Notices and superior documents by title, number and issuer, the latest first."""
    best = found_by.best(notices.notices(reader), asked, most, ("-recorded", "-pk"))
    places = Prefetch("organization", queryset=_PLACES)
    rows = Notice.objects.prefetch_related(places).in_bulk(list(best))
    return [
        Hit(
            rank,
            rows[pk].title,
            "" if rows[pk].status == Notice.Status.SENT else rows[pk].get_status_display(),
            (
                rows[pk].number,
                rows[pk].issuer,
                near_day(localdate(rows[pk].sent) if rows[pk].sent else rows[pk].recorded, today),
                _last_name(rows[pk].organization),
            ),
            reverse("notice", args=[pk]),
        )
        for pk, rank in best.items()
    ]


def files(reader: Any, asked: Sequence[str], most: int, today: date) -> list[Hit]:
    """Attachments of activities, evidence, notices and study by their names; each leads to the record that has it."""
    meeting = activities.activities(reader).filter(pk=OuterRef("activity_id"))
    of_activities = found_by.best(ActivityFile.objects.filter(Exists(meeting)), asked, most, ("-pk",))
    entry = evidence.entries_told(reader).filter(pk=OuterRef("entry_id"))
    of_evidence = found_by.best(EvidenceFile.objects.filter(Exists(entry)), asked, most, ("-pk",))
    of_notices = found_by.best(notices.files(reader), asked, most, ("-pk",))
    of_studies = found_by.best(education.files(reader), asked, most, ("-pk",))
    norm = packs.norm()
    found = [
        Hit(
            of_activities[one.pk],
            one.name,
            "",
            (one.activity.title, near_day(one.activity.day, today)),
            reverse("activity", args=[one.activity_id]),
        )
        for one in ActivityFile.objects.select_related("activity").filter(pk__in=of_activities)
    ]
    found += [
        Hit(
            of_evidence[one.pk],
            one.name,
            "",
            (kinds.title_of(norm, one.entry.kind), near_day(one.entry.day, today)),
            reverse("evidence", args=[one.entry_id]),
        )
        for one in EvidenceFile.objects.select_related("entry").filter(pk__in=of_evidence)
    ]
    found += [
        Hit(
            of_notices[one.pk],
            one.name,
            "",
            (one.notice.title, near_day(one.recorded, today)),
            reverse("notice", args=[one.notice_id]),
        )
        for one in NoticeFile.objects.select_related("notice").filter(pk__in=of_notices)
    ]
    owners = ("reflection", "training", "sheet")
    found += [
        Hit(
            of_studies[one.pk],
            one.name,
            "",
            (_about(norm, one.owner), near_day(one.recorded, today)),
            reverse(f"education_{type(one.owner).__name__.lower()}", args=[one.owner.pk]),
        )
        for one in StudyFile.objects.select_related(*owners).filter(pk__in=of_studies)
    ]
    return sorted(found, key=lambda hit: hit.rank)[:most]
