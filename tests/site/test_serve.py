"""`zhibu serve` refuses to show the demo's passwords and the program's insides beyond this machine."""

from __future__ import annotations

import argparse

import pytest

from zhibu import cli
from zhibu.commands import serve


def test_the_demo_is_served_on_this_machine_only(monkeypatch, capsys):
    monkeypatch.setenv("ZHIBU_DEMO", "1")
    asked = argparse.Namespace(host="0.0.0.0", port=8000, workers=1)
    assert serve.run(asked) == 1
    assert "演示模式没有启动" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "said"), [("ZHIBU_DEMO", "演示模式"), ("ZHIBU_DEBUG", "调试模式")])
@pytest.mark.parametrize(("host", "proxy"), [("10.0.0.5", ""), ("127.0.0.1", "1")])
def test_what_is_for_this_machine_only_is_not_served_to_others(monkeypatch, name, said, host, proxy):
    for one in ("ZHIBU_DEMO", "ZHIBU_DEBUG", "ZHIBU_BEHIND_PROXY"):
        monkeypatch.delenv(one, raising=False)
    assert serve.not_for_others("10.0.0.5") == ""
    monkeypatch.setenv(name, "1")
    assert serve.not_for_others("127.0.0.1") == ""
    if proxy:
        monkeypatch.setenv("ZHIBU_BEHIND_PROXY", proxy)
    assert f"{said}没有启动" in serve.not_for_others(host)


@pytest.mark.parametrize(
    "words", [["--port", "99999"], ["--port", "-1"], ["--workers", "0"], ["--workers", "x"]]
)
def test_a_port_or_a_number_that_cannot_be_is_wrong_usage(words, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["serve", *words])
    assert ended.value.code == 2
    assert f"却是“{words[1]}”" in capsys.readouterr().err
