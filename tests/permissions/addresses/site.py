"""Addresses of signing in and the second factor, and the first page."""

from __future__ import annotations

from tests.permissions.addresses import EVERYONE, NOBODY, Address

# NOBODY: they open once a second factor is set up, which no account of the sweep has (tests/access).
ADDRESSES = {
    "home": Address(EVERYONE),
    "account_login": Address(EVERYONE, public=True),
    "account_logout": Address(EVERYONE),
    "account_inactive": Address(EVERYONE, public=True),
    "account_reauthenticate": Address(EVERYONE),
    "account_change_password": Address(EVERYONE),
    "account_set_password": Address(EVERYONE),
    "mfa_index": Address(EVERYONE),
    "mfa_authenticate": Address(EVERYONE),
    "mfa_reauthenticate": Address(EVERYONE),
    "mfa_activate_totp": Address(EVERYONE),
    "mfa_deactivate_totp": Address(NOBODY),
    "mfa_view_recovery_codes": Address(NOBODY),
    "mfa_generate_recovery_codes": Address(EVERYONE),
    "mfa_download_recovery_codes": Address(NOBODY),
}
