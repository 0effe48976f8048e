"""Where the desk's pages are, and which form mends what is missing."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlencode

from zhibu.audit.relations import Finding
from zhibu.desk.mending import ONE_DAY, Day, period_of
from zhibu.norm.model import Kind, Norm
from zhibu.norm.order import article_number, articles_in_order
from zhibu.registers.activities.kinds import paper_of, recorded_as


def article_titles(norm: Norm) -> dict[str, str]:
    """The articles to choose from, in the order of the document; those of other packs with their pack's title."""
    ordered = articles_in_order(norm)
    return {
        one.id: f"{'' if one.pack == ordered[0].pack else norm.packs[one.pack].title + ' '}"
        f"第 {article_number(one.id)} 条 {one.title}"
        for one in ordered
    }


class Addresses:
    """The addresses of the norm's pages as of a day, of an earlier year where one was chosen; today's carry neither."""

    def __init__(self, day: date, today: date, year: int | None = None) -> None:
        self.asked = {} if day == today else {"day": day.isoformat()}
        if year is not None and year < day.year:
            self.asked["year"] = str(year)

    def _with(self, path: str, **parameters: str | None) -> str:
        given = {key: value for key, value in parameters.items() if value is not None} | self.asked
        return f"{path}?{urlencode(given)}" if given else path

    def norm(self) -> str:
        """The living norm."""
        return self._with("/norm/")

    def duty(self, duty: str, org: str | None = None) -> str:
        """A duty, or its subjects of one organization."""
        return self._with(f"/norm/{quote(duty)}/", org=org)

    def findings(self, **filters: str) -> str:
        """The list of findings, narrowed."""
        return self._with("/findings/list/", **filters)

    def finding(self, finding: Finding) -> str:
        """The explanation of a finding."""
        path = "/".join(quote(part, safe="") for part in (finding.duty, finding.subject, finding.period))
        return self._with(f"/norm/{path}/", ref=finding.ref)


def form(kind: Kind, org: str, member: str | None, day: Day, ref: str | None) -> str:
    """The form in which a fact of the kind is recorded, filled in as far as it is known."""
    if kind.register == "members" and member:
        return f"/members/{quote(member)}/"
    post = kind.id.removeprefix("post.")
    if kind.register == "organizations" and post != kind.id:
        asked = {"kind": post, **({"member": member} if member else {})}
        return f"/organizations/{quote(org)}/appoint/?{urlencode(asked)}"
    if kind.register in ("organizations", "members"):
        return f"/organizations/{quote(org)}/"
    # What belongs to an activity that is already recorded is added on its own page.
    if kind.register == "activities" and kind.ref == "activity" and ref:
        return f"/activities/{quote(ref)}/"
    is_activity = kind.register == "activities"
    given = {
        "kind": recorded_as(kind.id) if is_activity else kind.id,
        "organization": org,
        "member": member if kind.member != "none" else None,
        "day": day.happened.isoformat(),
        "instead-of" if is_activity else "counts-for": day.counts_for.isoformat() if day.counts_for else None,
        "paper": paper_of(kind.id) if is_activity else None,
        "ref": ref if kind.register == "evidence" else None,
    }
    return f"/{kind.register}/new/?{urlencode({key: value for key, value in given.items() if value})}"


def exemption(norm: Norm, finding: Finding) -> str:
    """The form that exempts the subject of a finding from its duty, for the finding's period to begin with."""
    duty = norm.duties[finding.duty]
    is_organization = norm.subjects[duty.subjects].is_organization
    given = {"organization": finding.org, "duty": finding.duty}
    if not is_organization and finding.subject != finding.org:
        given["member"] = finding.subject
    if period := period_of(norm, duty, finding):
        given |= {"since": period.first.isoformat(), "until": (period.last + ONE_DAY).isoformat()}
    return f"/exemptions/new/?{urlencode(given)}"
