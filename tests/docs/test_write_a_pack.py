"""The lesson `docs/write-a-pack.md` is done as it is written: each block is applied, each output compared.

Run as a program (`python -m tests.docs.test_write_a_pack`) it writes the outputs into the page anew.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhibu.cli import main
from zhibu.norm.read import SHIPPED

PAGE = Path(__file__).resolve().parents[2] / "docs" / "write-a-pack.md"
BLOCK = re.compile(r"^```(\w+) (\S+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PACK = "norms/hospital"


def said(command: str) -> str:
    """What a command prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        main(command.split()[1:])
    return out.getvalue()


class Lesson:
    """The pack as far as the lesson has come; `mended` holds what a file was before it was broken."""

    def __init__(self) -> None:
        shutil.copytree(SHIPPED / "transit", PACK)
        self.before = ("", "")
        self.mended: tuple[Path, bytes] | None = None
        self.command = f"zhibu norm check {PACK}"

    def do(self, what: str, file: str, text: str) -> None:
        """One block of the page."""
        path = Path(PACK, file)
        if what == "删去":
            for folder in text.split():
                for each in (Path(PACK) / folder).iterdir():
                    each.unlink()
        elif what == "从这一行起删去":
            path.write_text(path.read_text(encoding="utf-8").split(text)[0], encoding="utf-8")
        elif what == "新文件":
            path.write_text(text, encoding="utf-8")
        elif what == "接在后面":
            path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
        elif what == "原来":
            self.before = (file, text)
            assert text in path.read_text(encoding="utf-8"), (file, text)
        elif what in ("改成", "改坏"):
            assert self.before[0] == file
            whole = path.read_text(encoding="utf-8")
            if what == "改坏":
                self.mended = (path, path.read_bytes())
                self.command = f"zhibu norm check {PACK}"
            path.write_text(whole.replace(self.before[1], text, 1), encoding="utf-8")
        elif what == "存成":
            self.mended = (path, path.read_bytes())
        elif what == "运行":
            self.command = text.strip()
        else:
            raise AssertionError(what)

    def shown(self) -> str:
        """What the last command shows; afterwards what was broken for it is mended again."""
        answer = said(self.command)
        if self.mended is not None:
            path, data = self.mended
            path.write_bytes(data)
            self.mended = None
            assert "没有问题" in said(f"zhibu norm check {PACK}")
        return answer


def steps(text: str) -> Iterator[re.Match[str]]:
    """The blocks of the page that do or show something."""
    return BLOCK.finditer(text)


def done(text: str) -> tuple[Lesson, list[tuple[re.Match[str], str]]]:
    """The lesson done to its end, and what each output should be."""
    lesson, outputs = Lesson(), []
    for step in steps(text):
        _, what, file, body = step.groups()
        if what == "显示":
            outputs.append((step, lesson.shown()))
        elif what == "存成":  # 存成 GBK FILE: the file's name stands after the encoding
            name = file.split()[-1]
            lesson.do(what, name, "")
            path = Path(PACK, name)
            path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
            lesson.command = f"zhibu norm check {PACK}"
        else:
            lesson.do(what, file or "", body)
    return lesson, outputs


@pytest.fixture
def place(tmp_path, monkeypatch):
    (tmp_path / "norms").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_step_shows_what_the_page_says(place):
    text = PAGE.read_text(encoding="utf-8")
    _, outputs = done(text)
    assert len(outputs) >= 18
    for step, answer in outputs:
        line = text[: step.start()].count("\n") + 1
        assert step[4] == answer, f"line {line}; run: python -m tests.docs.test_write_a_pack"
    assert sum("没有问题" in answer for _, answer in outputs) == 4


@pytest.mark.django_db
def test_the_pack_of_the_lesson_runs_a_deployment(place, settings, college, account_of, client):
    from datetime import date

    from zhibu.desk import findings
    from zhibu.registers.organizations.models import FirstDayOfUse

    done(PAGE.read_text(encoding="utf-8"))
    settings.NORMS = str(place / PACK)
    findings.forget()
    FirstDayOfUse.objects.create(organization=college.committee, since=date(2026, 9, 1), pack="*")
    client.force_login(account_of("branch_secretary", college.one))
    assert "云州市第三医院党建工作规范" in client.get("/norm/").content.decode()
    desk = client.get("/desk/").content.decode()
    assert "晨会党课" in desk
    assert "病区公示栏" in desk
    assert "口径待确认" in desk
    evidence = client.get("/evidence/").content.decode()
    assert "义诊公告" in evidence
    assert "夜班党员" in client.get("/readings/").content.decode()
    findings.forget()


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    os.chdir(tempfile.mkdtemp())
    Path("norms").mkdir()
    for found, answer in reversed(done(page)[1]):
        page = page[: found.start(4)] + answer + page[found.end(4) :]
    PAGE.write_text(page, encoding="utf-8")
