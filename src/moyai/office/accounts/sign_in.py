"""How allauth's sign-in is ours: closed sign-up, every event in the audit trail, the actor on every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from allauth.account import signals as account_signals
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa import signals as factor_signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse

from moyai.office.accounts import queries, rules
from moyai.office.accounts.models import Organisation, Person
from moyai.office.base import audit
from moyai.office.base.access import Actor
from moyai.office.base.views import OfficeRequest

POST_IN_SESSION = "post"


def actor_of(request: HttpRequest) -> Actor | None:
    """The signed-in person in the post they chose, as things stand now."""
    if not request.user.is_authenticated:
        return None
    return queries.actor_of(request.user.pk, request.session.get(POST_IN_SESSION))


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        office_request = cast(OfficeRequest, request)
        office_request.actor = actor_of(request)
        return self.get_response(office_request)


def who_is_here(request: HttpRequest) -> dict[str, object]:
    """For every template: ``actor``, or ``None``."""
    return {"actor": getattr(request, "actor", None)}


def _record(action: str, request: HttpRequest, person: Person | None, **detail: object) -> None:
    address = request.META.get("REMOTE_ADDR", "")
    actor = queries.actor_of(person.pk) if person else None
    if person is None:
        audit.record(action, by=_UNKNOWN, subject="登録のない人", detail={"address": address, **detail})
        return
    audit.record(
        action,
        by=actor or person,
        about=Organisation.objects.get(pk=actor.organisation_id) if actor else None,
        subject=person.name,
        detail={"address": address, **detail},
    )


class _Unknown:
    pk = 0
    name = "（不明）"


_UNKNOWN = _Unknown()


def _methods(request: HttpRequest) -> list[str]:
    records = request.session.get("account_authentication_methods", [])
    return [str(record.get("type") or record.get("method")) for record in records]


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        _record("sign-in.succeeded", request, user, methods=_methods(request))
        return response

    def logout(self, request: HttpRequest) -> None:
        person = request.user if isinstance(request.user, Person) else None
        _record("sign-out", request, person)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # What was typed is not kept: it may be a password in the wrong field.
        email = rules.normalised_email(str(credentials.get("email") or ""))
        _record("sign-in.failed", request, Person.objects.filter(email=email).first())


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Moyai"}


def _on_factor(action: str) -> Callable[..., None]:
    def on_signal(*, request: HttpRequest, user: Person, authenticator: Authenticator, **_: object) -> None:
        _record(action, request, user, factor=str(authenticator.type))

    return on_signal


def _on_factor_failed(*, request: HttpRequest, user: Person, **_: object) -> None:
    _record("sign-in.second-factor-failed", request, user)


def _on_password(action: str) -> Callable[..., None]:
    def on_signal(*, request: HttpRequest, user: Person, **_: object) -> None:
        _record(action, request, user)

    return on_signal


def listen() -> None:
    """Hear what allauth tells by its signals, as it has no other way to tell it."""
    heard = (
        (factor_signals.authenticator_added, _on_factor("factor.added")),
        (factor_signals.authenticator_removed, _on_factor("factor.removed")),
        (factor_signals.authenticator_reset, _on_factor("factor.reset")),
        (factor_signals.authentication_failed, _on_factor_failed),
        (account_signals.password_changed, _on_password("password.changed")),
        (account_signals.password_reset, _on_password("password.reset")),
    )
    for signal, receiver in heard:
        signal.connect(receiver, weak=False, dispatch_uid=f"moyai-{id(signal)}")
