"""How large a box will be and how long its making takes, told before it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from zhibu.documents.archive.selection import Selection
from zhibu.norm.model import Norm
from zhibu.registers.activities.models import Attachment as ActivityFile
from zhibu.registers.activities.models import Host
from zhibu.registers.evidence.models import Attachment as EntryFile
from zhibu.registers.evidence.models import Entry

#: Measured on the demo college (benchmarks/README.md): seconds and bytes for a document, seconds for the findings.
SECONDS_EACH, SECONDS_BEFORE = 0.025, 6.0
BYTES_EACH = 50_000
#: Of a year's activities a record of each, of each article of an organization a contents page and a register.
PAPERS_OF_AN_ARTICLE = 1.1


@dataclass(frozen=True)
class Estimate:
    """About so many documents, bytes, seconds."""

    documents: int
    originals: int
    size: int
    seconds: int

    @property
    def minutes(self) -> str:
        """In words: 约 20 秒, 约 2 分钟."""
        return (
            f"约 {max(10, -(-self.seconds // 10) * 10)} 秒"
            if self.seconds < 90
            else f"约 {-(-self.seconds // 60)} 分钟"
        )


def estimate(norm: Norm, selection: Selection) -> Estimate:
    """Of a selection within the reader's reach. A fixed number of queries."""
    first, last = date(selection.years[0], 1, 1), date(selection.years[-1], 12, 31)
    organizations = selection.organizations
    duties = [norm.duties[duty] for duty in selection.duties(norm)]
    kinds = {
        kind for duty in duties for kind in (*duty.kinds, *(one for group in duty.require for one in group))
    }
    held = Host.objects.filter(
        organization__in=organizations, activity__day__range=(first, last), activity__themes__kind__in=kinds
    )
    activities = held.values("organization", "activity").distinct().count()
    files: Any = ActivityFile.objects.filter(
        activity__day__range=(first, last), activity__hosts__organization__in=organizations
    )
    entries = Entry.objects.filter(organization__in=organizations, kind__in=kinds, withdrawn=None)
    papers = EntryFile.objects.filter(entry__in=entries.filter(day__lte=last))
    size = sum(one.aggregate(total=Sum("size"))["total"] or 0 for one in (files.distinct(), papers))
    documents = activities + round(PAPERS_OF_AN_ARTICLE * len(selection.articles) * len(organizations))
    return Estimate(
        documents,
        files.distinct().count() + papers.count(),
        size + documents * BYTES_EACH,
        round(SECONDS_BEFORE * len(selection.years) + documents * SECONDS_EACH),
    )
