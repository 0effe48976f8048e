"""Dues (党费): bills and payments by the bracket of the wage; late, unpaid, excused ones. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from zhibu.desk.demo.days import month_end, months
from zhibu.desk.demo.record import Pencil
from zhibu.desk.demo.standing import dues_day
from zhibu.desk.demo.values import College, Person, Year

#: Up to this monthly base (yuan): this share of the whole base, in ten-thousandths.
_STAFF = ((3000, 50), (5000, 100), (10000, 150), (None, 200))
_RETIRED = ((5000, 50), (None, 100))
_MOST = 100_000  # fen a month
_STUDENT = 20


def monthly(base: int, category: str) -> int:
    """The monthly due in fen on a base in fen; one rate on the whole base, half a fen up."""
    if category == "student":
        return _STUDENT
    brackets = _RETIRED if category == "retiree" else _STAFF
    rate = next(rate for most, rate in brackets if most is None or base <= most * 100)
    return min((base * rate + 5000) // 10000, _MOST)


def base_of(person: Person, category: str) -> int:
    """The monthly base of a person in fen, the same all year."""
    step = int(person.key[1:]) * 7919 % 1000
    lowest, width = (4200_00, 4600_00) if category == "retiree" else (4600_00, 6400_00)
    return lowest + width * step // 1000


def _unpaid(person: Person, this_year: int) -> date | None:
    """From when someone does not pay at all: two people."""
    nobody = {"p0251": date(this_year, 2, 1), "p0318": date(this_year, 6, 1)}
    return nobody.get(person.key)


EXCUSED = "p0407"  # in hospital: the branch has found that there is good reason


def dues(year: Year, college: College, of: int, this_year: int, seed: int) -> None:
    """Add the bills and payments of a year, who was spoken to, who is excused."""
    random = Random(f"dues {seed} {of}")
    pencil = Pencil(year, college, random)
    numbers = {unit.key: number for number, unit in enumerate(college.branches, 1)}
    for month in months(date(of, 1, 1), date(of, 12, 31)):
        for person in college.people.values():
            belonging = person.belonging_on(month)
            if belonging is None or belonging.unit not in numbers:
                continue
            _month(
                pencil, person, belonging.unit, belonging.category, month, numbers[belonging.unit], this_year
            )
    if of == this_year:
        unit = college.people[EXCUSED].belongings[0].unit
        pencil.state(
            "dues.excused",
            unit,
            date(of, 3, 1),
            person=EXCUSED,
            until=date(of, 9, 1),
            note="住院治疗，支部认定有正当理由",
        )


def _month(
    pencil: Pencil, person: Person, unit: str, category: str, month: date, number: int, this_year: int
) -> None:
    """One month of one member: the bill, and the payment or what was done about its lack."""
    random = pencil.random
    amount = monthly(base_of(person, category), category)
    label = f"{month.year}{month.month:02}-{person.key[1:]}"
    pencil.event("dues.due", unit, month, after=0, person=person.key, amount=amount, ref=f"B{label}")
    throw = random.random()
    delay = random.randint(33, 75)
    never = _unpaid(person, this_year)
    if person.key == EXCUSED and date(this_year, 3, 1) <= month < date(this_year, 9, 1):
        return
    if (never is not None and month >= never) or throw < 0.003:
        _spoken_to(pencil, person, unit, category, month)
        return
    paid = month + timedelta(days=dues_day(number) - 1 + random.choice((0, 0, 0, 0, 1, 2, 5)))
    if category == "retiree":  # quarterly, in the second month
        paid = date(month.year, (month.month - 1) // 3 * 3 + 2, dues_day(number))
    if throw < 0.012:
        paid = max(paid, month + timedelta(days=delay))
    elif throw < 0.016 and month.month > 1:  # paid ahead
        paid = month - timedelta(days=delay // 2)
    pencil.event(
        "dues.paid",
        unit,
        paid,
        after=random.choice((0, 0, 1, 2)),
        person=person.key,
        counts_for=month if paid != month else None,
        amount=amount,
        ref=f"R{label}",
    )


def _spoken_to(pencil: Pencil, person: Person, unit: str, category: str, month: date) -> None:
    """Who has not paid is spoken to (批评教育), for the month or quarter and for the year, nearly always."""
    random = pencil.random
    period, end = f"{month.year}-{month.month:02}", month_end(month)
    if category == "retiree":
        quarter = (month.month + 2) // 3
        period, end = f"{month.year}-Q{quarter}", month_end(date(month.year, quarter * 3, 1))
    for name, last in ((period, end), (f"{month.year}", date(month.year, 12, 31))):
        day = last + timedelta(days=random.randint(4, 26))
        if random.random() > 0.12:
            pencil.event("dues.admonished", unit, day, person=person.key, ref=name)
