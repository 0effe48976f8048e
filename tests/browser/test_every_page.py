"""Every page of the permission sweep that opens to an officer, a secretary, a member, or before signing in:
axe finds nothing; every key reaches what can be pressed; nothing scrolls sideways on 360 px nor at 200 % zoom;
paper has no buttons.

The pages come from the URLconf by way of `tests/permissions/addresses`, with the demo college behind them: a new
page falls in by itself.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from playwright.sync_api import Error

from tests.browser.conftest import AXE, DESKTOP
from tests.conftest import TODAY, open_account
from tests.permissions.addresses import gathered
from tests.permissions.conftest import _side

pytestmark = pytest.mark.django_db(transaction=True)

CHECKS = Path(__file__).with_name("page_checks.js")
#: Width and points of the screen for each of the page's: 1440 px at 200 %, and a small phone.
NARROW = ((DESKTOP // 2, 2), (360, 1))
#: Pages that are shown without the frame, or only look like pages.
NO_PAGES = frozenset({"account_logout"})
RUN_AXE = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
BRANCH = "机械工程系教工党支部"


@pytest.fixture
def demo(system, today, settings, tmp_path):
    """The demo college with one more object of each sort, as the permission sweep makes them; accounts by role."""
    from zhibu.desk import findings
    from zhibu.desk.demo.build import build
    from zhibu.registers.intervals import in_force
    from zhibu.registers.members import actions as members
    from zhibu.registers.organizations.models import Placement
    from zhibu.site import packs

    settings.FILES = tmp_path
    findings.forget()
    build(actor=system, norm=packs.norm(), today=TODAY)
    branch = Placement.objects.get(in_force(TODAY), name=BRANCH).organization
    committee = Placement.objects.get(in_force(TODAY), kind="committee").organization
    member = members.add(
        actor=system, organization=branch, since=date(2020, 1, 1), today=TODAY, name="张三", number="X1001",
        category="staff", mobile="13800001234",
    )  # fmt: skip
    account = partial(open_account, system, date(2020, 1, 1))
    readers = {
        "committee_officer": account("committee_officer", committee, username="sweep-officer"),
        "branch_secretary": account("branch_secretary", branch, username="sweep-secretary"),
        "member": account("member", branch, member=member, username="sweep-member"),
    }
    for reader in readers.values():
        reader.set_password("a long enough password")
        reader.save(update_fields=["password"])
    own = _side(system, committee, branch, member, readers["member"], TODAY)
    yield SimpleNamespace(own=own, foreign=own, today=TODAY, readers=readers)
    findings.forget()


def addresses(role, world):
    """Name and address of every page that opens to the role (None: before signing in)."""
    for name, address in sorted(gathered().items()):
        opens = address.public if role is None else role in address.opens_to and not address.public
        page = name.partition("#")[0]
        if address.post or not opens or page in NO_PAGES:
            continue
        query = f"?{urlencode(address.query(world))}" if address.query else ""
        yield name, reverse(page, kwargs=dict(address.own(world) if address.own else {})) + query


class Look:
    """One browser page that goes from address to address and notes what is wrong."""

    def __init__(self, chromium, root):
        self.context = chromium.new_context(viewport={"width": DESKTOP, "height": 900}, locale="zh-CN")
        for script in (CHECKS, AXE):
            self.context.add_init_script(path=script)
        self.page = self.context.new_page()
        self.screen = self.context.new_cdp_session(self.page)
        self.page.set_default_timeout(60_000)
        self.root, self.wrong, self.known, self.said = root, {}, {}, []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.looked = 0

    def _hear(self, one):
        # For a file shown in the place of a page the browser asks for an icon of its own accord.
        where = one.location.get("url", "")
        if one.type in ("error", "warning") and not where.endswith("/favicon.ico"):
            self.said.append(f"{one.text} {where}")

    def sign_in(self, client, account):
        """As this account, or as nobody."""
        self.context.clear_cookies()
        if account is not None:
            client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.root}
            self.context.add_cookies([cookie])

    def at(self, name, address):
        """Everything that is wrong with a page, at every width and on paper."""
        self.said.clear()
        found = self._found(name, address)
        if found is None:
            return
        self.looked += 1
        found += [f"the console says: {text}" for text in self.said]
        if found:
            self.wrong[f"{name} {address}"] = found

    def _show_at(self, width, scale=1):
        metrics = {"width": width, "height": 900, "deviceScaleFactor": scale, "mobile": False}
        self.screen.send("Emulation.setDeviceMetricsOverride", metrics)

    def _found(self, name, address):
        page = self.page
        self._show_at(DESKTOP)
        try:
            response = page.goto(self.root + address, wait_until="load")
        except Error as error:
            return None if "Download is starting" in str(error) else [f"does not load: {error}"]
        if "text/html" not in response.headers.get("content-type", "") or response.request.redirected_from:
            return None  # a file, or another page, which has its own turn
        if response.status != 200:
            return [f"answers {response.status}"]
        sorts = set(page.evaluate("pageChecks.sorts()"))
        if sorts <= self.known.setdefault(name, set()):
            return []  # made up of what another role's page was
        self.known[name] |= sorts
        # Focus shows as it does for whoever uses keys.
        page.keyboard.press("Tab")
        found = page.evaluate("pageChecks.keyboard()")
        for one in page.evaluate(RUN_AXE):
            found += [f"{one['id']}: {node['html'][:160]}" for node in one["nodes"][:2]]
        page.emulate_media(media="print")
        found += page.evaluate("pageChecks.paper()")
        page.emulate_media(media="screen")
        for width, scale in NARROW:
            self._show_at(width, scale)
            found += page.evaluate("pageChecks.narrow()")
        return found


def test_every_page_is_accessible_narrow_and_printable(chromium, assets, live_server, client, demo):
    look = Look(chromium, live_server.url)
    for role in (None, *demo.readers):
        look.sign_in(client, demo.readers.get(role))
        for name, address in addresses(role, demo):
            look.at(name, address)
    look.context.close()
    assert look.looked > 120
    assert not look.wrong, "\n".join(
        f"{where}\n   " + "\n   ".join(found) for where, found in look.wrong.items()
    )


BAD = """data:text/html,<title>x</title><main><style>.a:focus { outline: none }</style>
<a class=a href=/>one</a><a tabindex=-1 href=/>two</a><nav>three</nav>
<div style="overflow-x: auto; width: 99px"><div style="width: 999px">four</div></div>
<p style="width: 2000px">five</p>"""


def test_the_checks_can_fail(chromium):
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.add_init_script(CHECKS.read_text(encoding="utf-8"))
    page.goto(BAD.replace("\n", ""))
    page.keyboard.press("Tab")
    assert [one.partition(":")[0] for one in page.evaluate("pageChecks.keyboard()")] == [
        "focus cannot be seen", "no tab stop",
    ]  # fmt: skip
    assert [one.partition(" at")[0] for one in page.evaluate("pageChecks.narrow()")] == [
        "scrolls sideways", "a scrolled part without a name", "a scrolled part that no key reaches",
    ]  # fmt: skip
    page.emulate_media(media="print")
    assert page.evaluate("pageChecks.paper()") == ["printed: nav. three"]
    context.close()
