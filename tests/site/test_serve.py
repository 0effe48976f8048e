"""`zhibu serve` refuses to show the demo's passwords beyond this machine."""

from __future__ import annotations

import argparse

from zhibu.commands import serve


def test_the_demo_is_served_on_this_machine_only(monkeypatch, capsys):
    monkeypatch.setenv("ZHIBU_DEMO", "1")
    asked = argparse.Namespace(host="0.0.0.0", port=8000, workers=1)
    assert serve.run(asked) == 1
    assert "演示模式没有启动" in capsys.readouterr().err
