"""What a command says where the machine is not ready for it: never a traceback, always how to go on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhibu.cli import main

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {
    "audit": ["audit", "--as-of", "2026-05-20"],
    "explain": ["explain", "study.weekly", "1", "2026-W12"],
    "facts": ["facts", "export", "out"],
    "log": ["log", "verify"],
    "backup": ["backup", "out.tar.gz"],
    "import": ["import", "undo"],
    "export": ["export", "roster", "out.xlsx"],
    "work": ["work"],
}


def run(words, var, **more):
    environment = {
        **os.environ,
        "ZHIBU_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "zhibu.site.settings",
        **more,
    }
    environment.setdefault("PYTHONPATH", str(ROOT))
    asked = [sys.executable, "-m", "zhibu", *words]
    return subprocess.run(asked, cwd=var, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_not_made_yet_is_told(command, tmp_path):
    done = run(COMMANDS[command], tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "错误：数据库还没有建立，或者比程序旧。请先运行 zhibu migrate。\n"
    assert not list(tmp_path.glob("out*"))


def test_a_database_that_does_not_answer_is_told(tmp_path):
    done = run(["log", "verify"], tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stderr.startswith("错误：连不上数据库：")
    assert "请检查 DATABASE_URL" in done.stderr


def test_a_path_that_cannot_be_used_is_told(tmp_path, capsys):
    words = ["twin", "--committees", "1", "--members", "30", "--as-of", "2026-05-20", "--out"]
    (tmp_path / "file").touch()
    assert main([*words, str(tmp_path / "file" / "below")]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"错误：{tmp_path / 'file' / 'below'}：这里要的是文件夹。请核对路径和权限。\n"


def test_a_fault_of_the_program_is_no_refusal(monkeypatch):
    def fails(asked):
        raise OSError("no path in it")

    monkeypatch.setattr("zhibu.commands.twin.run", fails)
    with pytest.raises(OSError, match="no path"):
        main(["twin", "--committees", "1", "--members", "30", "--out", "x"])
