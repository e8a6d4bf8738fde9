"""The pages of an organisation's API keys."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from moyai.office.accounts import forms, queries
from moyai.office.accounts.actions import keys
from moyai.office.accounts.actions.keys import KeyOrder, NewKey
from moyai.office.accounts.models import ApiKey, KeyKind, Organisation
from moyai.office.accounts.views.members import tabs
from moyai.office.base import access
from moyai.office.base.access import Actor, Verb
from moyai.office.base.views import OfficeRequest, form_page, signed_in


def _row(key: ApiKey, actor: Actor, manages: bool) -> dict[str, Any]:
    usable = key.is_usable(timezone.now())
    return {
        "key": key,
        "is_usable": usable,
        "verbs": [forms.KEY_VERB_NAMES[verb] for verb in key.verbs],
        "may_revoke": usable and (manages or key.created_by_id == actor.person_id),
    }


def _address(organisation: Organisation) -> str:
    return reverse("accounts:keys", kwargs={"tenant": organisation.tenant})


@signed_in
def show(request: OfficeRequest, actor: Actor, tenant: str) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.VIEW_KEYS)
    manages = access.may(actor, Verb.MANAGE_KEYS, organisation)
    context = {
        "organisation": organisation,
        "rows": [_row(key, actor, manages) for key in queries.keys(actor, organisation)],
        "may_create": access.may(actor, Verb.CREATE_KEYS, organisation),
        **tabs(actor, organisation, "keys"),
    }
    return render(request, "accounts/keys.html", context)


def _order(form: forms.KeyForm) -> KeyOrder:
    values = form.cleaned_data
    return KeyOrder(
        name=values["name"],
        verbs=tuple(values["verbs"]),
        expires_at=form.expires_at(),
        kind=KeyKind(values["kind"]),
        collection=values["collection"],
        rate_per_minute=values["rate_per_minute"],
        quota_per_day=values["quota_per_day"],
    )


def _example(request: HttpRequest, new: NewKey) -> str:
    """A call that works as it stands."""
    return (
        f'curl -H "Authorization: Bearer {new.text}" \\\n'
        f'     -H "NGSILD-Tenant: {new.key.tenants[0]}" \\\n'
        f'     "{request.build_absolute_uri("/ngsi-ld/v1/entities")}?type=EvacuationSite&limit=1"'
    )


@never_cache
@signed_in
def create(request: OfficeRequest, actor: Actor, tenant: str) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.CREATE_KEYS)
    form = forms.KeyForm(request.POST or None, role=actor.role)

    def act(values: dict[str, Any]) -> HttpResponse:
        new = keys.create_key(by=actor, organisation=organisation, order=_order(form))
        context = {"organisation": organisation, "new": new, "example": _example(request, new)}
        return render(request, "accounts/new_key.html", context)

    return form_page(
        request,
        form,
        act,
        title=_("APIキーを発行する"),
        submit=_("発行する"),
        cancel=_address(organisation),
        lead=_("キーは発行した直後に一度だけ表示されます。"),
    )


@signed_in
def revoke(request: OfficeRequest, actor: Actor, tenant: str, key_id: int) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.CREATE_KEYS)
    key = queries.key(actor, organisation, key_id)

    def act(values: dict[str, Any]) -> HttpResponse:
        keys.revoke_key(by=actor, key=key)
        messages.success(request, _("APIキーを失効しました。次の呼び出しから使えません。"))
        return redirect(_address(organisation))

    return form_page(
        request,
        forms.ConfirmForm(request.POST if request.method == "POST" else None),
        act,
        title=_("APIキーを失効する"),
        submit=_("失効する"),
        cancel=_address(organisation),
        danger=True,
        lead=_("%(name)s（%(prefix)s）を使っているプログラムは、すぐに動かなくなります。元には戻せません。")
        % {"name": key.name, "prefix": key.prefix},
    )
