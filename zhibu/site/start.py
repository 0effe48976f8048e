"""Wake Django for a command."""

from __future__ import annotations

import os

import django
from django.apps import apps


def start() -> None:
    """Set Django up once, with the deployment's settings. Call before importing models in a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.site.settings")
    if not apps.ready:
        django.setup()
