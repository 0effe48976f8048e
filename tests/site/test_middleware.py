"""Addresses that are none: a page says so."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.parametrize(
    "address", [f"/members/import/{'x' * 3000}/progress/", f"/organizations/{'九' * 300}/"]
)
def test_what_is_too_long_for_a_name_is_turned_away(client, college, account_of, address):
    client.force_login(account_of("committee_officer", college.committee), backend=BACKEND)
    assert client.get(address).status_code == 400
