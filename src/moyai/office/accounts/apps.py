from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "moyai.office.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from moyai.office.accounts import sign_in

        sign_in.listen()
