"""The Django app."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Register: members."""

    name = "zhibu.registers.members"

    def ready(self) -> None:
        """Offer the page of an organization its members."""
        from zhibu.registers.members.panels import PANEL
        from zhibu.site import panels

        panels.offer("organization", PANEL)
