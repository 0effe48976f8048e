"""Documentation that has drifted from the program fails here, with the place and how to mend it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "benchmarks").glob("*.md")])

#: Read by the tests alone: no setting of a deployment.
ONLY_TESTS = {"ZHIBU_TEST_FOLDER", "ZHIBU_TEST_POSTGRES", "ZHIBU_SHARED"}


def _generator():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["kinds.md", "commands.md", "roles.md"])
def test_generated_pages_are_fresh(name):
    page = _generator().PAGES[name]()
    said = "run: python docs/generate.py"
    assert (DOCS / name).read_text(encoding="utf-8") == page, said


def test_every_environment_variable_is_described():
    described = (DOCS / "settings.md").read_text(encoding="utf-8")
    found = set()
    for path in [*(ROOT / "zhibu").rglob("*.py"), ROOT / "run", *(ROOT / "scripts").glob("*")]:
        if path.is_file():
            found |= set(re.findall(r"\b(?:ZHIBU_[A-Z_]*[A-Z]|DATABASE_URL)\b", path.read_text("utf-8")))
    # Read by a name put together in the code.
    if "ZHIBU_OIDC" in found:
        found = (found - {"ZHIBU_OIDC"}) | {f"ZHIBU_OIDC_{part}" for part in ("SERVER", "CLIENT", "SECRET")}
    missing = {name for name in found - ONLY_TESTS if f"`{name}`" not in described}
    assert not missing, f"describe in docs/settings.md: {sorted(missing)}"


def test_no_described_variable_is_gone():
    described = set(re.findall(r"`(ZHIBU_[A-Z_]+)`", (DOCS / "settings.md").read_text(encoding="utf-8")))
    code = "\n".join(
        path.read_text("utf-8") for path in [*(ROOT / "zhibu").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    )
    gone = {name for name in described if name not in code and "ZHIBU_OIDC" not in name}
    assert not gone, f"no longer read, take out of docs/settings.md: {sorted(gone)}"


def test_every_role_is_in_the_table():
    from zhibu.access.roles import ROLES

    page = (DOCS / "roles.md").read_text(encoding="utf-8")
    assert all(f"`{role}`" in page for role in ROLES)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / unquote(target)).exists(), f"{page.name}: {target}"


def test_every_page_can_be_reached_from_the_readme():
    seen, left = set(), [ROOT / "README.md"]
    while left:
        page = left.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in re.findall(r"\]\(([^)#\s]+\.md)[^)]*\)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                left.append((page.parent / unquote(target)).resolve())
    lost = [str(page.relative_to(ROOT)) for page in PAGES if page.resolve() not in seen]
    assert not lost, f"link these from README.md or a page that it links: {lost}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_that_pages_name_exist(page):
    from zhibu.cli import parser

    words = set()
    for words_of, _, _ in _generator()._commands(parser(), "zhibu"):
        words.add(words_of)
    for line in re.findall(r"`(zhibu [a-z][^`]*)`", page.read_text(encoding="utf-8")):
        named = [word for word in line.split() if re.fullmatch(r"[a-z]+", word)][:3]
        assert " ".join(named[:2]) in words, f"{page.name}: {line}"


def test_every_command_says_what_it_does_and_what_each_argument_means():
    import argparse

    from zhibu.cli import parser

    for words, _, command in _generator()._commands(parser(), "zhibu"):
        assert command.description, words
        for action in command._actions:
            assert action.help or isinstance(action, argparse._SubParsersAction), f"{words} {action.dest}"


def test_every_refusal_of_a_roster_is_explained():
    from zhibu.registers.members.roster.faults import KINDS

    page = (DOCS / "user" / "roster.md").read_text(encoding="utf-8")
    code = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "zhibu" / "registers" / "members").rglob("*.py")
    )
    whole = set(re.findall(r'"(file\.[a-z_]+)"', code))
    assert len(whole) > 10
    missing = {one for one in whole | set(KINDS) if f"`{one}`" not in page}
    assert not missing, f"explain in docs/user/roster.md: {sorted(missing)}"
