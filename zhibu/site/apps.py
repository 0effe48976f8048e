"""The Django app."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """What all pages share: look, base page, template tags."""

    name = "zhibu.site"
