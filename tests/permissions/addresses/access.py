"""Addresses of accounts, roles and the log."""

from __future__ import annotations

from tests.permissions.addresses import ADMINISTRATOR, COMMITTEE, EVERYONE, SECRETARY, Address

AUDITOR = frozenset({"auditor"})


def _account(side):
    return lambda world: {"identity": getattr(world, side).account.pk}


def _grant(side):
    return lambda world: {"identity": getattr(world, side).grant.pk}


def _row(side):
    return lambda world: {"number": getattr(world, side).log.number}


def _deed(side):
    return lambda world: {"deed_id": getattr(world, side).log.deed}


LOG = COMMITTEE | SECRETARY | AUDITOR
ADDRESSES = {
    "account_own": Address(EVERYONE),
    "activate": Address(EVERYONE, public=True),
    "account_list": Address(LOG),
    "account_add": Address(COMMITTEE),
    "account_sheet": Address(COMMITTEE),
    "account_roles": Address(EVERYONE),
    "account": Address(LOG, _account("own"), _account("foreign")),
    "account_grant": Address(COMMITTEE, _account("own"), _account("foreign")),
    "account_code": Address(COMMITTEE, _account("own"), _account("foreign"), post=True),
    "account_switch": Address(ADMINISTRATOR, _account("own"), _account("foreign"), post=True),
    "grant_revoke": Address(COMMITTEE, _grant("own"), _grant("foreign"), post=True),
    "log_list": Address(LOG),
    "log_row": Address(LOG, _row("own"), _row("foreign")),
    "undo_deed": Address(COMMITTEE, _deed("own"), _deed("foreign"), post=True),
}
