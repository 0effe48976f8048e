"""The packs in norms/ are sound, together and each by itself."""

from __future__ import annotations

import pytest

from zhibu.norm.model import Norm
from zhibu.norm.read import installed, load


@pytest.fixture(scope="module")
def norm() -> Norm:
    return load(installed())


def test_both_packs_are_there(norm):
    assert list(norm.packs) == ["central", "zjkvtc"]
    assert [article.id for article in norm.articles if article.pack == "zjkvtc"] == [
        str(n) for n in range(1, 21)
    ]


@pytest.mark.parametrize("folder", installed(), ids=lambda folder: folder.name)
def test_each_pack_stands_by_itself(folder):
    assert load([folder]).duties
