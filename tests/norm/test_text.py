"""Original texts: split into sentences, held against the clauses, never copied into the pack."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.packs import shipped
from zhibu.norm.check import check
from zhibu.norm.coverage import carriers, coverage
from zhibu.norm.read import installed
from zhibu.norm.text import fingerprint, split

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("ZHIBU_SHARED") or CHECKOUT.parent / "shared")
SOURCE = SHARED / "data" / "norm-source.txt"
original = pytest.mark.skipif(not SOURCE.is_file(), reason=f"原文不在 {SOURCE}（ZHIBU_SHARED）")

TEXT = """某单位规范

一、甲部分

1．开会。每月一次；会前
通知。会后记录
2. 学习。每周一次。

二、乙部分
10．检查。　每年一次。再看一遍。
"""


def test_sentences_are_bound_to_clauses():
    articles = split(TEXT)
    assert [(a.id, a.part, a.title, a.line) for a in articles] == [
        ("1", "一", "开会", 5),
        ("2", "一", "学习", 7),
        ("10", "二", "检查", 10),
    ]
    assert [(s.id, s.text, s.line) for a in articles for s in a.sentences] == [
        ("1.1", "每月一次", 5),
        ("1.2", "会前通知", 5),
        ("1.3", "会后记录", 6),
        ("2.1", "每周一次", 7),
        ("10.1", "每年一次", 10),
        ("10.2", "再看一遍", 10),
    ]


def test_fingerprints_ignore_white_space_and_the_closing_mark():
    assert fingerprint("每月 一次。") == fingerprint("每月\n一次") != fingerprint("每月两次")
    assert len(fingerprint("每月一次")) == 12


@original
def test_every_sentence_of_the_norm_is_carried():
    assert check(installed(), SOURCE) == []
    norm = shipped()
    rows = coverage(norm, "zjkvtc", split(SOURCE.read_text(encoding="utf-8")))
    assert len(rows) == 53
    assert all(row.fits and row.original and carriers(norm, row.clause) for row in rows)


@original
def test_the_pack_is_in_our_own_words():
    text = SOURCE.read_text(encoding="utf-8")
    sentences = [sentence.text for article in split(text) for sentence in article.sentences]
    for path in (CHECKOUT / "norms").rglob("*.yaml"):
        words = path.read_text(encoding="utf-8")
        assert [sentence for sentence in sentences if sentence in words] == []
    for article in shipped().articles:
        for clause in article.clauses:
            # names of places and documents may agree; longer runs of words may not
            runs = (clause.text[n : n + 14] for n in range(len(clause.text) - 13))
            assert [run for run in runs if run in text] == [], clause.id


def test_the_second_institution_has_its_own_text_beside_its_clauses(tmp_path):
    text = Path(__file__).with_name("transit.txt")
    assert check(installed("transit central"), text) == []
    norm = shipped("transit central")
    rows = coverage(norm, "transit", split(text.read_text(encoding="utf-8")))
    assert len(rows) == 20
    assert all(row.fits for row in rows)
    changed = tmp_path / "changed.txt"
    changed.write_text(text.read_text(encoding="utf-8").replace("提前五天", "提前七天"), encoding="utf-8")
    (fault,) = check(installed("transit"), changed)
    assert (fault.code, Path(fault.file).name) == ("text-changed", "06.yaml")
    assert "fingerprint: " in fault.mend
