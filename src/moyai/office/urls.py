"""Every address of the office. An app's own addresses stand in its ``urls``."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

handler400 = "moyai.office.base.views.bad_request"
handler403 = "moyai.office.base.views.permission_denied"
handler404 = "moyai.office.base.views.not_found"
handler500 = "moyai.office.base.views.server_error"

urlpatterns = [
    path("", include("moyai.office.accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *(path("", include(f"moyai.office.{app}.urls")) for app in settings.APPS_WITH_PAGES),
]
