"""The benchmark of a million members, small: its audit and the SQL written by hand count the same findings."""

from __future__ import annotations

from benchmarks import by_hand, million


def test_audit_and_sql_by_hand_count_the_same(tmp_path, capsys):
    words = ["--members", "600", "--committees", "4", "--parts", "2", "--twin", str(tmp_path / "twin")]
    assert million.main(words) == 0
    told = capsys.readouterr().out
    assert "600 members" in told
    assert "2 parts" in told
    assert "ratio" in told


def test_a_different_count_is_told(tmp_path, capsys, monkeypatch):
    first = by_hand.MEMBERS[0]
    monkeypatch.setattr(by_hand, "MEMBERS", ((*first[:-1], first[-1] + 1), *by_hand.MEMBERS[1:]))
    words = ["--members", "300", "--committees", "2", "--twin", str(tmp_path / "twin")]
    assert million.main(words) == 1
    assert "differs: dues.monthly" in capsys.readouterr().err


def test_every_status_by_hand_is_seen(tmp_path):
    """The twin that is compared on has findings of every status that the statements can give."""
    folder = tmp_path / "twin"
    million.main(["--members", "600", "--committees", "4", "--twin", str(folder)])
    engine = million.DuckdbEngine()
    norm = million.load(million.installed())
    counts = sum((million.handmade(norm, engine, part) for part in million.parts(folder)), million.Counts())
    assert {status for _, status in counts} == {"met", "late", "missed", "open", "exempt"}
    assert {duty for duty, _ in counts} == set(by_hand.DUTIES)
