"""Identity numbers, ages and masks at their bounds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.registers.members import rules

TODAY = date(2026, 11, 23)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)


def number(born: date, order: int) -> str:
    # Area 990000 does not exist: no real person's number can come out.
    first = f"990000{born:%Y%m%d}{order:03d}"
    return first + rules.check_digit(first)


@given(DAYS, st.integers(0, 999))
def test_a_sound_number_tells_birth_and_sex(born, order):
    assert rules.read_identity(number(born, order), TODAY) == rules.Identity(
        born, "男" if order % 2 else "女"
    )


@given(DAYS, st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(born, order, place, shift):
    good = number(born, order)
    digit = (rules.CHECK_DIGITS.index(good[17]) if place == 17 else int(good[place]) + shift) % 10
    wrong = good[:place] + str(digit) + good[place + 1 :]
    if wrong != good:
        assert isinstance(rules.read_identity(wrong, TODAY), rules.Fault)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "members.id_shape"),
        ("1" * 17, "members.id_shape"),
        ("99000019900230001X", "members.id_birth"),
        (number(date(2026, 11, 23), 1)[:6] + "20261124" + "0010", "members.id_birth"),
        ("９９００００１９９００１０１００１Ｘ", "members.id_shape"),
    ],
)
def test_what_is_no_number(text, code):
    assert rules.read_identity(text, TODAY).code == code


def test_small_x_and_spaces_are_read():
    good = next(one for order in range(1, 99) if (one := number(date(1990, 1, 1), order)).endswith("X"))
    spaced = good[:6] + " " + good[6:].lower()
    assert rules.read_identity(spaced, TODAY) == rules.read_identity(good, TODAY)


@pytest.mark.parametrize(
    ("born", "joined", "sound"),
    [
        (date(2000, 5, 6), date(2018, 5, 5), False),
        (date(2000, 5, 6), date(2018, 5, 6), True),
        (date(2004, 2, 29), date(2022, 2, 28), False),
        (date(2004, 2, 29), date(2022, 3, 1), True),
    ],
)
def test_nobody_joins_before_eighteen(born, joined, sound):
    assert (rules.profile_faults(today=TODAY, born=born, joined=joined) == []) is sound


@pytest.mark.parametrize(
    ("applied", "joined", "codes"),
    [
        (TODAY, None, []),
        (TODAY + timedelta(days=1), None, ["members.applied_future"]),
        (date(2015, 1, 1), date(2015, 1, 1), []),
        (date(2015, 1, 2), date(2015, 1, 1), ["members.joined_early"]),
    ],
)
def test_nobody_joins_before_applying_or_applies_in_days_to_come(applied, joined, codes):
    faults = rules.profile_faults(today=TODAY, applied=applied, joined=joined)
    assert [fault.code for fault in faults] == codes


def test_every_contradiction_is_told_at_once():
    faults = rules.profile_faults(
        today=TODAY,
        sex="女",
        born=date(1990, 1, 2),
        id_number=number(date(1990, 1, 1), 1),
        joined=date(2010, 1, 1),
        confirmed=date(2009, 12, 31),
    )
    assert [fault.code for fault in faults] == [
        "members.born_differs",
        "members.sex_differs",
        "members.confirmed_early",
    ]


@given(st.text(alphabet="0123456789X", max_size=20))
def test_a_masked_number_hides_the_birthday_and_keeps_its_length(text):
    masked = rules.masked_id_number(text)
    assert len(masked) == len(text)
    assert sum(sign != "*" for sign in masked) <= (10 if len(text) >= 15 else len(text) // 2)
    if len(text) == 18:
        assert masked == f"{text[:6]}********{text[14:]}"


@given(st.text(alphabet="0123456789", max_size=15))
def test_a_masked_phone_shows_at_most_seven_digits(text):
    masked = rules.masked_phone(text)
    assert len(masked) == len(text)
    assert sum(sign != "*" for sign in masked) <= min(7, max(len(text), 0))
    if len(text) == 11:
        assert masked == f"{text[:3]}****{text[7:]}"
