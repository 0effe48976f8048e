"""The Django app."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """What all pages share: look, base page, template tags."""

    name = "zhibu.site"

    def ready(self) -> None:
        """The words of forms."""
        from zhibu.site import form_words

        form_words.speak()
