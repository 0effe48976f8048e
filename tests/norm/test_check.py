"""A corpus of broken packs: each a sound small pack with one thing wrong, told with code, file and line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from zhibu.norm.check import check
from zhibu.norm.faults import CODES, NormRefused
from zhibu.norm.read import SHIPPED, load

HERE = Path(__file__).parent
MINIMAL = HERE / "minimal"
ORIGINAL = HERE / "original.txt"
FIRST = "articles/01.yaml"


class Broken(NamedTuple):
    """One broken pack: in `file`, `old` becomes `new`; the fault stands on the line that holds `at`."""

    code: str
    file: str
    old: str
    new: str
    at: str
    also: tuple[str, ...] = ()  # further codes that follow from it
    says: str = ""  # words of the message that mend it


ROWS = yaml.safe_load((HERE / "broken.yaml").read_text(encoding="utf-8"))
BROKEN = [Broken(**{**row, "also": tuple(row.get("also", ()))}) for row in ROWS]


def line_of(text: str, at: str) -> int:
    """The line on which `at` begins; 0 when nothing is given."""
    if not at:
        return 0
    assert at in text, at
    return text[: text.index(at)].count("\n") + 1 + (len(at) - len(at.lstrip("\n")))


def test_the_small_pack_is_sound():
    assert check([MINIMAL], ORIGINAL) == []


@pytest.mark.parametrize(
    "broken", BROKEN, ids=lambda broken: f"{broken.code}-{broken.file}-{BROKEN.index(broken)}"
)
def test_broken_packs_are_told(broken, tmp_path):
    folder = tmp_path / "minimal"
    shutil.copytree(MINIMAL, folder)
    path = folder / broken.file
    text = path.read_text(encoding="utf-8")
    assert broken.old in text
    text = text.replace(broken.old, broken.new, 1)
    path.write_text(text, encoding="utf-8")
    found = check([folder])
    told = [(fault.code, Path(fault.file).name, fault.line) for fault in found]
    if broken.code == "case-side" and not broken.at:
        assert ("case-side", "01.yaml", line_of((folder / FIRST).read_text(), "  items.done:")) in told
    else:
        assert (broken.code, path.name, line_of(text, broken.at)) in told, told
    assert {fault.code for fault in found} <= {broken.code, *broken.also, "case-side"}
    assert all(fault.what and fault.mend for fault in found)
    assert any(broken.says in f"{fault.what}|{fault.mend}" for fault in found if fault.code == broken.code)
    if any(fault.code != "case-side" for fault in found):
        with pytest.raises(NormRefused) as refused:
            load([folder])
        assert {fault.code for fault in refused.value.faults} >= {fault.code for fault in found} - {
            "case-side"
        }


WORDS = re.compile(
    r"(?:kinds|who|bound|period|readings|anchors|require|missed|duties|lead|within|limit): \[?([a-z_.]+)"
)
TOLD = re.compile(r"“([^”]+)”")


@pytest.mark.parametrize("name", [f"{number:02}" for number in range(1, 9)])
def test_a_misspelt_word_is_mended_by_the_message_alone(name, tmp_path):
    """In every article of the second pack each word that refers to something loses a letter, and is put back by
    what the message says: nothing else is known of it."""
    folder = tmp_path / "transit"
    shutil.copytree(SHIPPED / "transit", folder)
    path = folder / "articles" / f"{name}.yaml"
    sound = path.read_text(encoding="utf-8")
    broken = 0
    for found in WORDS.finditer(sound):
        word = found[1]
        wrong = word[:-2] + word[-1]
        text = sound[: found.start(1)] + wrong + sound[found.end(1) :]
        path.write_text(text, encoding="utf-8")
        fault = next(fault for fault in check([folder]) if "是不是想写" in fault.mend)
        assert Path(fault.file) == path
        assert wrong in TOLD.findall(fault.what), fault
        assert TOLD.findall(fault.mend)[0] == word, fault
        broken += 1
    assert broken >= 4


ENCODINGS = {
    "gb18030": "GBK（记事本里叫“ANSI”）",
    "utf-16": "UTF-16（记事本里叫“Unicode”）",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_in_another_encoding_is_told_with_how_to_save_it(encoding, tmp_path):
    folder = tmp_path / "minimal"
    shutil.copytree(MINIMAL, folder)
    path = folder / FIRST
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    (fault,) = check([folder])
    assert (fault.code, Path(fault.file).name) == ("yaml-syntax", "01.yaml")
    assert ENCODINGS[encoding] in fault.what
    assert "另存为" in fault.mend


def test_a_damaged_file_is_told(tmp_path):
    folder = tmp_path / "minimal"
    shutil.copytree(MINIMAL, folder)
    (folder / FIRST).write_bytes(b"article: \xff\xff\n")
    (fault,) = check([folder])
    assert "已经损坏" in fault.what


def test_what_windows_writes_is_read(tmp_path):
    folder = tmp_path / "minimal"
    shutil.copytree(MINIMAL, folder)
    for path in folder.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert check([folder]) == []


def two(tmp_path, **changes: str) -> list[Path]:
    """The small pack and a second one of other ids, but for the files given."""
    first, second = tmp_path / "minimal", tmp_path / "second"
    shutil.copytree(MINIMAL, first)
    second.mkdir()
    files = {
        "norm.yaml": 'id: second\ntitle: 第二\nissuer: 测试\nversion: "1"\nparts: {}\n',
        "parameters.yaml": "",
        "kinds.yaml": "",
        "subjects.yaml": "",
    } | {name.replace("_yaml", ".yaml"): text for name, text in changes.items()}
    for name, text in files.items():
        (second / name).write_text(text, encoding="utf-8")
    return [first, second]


KIND = """- group: 会议
  type: event
  organizations: [{orgs}]
  ref: activity
  register: activities
  kinds:
    meeting: 会议
