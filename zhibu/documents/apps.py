"""The Django app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents (文书): rosters, forms and letters on paper."""

    name = "zhibu.documents"
    verbose_name = "文书"

    def ready(self) -> None:
        """Offer the pages of organizations and people what can be printed of them."""
        from zhibu.documents import panels as own
        from zhibu.site import panels

        panels.offer("organization", own.ORGANIZATION_PANEL)
        panels.offer("member", own.PERSON_PANEL)
