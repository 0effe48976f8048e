"""`zhibu assets`: what the pages take from npm packages, gathered where the server finds it."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "node_modules"
TARGET = Path(os.environ.get("ZHIBU_VAR") or ROOT / "var") / "assets" / "vendor"
#: The Tabler icons that pages use; `{% icon "NAME" %}` finds only these.
ICONS = (
    "alert-triangle",
    "arrow-left",
    "calendar",
    "check",
    "circle",
    "circle-check",
    "download",
    "file-text",
    "paperclip",
    "pencil",
    "plus",
    "printer",
    "search",
    "table-export",
    "upload",
    "users",
    "x",
)


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the word `assets`."""
    word = words.add_parser("assets", help="从 node_modules 收集页面要用的脚本和图标")
    word.set_defaults(run=run)


def sprite(modules: Path = MODULES) -> str:
    """One SVG with a symbol for each icon, so that pages refer to it and need no inline drawing."""
    symbols = []
    for name in ICONS:
        drawing = (modules / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg").read_text("utf-8")
        inner = re.sub(r"^.*?<svg[^>]*>|</svg>.*$|<path stroke=\"none\"[^>]*/>", "", drawing, flags=re.S)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(inner.split())}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def gather(target: Path) -> None:
    """Copy htmx and write the sprite into `target`."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(MODULES / "htmx.org" / "dist" / "htmx.min.js", target / "htmx.min.js")
    (target / "icons.svg").write_text(sprite(), encoding="utf-8")


def run(asked: argparse.Namespace) -> int:
    """Gather what the pages need. 1 when the packages are not installed."""
    if not (MODULES / "htmx.org").is_dir():
        print("没有 node_modules：先运行 npm ci --omit=dev（./run 会自己做）。", file=sys.stderr)
        return 1
    gather(TARGET)
    return 0
