"""The packs in norms/ are sound, together and each by itself."""

from __future__ import annotations

import pytest

from tests.packs import shipped
from zhibu.norm.check import check
from zhibu.norm.faults import NormRefused
from zhibu.norm.model import Norm
from zhibu.norm.read import SHIPPED, installed, load


@pytest.fixture(scope="module")
def norm() -> Norm:
    return shipped()


def test_both_packs_are_there(norm):
    assert list(norm.packs) == ["central", "zjkvtc"]
    assert [article.id for article in norm.articles if article.pack == "zjkvtc"] == [
        str(n) for n in range(1, 21)
    ]


@pytest.mark.parametrize("folder", sorted(SHIPPED.iterdir()), ids=lambda folder: folder.name)
def test_each_pack_stands_by_itself(folder):
    assert load([folder]).duties
    assert check([folder]) == []


@pytest.mark.parametrize("folder", sorted(SHIPPED.iterdir()), ids=lambda folder: folder.name)
def test_sources_are_said_in_words_without_the_ids_of_readings(folder):
    pack = load([folder])
    said = [row.source for parameter in pack.parameters.values() for row in parameter.values]
    said += [one.calendar.source for one in pack.packs.values() if one.calendar.source]
    assert said
    assert not [text for text in said if any(reading in text for reading in pack.readings)]


def test_a_deployment_names_its_packs(monkeypatch, tmp_path):
    assert [folder.name for folder in installed("transit central")] == ["central", "transit"]
    monkeypatch.setenv("ZHIBU_NORMS", f"transit {tmp_path}/own")
    assert installed() == sorted([tmp_path / "own", SHIPPED / "transit"], key=lambda folder: folder.name)
    monkeypatch.delenv("ZHIBU_NORMS")
    assert [folder.name for folder in installed()] == ["central", "zjkvtc"]


def test_a_pack_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(NormRefused, match="central、transit、zjkvtc"):
        load(installed("transitt"))


def test_the_second_institution_has_other_numbers_and_every_form():
    second, first = shipped("transit"), shipped("zjkvtc")
    assert {duty.form for duty in second.duties.values()} == {"quota", "standing", "sequence", "streak"}
    assert not second.duties.keys() & first.duties.keys()
    assert len([kind for kind in second.kinds if kind not in first.kinds]) >= 12
    assert not second.packs["transit"].calendar.terms
    assert any(len(parameter.values) > 1 for parameter in second.parameters.values())
