"""Builds the demo college in an empty database: in bulk, with the rows that the actions would have given."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db import connection

from zhibu.access import Refused, action
from zhibu.access.chain import Entry, log_many
from zhibu.access.models import Account
from zhibu.desk.demo import accounts
from zhibu.desk.demo.history import history
from zhibu.desk.demo.ids import Ids
from zhibu.desk.demo.values import College, Happening, Year
from zhibu.desk.demo.write_college import write_college
from zhibu.desk.demo.write_exemptions import write_exemptions
from zhibu.desk.demo.write_notices import write_notices
from zhibu.desk.demo.write_readings import write_readings
from zhibu.desk.demo.write_study import write_study
from zhibu.desk.demo.write_year import write_activities, write_evidence
from zhibu.norm.model import Norm
from zhibu.registers.organizations.models import Organization

SEED = 1
PACK = "zjkvtc"


@action("demo.build")
def build(*, actor: Account, norm: Norm, today: date, seed: int = SEED) -> list[dict[str, str]]:
    """Write the demo as of `today`; gives the accounts to show. Refused where an organization stands."""
    if Organization.objects.exists():
        raise Refused(
            what="没有建立演示学院",
            why="数据库里已有党组织，演示数据不与真实数据混放",
            mend="请另设 ZHIBU_VAR 指向空目录，再运行 zhibu migrate 和 zhibu demo",
            code="demo.not_empty",
        )
    college, year = history(seed, today.year, norm.packs[PACK].calendar)
    ids = Ids(college, year)
    entries = write_college(college, ids, today)
    known = write_activities(year, ids, today)
    write_evidence(year, ids, today)
    write_study(year, ids, today)
    if connection.vendor == "postgresql":
        # So many rows at once: without fresh statistics the first audit would be planned for empty tables.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    entries += write_exemptions(year, ids, today)
    secretary = next(seat.person for seat in college.seats if seat.kind == "secretary" and seat.until is None)
    entries += write_readings(college, norm, college.people[secretary].name)
    log_many(actor, "demo.build", [*entries, *_blocks(college, year, known, ids, today)])
    shown = accounts.make_accounts(actor, college, ids, today)
    write_notices(actor, college, ids, today)
    return shown


def _blocks(
    college: College, year: Year, known: list[tuple[Happening, str]], ids: Ids, today: date
) -> list[Entry]:
    """One log row per organization for its activities and entries: how many of which kind were written."""
    activities: dict[str, Counter[str]] = {key: Counter() for key in college.units}
    proofs: dict[str, Counter[str]] = {key: Counter() for key in college.units}
    for one, status in known:
        for unit in one.hosts:
            activities[unit][status] += 1
    for proof in year.proofs:
        if proof.recorded <= today:
            proofs[proof.unit][proof.kind] += 1
    rows = {row.pk: row for row in Organization.objects.all()}
    return [
        Entry(
            rows[ids[key]],
            None,
            {"activities": dict(activities[key]), "evidence": dict(proofs[key])},
            (ids[key],),
        )
        for key in college.units
    ]
