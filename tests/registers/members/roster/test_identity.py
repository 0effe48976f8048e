"""Identity numbers: the standard's vectors, and every single wrong digit is found."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.registers.members.roster.identity import Identity, NoIdentity, read_identity
from zhibu.registers.members.rules import check_digit

TODAY = datetime.date(2026, 9, 1)
seventeen = st.builds(
    lambda area, day, order: f"{area:06}{day:%Y%m%d}{order:03}",
    st.integers(0, 999_999),
    st.dates(datetime.date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@pytest.mark.parametrize(
    ("number", "birth", "sex"),
    [
        ("11010519491231002X", datetime.date(1949, 12, 31), "女"),
        ("34052419800101001X", datetime.date(1980, 1, 1), "男"),
        ("440524188001010014", datetime.date(1880, 1, 1), "男"),
    ],
)
def test_the_vectors_of_the_standard(number, birth, sex):
    assert read_identity(number, TODAY) == Identity(number, birth, sex)
    assert read_identity(number.lower(), TODAY) == Identity(number, birth, sex)


@given(seventeen)
def test_a_made_number_says_its_birth_and_sex(first):
    read = read_identity(first + check_digit(first), TODAY)
    assert isinstance(read, Identity)
    assert read.birth == datetime.datetime.strptime(first[6:14], "%Y%m%d").date()  # noqa: DTZ007
    assert read.sex == ("男" if int(first[16]) % 2 else "女")


@given(seventeen, st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(first, place, shift):
    right = first + check_digit(first)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assert isinstance(read_identity(wrong, TODAY), NoIdentity)


@given(seventeen, st.integers(0, 15))
def test_two_neighbours_changed_about_are_found(first, place):
    right = first + check_digit(first)
    turned = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    if turned != right:
        assert isinstance(read_identity(turned, TODAY), NoIdentity)


def test_the_old_fifteen_places_are_converted():
    read = read_identity("110105491231002", TODAY)
    assert read == Identity("11010519491231002X", datetime.date(1949, 12, 31), "女", converted=True)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1101051949123100", "length"),
        ("", "length"),
        ("11010519491231002Y", "characters"),
        ("1101051949123100２X", "characters"),
        ("11010519491331002X", "birth"),
        ("110105202612310021", "birth"),
        ("110105194912310021", "check"),
    ],
)
def test_what_is_no_number_says_why(number, code):
    read = read_identity(number, TODAY)
    assert isinstance(read, NoIdentity)
    assert read.code == code


def test_a_refusal_never_repeats_the_number():
    read = read_identity("110105194912310021", TODAY)
    assert isinstance(read, NoIdentity)
    assert "110105" not in read.what + read.mend
