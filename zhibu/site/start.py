"""Wake Django for a command."""

from __future__ import annotations

import os
import sys

import django
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from zhibu.access.keys import KeyUnusable


def start() -> None:
    """Set Django up once, with the deployment's settings. Call before importing models in a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.site.settings")
    if not apps.ready:
        try:
            django.setup()
        except (KeyUnusable, ImproperlyConfigured) as error:
            sys.exit(f"错误：{error}")
