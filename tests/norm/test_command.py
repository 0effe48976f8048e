"""`zhibu norm` as it is typed: what it prints, what it keeps, what it refuses, and how it exits."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.packs import shipped
from zhibu.cli import main
from zhibu.norm.readings import Signature, sheet, unsigned

HERE = Path(__file__).parent
MINIMAL = str(HERE / "minimal")
ORIGINAL = HERE / "original.txt"


@pytest.fixture(autouse=True)
def var(tmp_path, monkeypatch):
    monkeypatch.setenv("ZHIBU_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


def test_installed_packs_are_sound(capsys):
    assert main(["norm", "check"]) == 0
    assert "没有问题：2 个规范包" in capsys.readouterr().out


def test_a_text_is_held_against_the_pack(capsys):
    assert main(["norm", "check", MINIMAL, "--text", str(ORIGINAL)]) == 0
    assert "原文 3 句，每一句都有条款承担。" in capsys.readouterr().out


def test_faults_are_printed_with_place_and_mend(tmp_path, capsys):
    folder = tmp_path / "broken"
    shutil.copytree(MINIMAL, folder)
    path = folder / "subjects.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("members: all", "members: [guest]"), encoding="utf-8"
    )
    assert main(["norm", "check", str(folder)]) == 1
    told = capsys.readouterr().err
    assert f"{path}:3: type-wrong: " in told
    assert "staff、student、retiree" in told
    assert "共 1 处问题。" in told
    for word in (["show"], ["readings"], ["coverage"], ["attach", str(ORIGINAL)]):
        assert main(["norm", *word, "--norm", str(folder)]) == 1


def test_a_case_that_the_audit_decides_otherwise_is_told(tmp_path, capsys):
    folder = tmp_path / "broken"
    shutil.copytree(MINIMAL, folder)
    path = folder / "articles" / "01.yaml"
    text = path.read_text(encoding="utf-8").replace("支部 2026-W12 未完成 1/2", "支部 2026-W12 进行中 1/2")
    path.write_text(text, encoding="utf-8")
    assert main(["norm", "check", str(folder)]) == 1
    told = capsys.readouterr().err
    line = text[: text.index("case: 只开一次")].count("\n") + 1
    assert (
        f"{path}:{line}: case-fails: 只开一次：支部 2026-W12 状态写的是“进行中”，检查得出“未完成”（实有 1，应有 2）"
        in told
    )
    assert "要求现在的意思是：每个教学周，各党支部应有“会议”不少于 2 次" in told
    assert f"{line:>6} |       - case: 只开一次" in told


def test_wrong_usage_exits_with_2():
    for words in (
        ["norm"],
        ["norm", "prove"],
        ["norm", "show", "--on", "2026/1/1"],
        ["norm", "check", "--pack", "x"],
    ):
        with pytest.raises(SystemExit) as stopped:
            main(words)
        assert stopped.value.code == 2


def test_an_original_is_kept_beside_our_wording(var, capsys):
    assert main(["norm", "attach", str(ORIGINAL), "--norm", MINIMAL]) == 0
    assert (var / "norms" / "minimal" / "original.txt").read_bytes() == ORIGINAL.read_bytes()
    capsys.readouterr()
    assert main(["norm", "coverage", "--norm", MINIMAL]) == 0
    told = capsys.readouterr().out
    assert "原文：大家都得听课，手头的几件事做完" in told
    assert "由此承担：要求“会议”；要求“会前通知”；要求“会后记录”；程序“开会”" in told


def test_an_original_that_does_not_fit_is_not_kept(var, tmp_path, capsys):
    text = tmp_path / "changed.txt"
    text.write_text(ORIGINAL.read_text(encoding="utf-8").replace("听课", "上课"), encoding="utf-8")
    assert main(["norm", "attach", str(text), "--norm", MINIMAL]) == 1
    assert "text-changed" in capsys.readouterr().err
    assert not var.exists()


@pytest.mark.parametrize(("content", "said"), [(None, "没有这个文件"), ("gbk", "不是 UTF-8 编码")])
def test_an_original_that_cannot_be_read_is_told(tmp_path, content, said, capsys):
    text = tmp_path / "text.txt"
    if content is not None:
        text.write_bytes(ORIGINAL.read_text(encoding="utf-8").encode(content))
    for words in (["check", MINIMAL, "--text", str(text)], ["attach", str(text), "--norm", MINIMAL]):
        assert main(["norm", *words]) == 1
        told = capsys.readouterr().err
        assert f"{text}:0: text-unreadable: 读不出原文：{said}" in told


def test_a_pack_may_be_named(capsys):
    assert main(["norm", "check", "transit"]) == 0
    assert main(["norm", "readings", "--norm", "transit"]) == 0
    assert "云州市公共交通集团" in capsys.readouterr().out


def test_rules_are_shown(capsys):
    assert main(["norm", "show", "meeting.held", "--norm", MINIMAL, "--on", "2025-01-01"]) == 0
    told = capsys.readouterr().out
    assert "1.1  meeting.held  会议" in told
    assert "不少于 1 次" in told
    assert "案例：只开一次（截至 2026-03-23）" in told
    assert main(["norm", "show", "meeting.hold", "--norm", MINIMAL]) == 1
    assert "相近的有：meeting.held" in capsys.readouterr().err


def test_readings_are_printed_to_sign(capsys):
    assert main(["norm", "readings", "--norm", MINIMAL]) == 0
    told = capsys.readouterr().out
    assert "1．可以改在别的日子吗？" in told
    assert "涉及要求：会议" in told
    assert "□ 同意建议口径" in told


def test_signed_readings_say_by_whom():
    norm = shipped()
    signed = {id: Signature("党委会", date(2026, 9, 1)) for id in norm.readings}
    assert unsigned(norm, signed) == frozenset()
    assert "□" not in sheet(norm, signed)
    assert sheet(norm, signed).count("已签字：党委会，2026年9月1日") == len(norm.readings)
    del signed["staff_ratio"]
    assert unsigned(norm, signed) == {"staff.ratio"}
    assert "1 处尚未签字" in sheet(norm, signed)
