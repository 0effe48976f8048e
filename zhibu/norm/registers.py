"""What each register can record: a kind that none of them gives would be owed for ever and met never."""

from __future__ import annotations

from zhibu.norm.model import Kind
from zhibu.norm.nearest import meant

#: Follow from the tree and the roll.
DERIVED = (
    "branch",
    "branch.staff",
    "branch.student",
    "branch.retiree",
    "branch.mixed",
    "affiliation",
    "membership",
)
#: Registers with kinds of their own, the same in every institution.
FIXED: dict[str, tuple[str, ...]] = {
    "organizations": (
        *DERIVED[:-1],
        "in_use",
        "term",
        "establishment",
        "post.secretary",
        "post.deputy_secretary",
        "post.deputy_secretary.fulltime",
        "post.committee_member",
        "post.president",
        "post.college_leader",
        "post.cadre",
        "post.party_staff.fulltime",
        "post.branch_secretary",
        "post.branch_deputy_secretary",
        "post.branch_committee_member",
    ),
    "members": ("membership",),
    "exemptions": ("exemption",),
    "education": ("training", "study.reflection", "study.check", "study.assessment"),
}
#: Evidence with people of its own: the verbs that a kind may name, in the words of the table of roles (zhibu.access).
VERBS = ("dues.record", "dues.receive")
#: The register whose kinds may name one.
WITH_VERBS = "evidence"
#: What attendance at activities proves of members, whichever of the registers lists it.
ATTENDANCE = ("training", "attended.democratic", "attended.orglife")

_EVIDENCE = "自己的种类写 register: evidence，就在“佐证”里登记"


def cannot(kind: Kind) -> tuple[str, str] | None:
    """Why the kind's register cannot record it, and how to mend it; None where it can."""
    if kind.type == "derived" and kind.id not in DERIVED:
        return (
            f"“{kind.id}”不是由组织和党员推出的",
            f"{meant(kind.id, DERIVED)}改成 type: event 或 state；{_EVIDENCE}",
        )
    if kind.verb and kind.register != WITH_VERBS:
        return (
            f"“{kind.id}”写了 verb，而登记簿 {kind.register} 只由自己的权限登记",
            f"删去 verb，或改成 register: {WITH_VERBS}",
        )
    if kind.register in FIXED and kind.id not in FIXED[kind.register]:
        near = meant(kind.id, FIXED[kind.register])
        return f"登记簿 {kind.register} 不登记“{kind.id}”，永远不会有这样的记录", f"{near}{_EVIDENCE}"
    if kind.register != "activities":
        return None
    if kind.type != "event":
        return f"活动登记簿只登记事件，“{kind.id}”是状态", f"改成 type: event；{_EVIDENCE}"
    if kind.id in ATTENDANCE:
        return None
    if kind.member == "required":
        return f"活动登记簿按组织登记，“{kind.id}”却要写党员", f"删去 member；或改登记簿：{_EVIDENCE}"
    if kind.amount not in (None, "slots"):
        return (
            f"活动只按半天数，“{kind.id}”的数额却是 {kind.amount}",
            f"改成 amount: slots，或删去；{_EVIDENCE}",
        )
    return None