"""
DOUBLE = """one:
  title: 一
  unit: 次
  values:
    - {from: 2020-01-01, value: 1, source: 无}
"""
HEAD = """id: minimal
title: 第二
issuer: 测试
version: "1"
parts: {}
"""
READING = "weekday: {question: 问, literal: 无, proposed: 可, decided_by: 党委}"
SUBJECT = "branch: {title: 支部, organizations: [branch]}"


@pytest.mark.parametrize(
    ("code", "file", "line", "changes"),
    [
        ("id-double", "parameters.yaml", 1, {"parameters_yaml": DOUBLE}),
        ("id-double", "norm.yaml", 1, {"norm_yaml": HEAD}),
        ("id-double", "readings.yaml", 1, {"readings_yaml": READING}),
        ("kind-disagrees", "kinds.yaml", 7, {"kinds_yaml": KIND.format(orgs="branch")}),
        ("subject-disagrees", "subjects.yaml", 1, {"subjects_yaml": SUBJECT}),
    ],
)
def test_packs_that_disagree_are_told(code, file, line, changes, tmp_path):
    found = check(two(tmp_path, **changes))
    assert [(fault.code, Path(fault.file).name, fault.line) for fault in found] == [(code, file, line)]
    assert Path(found[0].file).parent.name == "second"


def test_packs_that_agree_are_joined(tmp_path):
    folders = two(
        tmp_path,
        kinds_yaml=KIND.format(orgs="committee, branch"),
        subjects_yaml="branch: {title: 党支部, organizations: [branch]}\n",
    )
    assert check(folders) == []


def test_missing_folders_and_strange_files_are_told(tmp_path):
    assert [fault.code for fault in check([tmp_path / "nowhere"])] == ["folder-missing"]
    folder = tmp_path / "minimal"
    shutil.copytree(MINIMAL, folder)
    (folder / "kinds.yaml").rename(folder / "kind.yaml")
    codes = {(fault.code, Path(fault.file).name) for fault in check([folder])}
    assert ("folder-missing", "kinds.yaml") in codes
    assert ("file-unknown", "kind.yaml") in codes


@pytest.mark.parametrize(
    ("old", "new", "code", "file", "line"),
    [
        (
            "2．组织。上头有个带头人。",
            "2．组织。上头有个带头人；要管事。",
            "text-uncovered",
            "original.txt",
            7,
        ),
        ("后留底。大家", "后留底，大家", "text-unbacked", "01.yaml", 10),
        ("大家都得听课", "大家都可听课", "text-changed", "01.yaml", 10),
        ("先打招呼\n", "先打招呼呢\n", "text-changed", "01.yaml", 5),
        ("1．", "第一条 ", "text-unbacked", "01.yaml", 5),
    ],
)
def test_an_original_that_does_not_fit_is_told(old, new, code, file, line, tmp_path):
    text = tmp_path / "original.txt"
    text.write_text(ORIGINAL.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    told = [(fault.code, Path(fault.file).name, fault.line) for fault in check([MINIMAL], text)]
    assert (code, file, line) in told, told


def test_a_text_without_articles_is_told(tmp_path):
    text = tmp_path / "letter.txt"
    text.write_text("各支部：\n请按时开会。\n", encoding="utf-8")
    assert [fault.code for fault in check([MINIMAL], text)] == ["text-unreadable"]
    assert [fault.code for fault in check([MINIMAL], tmp_path / "none.txt")] == ["text-unreadable"]
    assert [fault.code for fault in check([MINIMAL], ORIGINAL, "other")] == ["text-unreadable"]


def test_every_code_has_a_broken_pack():
    here = Path(__file__).read_text(encoding="utf-8")
    shown = (
        {broken.code for broken in BROKEN}
        | {code for code in CODES if f'"{code}"' in here}
        | {"case-fails"}  # in test_command
    )
    assert set(CODES) - shown == set()
