"""Writes the pages of the documentation that are read off the program: kinds, commands, roles.

Run `python docs/generate.py` in the checkout after a change of a pack, a command or the table of roles;
a test holds the pages to what this gives.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path.insert(0, str(ROOT))

_TYPES = {"event": "event", "state": "state", "derived": "derived"}


def kinds() -> str:
    """`docs/kinds.md`: every kind of the installed packs."""
    from zhibu.norm.read import load

    norm = load([ROOT / "norms/zjkvtc", ROOT / "norms/central"])
    lines = [
        "# The kinds of facts",
        "",
        "Read off the packs by `python docs/generate.py`; do not edit. A kind's row decides the form with",
        "which it is recorded: whose it is, whether it names a member, its amount's unit, its reference.",
        "A *right* beside the register's own lets others record it too ([roles.md](roles.md)).",
        "*derived* kinds follow from the tree and the roll and are never recorded.",
        "",
        "| kind | title | type | organizations | member | amount | reference | register | right |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for kind in sorted(norm.kinds.values(), key=lambda one: one.id):
        places = ", ".join(kind.organizations)
        cells = (kind.title, _TYPES[kind.type], places, kind.member, kind.amount or "–", kind.ref or "itself")
        right = f"`{kind.verb}`" if kind.verb else "–"
        lines.append(f"| `{kind.id}` | {' | '.join(cells)} | {kind.register} | {right} |")
    return "\n".join(lines) + "\n"


def _commands(
    parser: argparse.ArgumentParser, words: str
) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, below in action.choices.items():
                yield f"{words} {name}", helps.get(name, ""), below
                yield from _commands(below, f"{words} {name}")


def _called(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{action.metavar or action.dest}`"
    choices = "/".join(map(str, action.choices or ()))
    value = "" if action.nargs == 0 else f" {action.metavar or choices or action.dest.upper()}"
    return ", ".join(f"`{option}{value}`" for option in action.option_strings)


def commands() -> str:
    """`docs/commands.md`: every word of the command line with its arguments."""
    from zhibu.cli import parser

    lines = [
        "# The command line",
        "",
        "Read off the program by `python docs/generate.py`; do not edit.",
        "`zhibu` is `.venv/bin/zhibu` in a checkout, made by `./run`.",
        "Exit 0: done; 1: the input was refused, and why; 2: wrong usage.",
    ]
    for words, said, command in _commands(parser(), "zhibu"):
        lines += ["", f"## {words}", "", f"{said}。" if said and not said.endswith("。") else said]
        shown = [
            action
            for action in command._actions
            if not isinstance(action, argparse._SubParsersAction | argparse._HelpAction)
        ]
        if shown:
            lines += ["", "| argument | meaning |", "|---|---|"]
            for action in shown:
                meaning = (action.help or "").replace("%(default)s", str(action.default)).replace("%%", "%")
                lines.append(f"| {_called(action)} | {meaning} |")
    return "\n".join(lines) + "\n"


def roles() -> str:
    """`docs/roles.md`: who may do what, where."""
    from zhibu.access.roles import ROLES, TABLE

    kinds_of = {"committee": "党委", "general_branch": "党总支", "branch": "支部", "group": "党小组"}
    lines = [
        "# 角色与权限",
        "",
        "由 `python docs/generate.py` 按 `zhibu/access/roles.py` 生成，请勿手工修改。",
        "没有列出的一律不允许；`*` 表示任意。",
        "“本级及以下”指授权所在党组织及其下级，“本人”只及于账号对应的党员。",
    ]
    for name, role in ROLES.items():
        where = "、".join(kinds_of[kind] for kind in role.kinds)
        lines += [
            "",
            f"## {role.title} `{name}`",
            "",
            f"可授在：{where}。",
            "",
            "| 动作 | 范围 |",
            "|---|---|",
        ]
        for rule in TABLE:
            if rule.role == name:
                verbs = "、".join(f"`{verb}`" for verb in rule.verbs)
                lines.append(f"| {verbs} | {'本级及以下' if rule.scope == 'subtree' else '本人'} |")
    return "\n".join(lines) + "\n"


PAGES = {"kinds.md": kinds, "commands.md": commands, "roles.md": roles}


def main() -> None:
    """Write all pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
