"""The Django app."""

from django.apps import AppConfig


class ExemptionsConfig(AppConfig):
    """Exemptions."""

    name = "zhibu.registers.exemptions"
    verbose_name = "免除"

    def ready(self) -> None:
        """Offer the pages of organizations and people their exemptions."""
        from zhibu.registers.exemptions import panels as own
        from zhibu.site import panels

        panels.offer("organization", own.ORGANIZATION)
        panels.offer("member", own.PERSON)
