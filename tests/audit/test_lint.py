"""The four files are plain SQL: sqlfluff finds nothing against ANSI, and none of them reckons with dates."""

import re
from pathlib import Path

import pytest
from sqlfluff.core import FluffConfig, Linter

HERE = Path(__file__).resolve().parents[2]
FILES = sorted((HERE / "zhibu" / "audit").glob("*.sql"))


def test_there_are_four():
    assert [path.stem for path in FILES] == ["quota", "sequence", "standing", "streak"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_is_clean_ansi(path):
    linter = Linter(config=FluffConfig.from_path(str(HERE / "pyproject.toml"), overrides={"dialect": "ansi"}))
    found = linter.lint_string(path.read_text(encoding="utf-8"))
    assert [f"{each.line_no}: {each.desc()}" for each in found.get_violations()] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_has_considered_and_no_dates(path):
    text = path.read_text(encoding="utf-8")
    assert "considered AS (" in text
    assert not re.search(
        r"\b(DATE|INTERVAL|EXTRACT|JULIANDAY|ORDER BY (?!number|r\.))", text.replace("ORDER BY number", "")
    )
    for line in text.splitlines():
        if " / " in line:
            assert re.search(r"CAST\(\(.* - .* % .*\) / \w+ AS BIGINT\)", line)
