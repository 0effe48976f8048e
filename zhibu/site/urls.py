"""Every address. Each room's own `urls.py` gives whole paths; it is taken in when the room is installed."""

from __future__ import annotations

from importlib.util import find_spec

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from zhibu.access.views import SignIn
from zhibu.site import views

# Of allauth only what a closed roster needs: nobody signs up, nobody is asked for e-mail.
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("accounts/login/", SignIn.as_view(), name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/factor/", factor.index, name="mfa_index"),
    path("accounts/factor/authenticate/", factor.authenticate, name="mfa_authenticate"),
    path("accounts/factor/reauthenticate/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/factor/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/factor/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/factor/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/factor/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("accounts/factor/codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]

if all(settings.OIDC.values()):
    from zhibu.access import campus

    # The two addresses of the protocol and no others: accounts are neither made nor linked. allauth knows their names.
    urlpatterns += [
        path("accounts/oidc/<str:provider_id>/login/", campus.login, name="openid_connect_login"),
        path(
            "accounts/oidc/<str:provider_id>/login/callback/",
            campus.callback,
            name="openid_connect_callback",
        ),
    ]

urlpatterns += [
    path("", include(f"{app}.urls"))
    for app in settings.INSTALLED_APPS
    if app.startswith("zhibu.") and app != "zhibu.site" and find_spec(f"{app}.urls")
]
