"""Who came: present, on leave with a reason, absent; some make the study up. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from zhibu.desk.demo.values import Came, Person

_REASONS = ("因公外出", "因公外出", "上课", "带学生实习", "因病", "参加培训", "家中有事", "值班")
_REASONS_RETIRED = ("身体不适", "身体不适", "在外地子女家居住", "住院")

#: In a hundred: present, on leave; the rest is absent.
_RATES = {"staff": (90, 8), "student": (93, 5), "retiree": (76, 22)}


def long_away(person: Person) -> bool:
    """True for the few who hardly ever come: long illness, work elsewhere."""
    return int(person.key[1:]) % 97 == 13


def came(
    random: Random, people: Iterable[Person], day: date, rate: float = 1.0, *, study: bool = False
) -> list[Came]:
    """A line for each of them; `rate` below 1 where fewer come. Only study is made up (补学)."""
    lines = []
    for person in people:
        belonging = person.belonging_on(day)
        category = belonging.category if belonging else "staff"
        present, leave = _RATES[category]
        present = int(present * rate)
        if long_away(person):
            present, leave = 4, 94
        throw = random.randrange(100)
        if throw < present:
            lines.append(Came(person.key, "present"))
        elif throw < present + leave + (100 - leave - present) // 2:
            reason = random.choice(_REASONS_RETIRED if category == "retiree" else _REASONS)
            made_up = day + timedelta(days=random.randint(6, 18)) if random.random() < 0.4 else None
            lines.append(
                Came(person.key, "leave", reason, made_up if study and not long_away(person) else None)
            )
        else:
            lines.append(Came(person.key, "absent"))
    return lines
