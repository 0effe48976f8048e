"""Writes the demo's tree, people, posts and terms into the registers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Model

from zhibu.access import sealing, snapshot
from zhibu.access.chain import Entry
from zhibu.desk.demo.cases import admission_after, applied_until, day_of
from zhibu.desk.demo.ids import Ids, id_of
from zhibu.desk.demo.values import College, Person
from zhibu.registers.members import names
from zhibu.registers.members.models import SEALED_WITH, Application, Grouping, Member, Membership
from zhibu.registers.organizations.models import (
    Establishment,
    FirstDayOfUse,
    Organization,
    Placement,
    Post,
    Term,
)
from zhibu.site.inserting import insert_new


def write_college(college: College, ids: Ids, today: date) -> list[Entry]:
    """Everything that stands; gives what is to be logged."""
    entries = [*_tree(college, ids), *_people(college, ids, today)]
    entries += _offices(college, ids, today)
    return entries


def _entry(row: Model, organization: str, member: str | None = None) -> Entry:
    return Entry(row, None, snapshot(row), (organization,), (member,) if member else ())


def _tree(college: College, ids: Ids) -> list[Entry]:
    units = college.units.values()
    organizations = [
        Organization(id=ids[u.key], number=u.number, short_name=u.short_name, founded=u.founded)
        for u in units
    ]
    Organization.objects.bulk_create(organizations)
    placements = [
        Placement(
            id=id_of(u.founded, number),
            organization_id=ids[u.key],
            parent_id=ids[u.parent] if u.parent else None,
            kind=u.kind,
            category=u.category,
            name=u.name,
            since=u.founded,
        )
        for number, u in enumerate(units, 1)
    ]
    Placement.objects.bulk_create(placements)
    committee = ids[college.committee.key]
    use = FirstDayOfUse(organization_id=committee, pack="*", since=college.first_day)
    use.save(force_insert=True)
    establishment = Establishment(
        organization_id=committee,
        people=college.establishment,
        since=college.first_day,
        recorded=college.first_day,
    )
    establishment.save(force_insert=True)
    rows: list[Model] = [*organizations, use, establishment]
    return [_entry(row, getattr(row, "organization_id", row.pk)) for row in rows]


def sealed_fields(person: Person) -> dict[str, str]:
    """What is kept sealed of a person."""
    kept = {"id_number": person.id_number, "mobile": person.mobile}
    if person.belongings and int(person.key[1:]) % 9 == 0:
        kept["landline"] = f"0000-{int(person.key[1:]):07}"
    return kept


def profile(person: Person, today: date) -> dict[str, Any]:
    """The plain fields of a person, as known on `today`."""
    joined = person.joined if person.joined and person.joined <= today else None
    confirmed = person.confirmed if person.confirmed and person.confirmed <= today else None
    return {
        "number": person.number,
        "name": person.name,
        "sex": "男" if person.male else "女",
        "ethnicity": person.ethnicity,
        "born": person.born,
        "native_place": person.native_place,
        "education": person.education,
        "work_post": person.work_post,
        "technical_post": person.technical_post,
        "school": person.school,
        "subject": person.subject,
        "applied": person.applied,
        "joined": joined,
        "confirmed": confirmed,
    }


def known_people(college: College, today: date) -> list[Person]:
    """Those of whom the college knows on `today`: applicants, and all who have come by then."""
    return [
        one
        for one in college.people.values()
        if not one.belongings or one.applied is None or min(one.applied, one.belongings[0].since) <= today
    ]


def _people(college: College, ids: Ids, today: date) -> list[Entry]:
    people = known_people(college, today)
    keys = sealing.object_keys(SEALED_WITH, [ids[one.key] for one in people])
    members, entries = [], []
    for person in people:
        identifier = ids[person.key]
        values, kept = profile(person, today), sealed_fields(person)
        key = keys[identifier]
        assert key is not None
        member = Member(
            id=identifier,
            **values,
            pinyin=names.pinyin(person.name),
            initials=names.initials(person.name),
            id_number_index=sealing.index(person.id_number),
            sealed=sealing.seal(key, SEALED_WITH, identifier, kept),
        )
        members.append(member)
        at = college.applicants.get(person.key, college.committee.key)
        home = person.belongings[0].unit if person.belongings else at
        after: Mapping[str, Any] = {"id": identifier, **values, **kept}
        entries.append(Entry(member, None, after, (ids[home],), (identifier,)))
    insert_new(members)
    insert_new(list(_memberships(college, people, ids, today)))
    Application.objects.bulk_create(_applications(college, ids, today))
    Grouping.objects.bulk_create(_groupings(college, ids, today))
    return entries


def _groupings(college: College, ids: Ids, today: date) -> list[Grouping]:
    """Who is assigned to which group, as they come to its meetings."""
    return [
        Grouping(
            id=id_of(max(college.first_day, begun), 2_950_000 + int(person.key[1:])),
            member_id=ids[person.key],
            group_id=ids[college.group_of(person.key, unit.key)],
            since=max(college.first_day, begun),
            recorded=max(college.first_day, begun),
        )
        for unit in college.branches
        if college.groups(unit.key)
        for person in college.members_on(unit.key, today)
        for begun in [next(one.since for one in person.belongings if one.unit == unit.key)]
    ]


def _applications(college: College, ids: Ids, today: date) -> list[Application]:
    return [
        Application(
            id=id_of(applied, 2_900_000 + int(key[1:])),
            member_id=ids[key],
            organization_id=ids[unit],
            since=applied,
            activist=day_of("development.activist", admission_after(applied), until, today),
            prospect=day_of("development.prospect", admission_after(applied), until, today),
            recorded=max(applied, college.first_day),
        )
        for number, (key, unit) in enumerate(college.applicants.items())
        if (applied := college.people[key].applied) is not None and applied <= today
        for until in [applied_until(number, applied)]
    ]


def _memberships(college: College, people: list[Person], ids: Ids, today: date) -> list[Membership]:
    return [
        Membership(
            id=id_of(roll.since, 2_000_000 + 4 * int(person.key[1:]) + place),
            member_id=ids[person.key],
            organization_id=ids[roll.unit],
            status=roll.status,
            category=roll.category,
            since=roll.since,
            # An end that lies ahead is not known yet.
            until=roll.until if roll.until is not None and roll.until <= today else None,
            reason=roll.reason if roll.until is None or roll.until <= today else "",
            recorded=max(roll.since, college.first_day),
        )
        for person in people
        for place, roll in enumerate(person.belongings)
        if roll.since <= today
    ]


def _offices(college: College, ids: Ids, today: date) -> list[Entry]:
    posts = [
        Post(
            id=id_of(seat.since, 3_000_000 + number),
            organization_id=ids[seat.unit],
            member_id=ids[seat.person],
            kind=seat.kind,
            since=seat.since,
            until=seat.until if seat.until is not None and seat.until <= today else None,
            portfolio=seat.portfolio,
            recorded=max(seat.since, college.first_day),
        )
        for number, seat in enumerate(college.seats)
        if max(seat.since, college.first_day) <= today
    ]
    terms = [
        Term(
            id=id_of(term.since, 3_500_000 + number),
            organization_id=ids[term.unit],
            since=term.since,
            number=term.number,
            recorded=term.recorded,
        )
        for number, term in enumerate(college.terms)
        if term.recorded <= today
    ]
    Post.objects.bulk_create(posts)
    Term.objects.bulk_create(terms)
    return [_entry(post, post.organization_id, post.member_id) for post in posts] + [
        _entry(term, term.organization_id) for term in terms
    ]
