"""The Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Accounts, roles, scope, the log."""

    name = "zhibu.access"
