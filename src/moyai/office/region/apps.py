from __future__ import annotations

from django.apps import AppConfig


class RegionConfig(AppConfig):
    name = "moyai.office.region"
    label = "region"
    default_auto_field = "django.db.models.BigAutoField"
