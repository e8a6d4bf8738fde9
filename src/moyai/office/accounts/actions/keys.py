"""API keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moyai.errors import BadRequestData, Forbidden
from moyai.office.accounts import rules
from moyai.office.accounts.models import ApiKey, KeyKind, Organisation
from moyai.office.base import access, audit
from moyai.office.base.access import Actor, Verb

RATES = range(1, 60_001)
QUOTAS = range(1, 10_000_001)


@dataclass(frozen=True)
class KeyOrder:
    """What is asked of a new key."""

    name: str
    verbs: tuple[str, ...]
    expires_at: datetime
    kind: KeyKind = KeyKind.INTERACTIVE
    collection: str = ""
    rate_per_minute: int = 600
    quota_per_day: int = 100_000


@dataclass(frozen=True)
class NewKey:
    """A new key and its text, which is known at this moment only."""

    key: ApiKey
    text: str


def _check(order: KeyOrder) -> None:
    if not order.name.strip():
        raise BadRequestData(_("キーに名前を付けてください（例: 避難所アプリ）。"))
    rules.check_key_expiry(order.expires_at, timezone.now())
    if order.rate_per_minute not in RATES:
        raise BadRequestData(
            _("1分あたりの上限は %(least)s〜%(most)s 回にしてください。") % {"least": RATES[0], "most": RATES[-1]}
        )
    if order.quota_per_day not in QUOTAS:
        raise BadRequestData(
            _("1日あたりの上限は %(least)s〜%(most)s 回にしてください。") % {"least": QUOTAS[0], "most": QUOTAS[-1]}
        )


@transaction.atomic
def create_key(*, by: Actor, organisation: Organisation, order: KeyOrder) -> NewKey:
    """A key for the organisation's own tenant, with verbs that the actor's role may give."""
    access.require(by, Verb.CREATE_KEYS, organisation)
    _check(order)
    verbs = rules.check_key_verbs(order.verbs, by.role)
    string = rules.new_key()
    key = ApiKey.objects.create(
        organisation=organisation,
        name=order.name.strip(),
        prefix=string.prefix,
        secret_hash=rules.hash_of(string.text),
        tenants=[organisation.tenant],
        verbs=verbs,
        collection=order.collection.strip(),
        kind=order.kind,
        rate_per_minute=order.rate_per_minute,
        quota_per_day=order.quota_per_day,
        created_by_id=by.person_id,
        expires_at=order.expires_at,
    )
    audit.record(
        "key.created",
        by=by,
        about=organisation,
        subject=f"{key.name}（{key.prefix}）",
        detail={"verbs": verbs, "tenants": key.tenants, "expires_at": key.expires_at.isoformat()},
    )
    return NewKey(key, string.text)


@transaction.atomic
def revoke_key(*, by: Actor, key: ApiKey) -> None:
    """The key fails from the next request on. Revoking again changes nothing."""
    actor = access.require(by, Verb.CREATE_KEYS, key.organisation)
    if key.created_by_id != actor.person_id and not access.may(actor, Verb.MANAGE_KEYS, key.organisation):
        raise Forbidden(_("このキーを発行した人か、団体の管理者だけが失効できます。"))
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit.record("key.revoked", by=actor, about=key.organisation, subject=f"{key.name}（{key.prefix}）")
