"""The Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Accounts, roles, scope, the log."""

    name = "zhibu.access"

    def ready(self) -> None:
        """Listen to allauth."""
        import zhibu.access.signals  # noqa: F401
