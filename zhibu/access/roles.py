"""Who may do what, where: one table, role × verb × scope. What does not stand here is not allowed.

A verb is `REGISTER.DEED`; `*` in the table stands for any deed or register. Scope `subtree`: the organization
of the grant and all below it. Scope `self`: the account's own member only.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import Literal, NamedTuple

Scope = Literal["subtree", "self"]


class Role(NamedTuple):
    """A role (角色) and at which kinds of organization it can be given."""

    title: str
    kinds: tuple[str, ...]


ANYWHERE = ("committee", "general_branch", "branch", "group")
COMMITTEE = ("committee",)
BRANCH = ("general_branch", "branch")

ROLES: dict[str, Role] = {
    "administrator": Role("系统管理员", COMMITTEE),
    "committee_officer": Role("党办/组织部工作人员", COMMITTEE),
    "branch_secretary": Role("支部书记", BRANCH),
    "organization_commissioner": Role("组织委员", BRANCH),
    "publicity_commissioner": Role("宣传委员", BRANCH),
    "discipline_commissioner": Role("纪检委员", BRANCH),
    "group_leader": Role("党小组长", ("group",)),
    "dues_accountant": Role("党费会计", ANYWHERE),
    "cashier": Role("出纳", ANYWHERE),
    "member": Role("党员", ANYWHERE),
    "applicant": Role("入党申请人", ANYWHERE),
    "auditor": Role("审计（只读）", ANYWHERE),
    "superior": Role("上级（只读）", COMMITTEE),
}


class Rule(NamedTuple):
    """A row of the table: these verbs, by this role, there."""

    role: str
    verbs: tuple[str, ...]
    scope: Scope = "subtree"


#: All of writing, sending and following up notices.
SENDING = (
    "notices.send", "notices.draft", "notices.discard", "notices.attach", "notices.detach", "notices.withdraw",
    "notices.urge", "notices.enter",
)  # fmt: skip

TABLE: tuple[Rule, ...] = (
    Rule("administrator", ("*.read", "access.*", "log.*", "organizations.*", "norm.*")),
    Rule("administrator", ("members.add", "members.apply", "members.change", "members.transfer")),
    Rule("administrator", ("members.export", "roster.*")),
    Rule(
        "committee_officer",
        ("*.read", "organizations.*", "members.*", "roster.*", "activities.*", "education.*", "evidence.*"),
    ),
    Rule("committee_officer", ("norm.*", "desk.*", "log.read", "access.activate", "access.grant", "dues.*")),
    Rule(
        "branch_secretary",
        ("*.read", "activities.*", "education.*", "evidence.*", "desk.*", "members.change", "members.unmask"),
    ),
    Rule(
        "branch_secretary",
        (
            "members.apply",
            "members.export",
            "members.group",
            "organizations.group",
            "organizations.appoint_below",
            "log.read",
        ),
    ),
    # Boxes for an inspection hold no more than whoever makes them may see.
    Rule("committee_officer", ("archive.*",)),
    Rule("branch_secretary", ("archive.*",)),
    Rule("organization_commissioner", ("archive.*",)),
    Rule("auditor", ("archive.*",)),
    Rule("superior", ("archive.*",)),
    Rule("committee_officer", ("exemptions.*",)),
    Rule("branch_secretary", ("exemptions.apply",)),
    Rule("organization_commissioner", ("*.read", "activities.*", "education.*", "evidence.*", "desk.*")),
    Rule(
        "organization_commissioner",
        (
            "members.apply",
            "members.change",
            "members.group",
            "organizations.group",
            "organizations.appoint_below",
            "members.unmask",
            "members.export",
        ),
    ),
    Rule("publicity_commissioner", ("*.read", "activities.*", "education.*", "evidence.*", "desk.*")),
    Rule("discipline_commissioner", ("*.read", "activities.*", "education.*", "evidence.*", "desk.*")),
    # A group has its own meeting and its own people; what the branch records of them is the branch's.
    Rule("group_leader", ("organizations.read", "members.read", "activities.*", "norm.read", "desk.read")),
    Rule("group_leader", ("notices.read", "exemptions.read")),
    Rule("dues_accountant", ("organizations.read", "members.read", "norm.read", "desk.read", "dues.*")),
    Rule(
        "cashier",
        ("organizations.read", "members.read", "norm.read", "desk.read", "dues.read", "dues.receive"),
    ),
    # A member sees the work of the own branch, of persons only the own record.
    Rule("member", ("organizations.read", "activities.read", "norm.read", "desk.read")),
    Rule("member", ("members.read", "members.unmask", "evidence.read", "evidence.own", "dues.read"), "self"),
    Rule("member", ("education.read", "education.own", "exemptions.read"), "self"),
    Rule("applicant", ("norm.read",)),
    Rule("applicant", ("members.read", "evidence.read"), "self"),
    Rule("auditor", ("*.read", "members.export")),
    Rule("superior", ("*.read",)),
    # Whoever sees any work has it in a calendar, on the page and in the own telephone.
    *(Rule(role, ("calendar.*",)) for role in ROLES if role != "applicant"),
    Rule("committee_officer", SENDING),
    Rule("branch_secretary", SENDING),
    # Whoever got a notice gives the own receipt, and takes it back.
    *(Rule(role, ("notices.receipt",), "self") for role in ROLES),
)

#: `*.read` of these roles does not reach the log.
NOT_THE_LOG = frozenset(
    {
        "organization_commissioner",
        "publicity_commissioner",
        "discipline_commissioner",
        "group_leader",
        "superior",
    }
)


@cache
def scopes(role: str, verb: str) -> frozenset[Scope]:
    """Where a role may do a verb; empty = nowhere."""
    if verb in ("log.read", "access.read") and role in NOT_THE_LOG:
        return frozenset()
    return frozenset(
        rule.scope
        for rule in TABLE
        if rule.role == role and any(fnmatchcase(verb, pattern) for pattern in rule.verbs)
    )
