"""A large committee out of the demo college: 40 branches, 20 000 members, by copying rows inside the database.

Branches are copied with their activities, posts and members; then every member many times over with the own
membership, attendance and entries. Only for measuring: the log knows nothing of the copies.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps
from django.db import connection

BRANCHES, MEMBERS = 40, 20_000
#: Columns that may not stand twice.
UNIQUE = {"members_member": ("number", "id_number_index")}


def grow(branches: int = BRANCHES, members: int = MEMBERS) -> tuple[int, int]:
    """Copy until there are so many branches and members; gives how many there are then."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organization_id FROM organizations_placement"
            " WHERE kind = 'branch' AND until IS NULL ORDER BY organization_id"
        )
        there = [row[0] for row in cursor.fetchall()]
        for number in range(branches - len(there)):
            _branch(there[number % len(there)], f"b{number}")
        cursor.execute("SELECT count(*) FROM members_membership WHERE until IS NULL")
        now = cursor.fetchone()[0]
        cursor.execute("CREATE TEMPORARY TABLE grown AS SELECT id FROM members_member")
        for number in range(max(-(-members // now) - 1, 0)):
            _people(f"k{number}", "IN (SELECT id FROM grown)")
        cursor.execute("DROP TABLE grown")
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM members_membership WHERE until IS NULL")
        return max(branches, len(there)), cursor.fetchone()[0]


def _copy(table: str, where: str, mark: str, marked: tuple[str, ...], given: Mapping[str, str] = {}) -> None:
    """The rows of a table once more: `marked` columns with the mark behind, `given` ones by an expression."""
    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    columns = [field.column for field in model._meta.concrete_fields]
    quote = connection.ops.quote_name
    if model._meta.pk.get_internal_type() in ("AutoField", "BigAutoField"):
        columns.remove(model._meta.pk.column)

    def taken(column: str) -> str:
        if column in UNIQUE.get(table, ()):
            return "NULL"
        if column in given:
            return given[column]
        name = quote(column)
        return f"CASE WHEN {name} = '' THEN '' ELSE {name} || '{mark}' END" if column in marked else name

    names = ", ".join(map(quote, columns))
    selected = ", ".join(map(taken, columns))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {selected} FROM {table} WHERE {where}")


def _people(mark: str, which: str) -> None:
    """The members once more, in the same branches, with all that is recorded of them."""
    _copy("members_member", f"id {which}", mark, ("id",))
    _copy("members_membership", f"member_id {which}", mark, ("id", "member_id"))
    _copy("activities_attendance", f"member_id {which}", mark, ("member_id",))
    _copy("evidence_entry", f"member_id {which}", mark, ("id", "member_id", "ref"))


def _branch(branch: str, mark: str) -> None:
    """A branch once more, with its activities, entries, terms, posts and members."""
    own = f"organization_id = '{branch}'"
    held = f'activity_id IN (SELECT activity_id FROM activities_host WHERE {own} AND "leading")'
    _copy("organizations_organization", f"id = '{branch}'", mark, ("id",), {"number": f"number || '-{mark}'"})
    _copy("organizations_placement", own, mark, ("id", "organization_id", "name"))
    _copy("organizations_term", own, mark, ("id", "organization_id"))
    _copy("activities_activity", held.replace("activity_id", "id", 1), mark, ("id",))
    for table in ("activities_block", "activities_theme"):
        _copy(table, held, mark, ("activity_id",))
    for table in ("activities_host", "activities_paper"):
        _copy(
            table, f"{held} AND ({own} OR organization_id IS NULL)", mark, ("activity_id", "organization_id")
        )
    belongs = f"IN (SELECT member_id FROM members_membership WHERE {own})"
    _copy("members_member", f"id {belongs}", mark, ("id",))
    for table in ("members_membership", "organizations_post"):
        _copy(table, f"{own} AND member_id {belongs}", mark, ("id", "organization_id", "member_id"))
    mine = f"{own} AND (member_id IS NULL OR member_id {belongs})"
    _copy(
        "activities_attendance", f"{mine} AND {held}", mark, ("activity_id", "organization_id", "member_id")
    )
    _copy("evidence_entry", mine, mark, ("id", "organization_id", "member_id", "ref"))
