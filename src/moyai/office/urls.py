"""Every address of the office. An app's own addresses stand in its ``urls``."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    *(path("", include(f"moyai.office.{app}.urls")) for app in settings.APPS_WITH_PAGES),
]
