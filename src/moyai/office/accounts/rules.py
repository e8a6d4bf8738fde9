"""Pure decisions about accounts: tokens, keys, terms of office."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from moyai.errors import BadRequestData
from moyai.model import municipality
from moyai.office.base.access import Kind, Role

KEY_VERBS = ("read", "create", "update", "delete")

KEY_VERBS_OF_ROLE: Mapping[Role, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(KEY_VERBS),
    Role.OFFICER: frozenset({"read"}),
    Role.CONTRIBUTOR: frozenset(),
    Role.VIEWER: frozenset(),
}
"""The verbs that a post's role may give to a key."""

KEY_DAYS_AT_MOST = 731
INVITATION_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=24)

_PREFIX_ALPHABET = string.ascii_lowercase + string.digits
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?")


def normalised_email(email: str) -> str:
    """The form in which an address is kept and compared."""
    return email.strip().lower()


def hash_of(secret: str) -> str:
    """What is stored of a secret: SHA-256 in hex. Enough for random secrets of 256 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_token() -> str:
    """43 url-safe characters, 256 random bits."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class KeyString:
    prefix: str
    """10 characters, stored as they are: by them a key is found and spoken of."""
    text: str
    """The whole key; shown once, never stored."""


def new_key() -> KeyString:
    prefix = "".join(secrets.choice(_PREFIX_ALPHABET) for _ in range(10))
    return KeyString(prefix, f"moyai_{prefix}_{new_token()}")


def check_key_verbs(verbs: Iterable[str], role: Role) -> list[str]:
    """The verbs in their usual order; raises BadRequestData for one that the role may not give."""
    wanted = set(verbs)
    if not wanted:
        raise BadRequestData(_("キーでできることを1つ以上選んでください。"))
    if excess := wanted - KEY_VERBS_OF_ROLE[role]:
        raise BadRequestData(
            _("今の職の役割では、次の権限をキーに与えられません: %(verbs)s") % {"verbs": "、".join(sorted(excess))}
        )
    return [verb for verb in KEY_VERBS if verb in wanted]


def check_key_expiry(expires_at: datetime, now: datetime) -> datetime:
    if expires_at <= now:
        raise BadRequestData(_("有効期限には今日より後の日付を入れてください。"))
    if expires_at > now + timedelta(days=KEY_DAYS_AT_MOST):
        raise BadRequestData(_("有効期限は2年以内にしてください。"))
    return expires_at


@dataclass(frozen=True)
class Term:
    """From a day to a day, both included; open-ended without a last day."""

    starts_on: date
    ends_on: date | None = None

    def overlaps(self, other: Term) -> bool:
        starts_before_other_ends = other.ends_on is None or self.starts_on <= other.ends_on
        other_starts_before_this_ends = self.ends_on is None or other.starts_on <= self.ends_on
        return starts_before_other_ends and other_starts_before_this_ends


def check_term(term: Term, others: Sequence[Term]) -> Term:
    """The term; raises BadRequestData where it ends before it starts or meets another of the same person and post."""
    if term.ends_on is not None and term.ends_on < term.starts_on:
        raise BadRequestData(_("終わりの日は、始まりの日以後にしてください。"))
    if any(term.overlaps(other) for other in others):
        raise BadRequestData(_("この人は、その期間にすでに同じ職に就いています。"))
    return term


def check_handover(last_day: date, starts_on: date, held: Term) -> None:
    """Raises BadRequestData where the days of a handover make no sense."""
    if last_day < held.starts_on:
        raise BadRequestData(_("前任者の最後の日が、就任の日より前になっています。"))
    if held.ends_on is not None and last_day > held.ends_on:
        raise BadRequestData(_("前任者の最後の日が、すでに決まっている退任の日より後になっています。"))
    if starts_on < held.starts_on:
        raise BadRequestData(_("後任者の始まりの日が、前任者の就任の日より前になっています。"))


def tenant_name(kind: Kind, name: str) -> str:
    """The tenant of a new organisation, of what was typed: a code, or the slug behind ``o-``. Raises BadRequestData."""
    text = name.strip()
    if kind in (Kind.PREFECTURE, Kind.MUNICIPALITY):
        return municipality.validated_code(text)
    slug = text.removeprefix("o-")
    if not _SLUG.fullmatch(slug):
        raise BadRequestData(_("識別名は半角の英小文字・数字・ハイフンで、42文字以内にしてください（例: coda）。"))
    return f"o-{slug}"


REGISTRABLE = (Kind.COUNCIL, Kind.COMPANY, Kind.EXPERT, Kind.MUNICIPALITY)
"""The kinds of organisations that an actor may register; the others are made on the server."""


def check_place(kind: Kind, tenant: str, parent_kind: Kind, parent_tenant: str) -> None:
    """Raises BadRequestData where such an organisation cannot stand beneath that one."""
    if kind not in REGISTRABLE:
        raise BadRequestData(_("この区分の団体は、サーバー上のコマンドで登録します。"))
    if kind is Kind.MUNICIPALITY and (
        parent_kind is not Kind.PREFECTURE or municipality.prefecture_code(tenant) != parent_tenant
    ):
        raise BadRequestData(_("市町村は、団体コードの属する都道府県の下にだけ登録できます。"))


def kind_of_code(code: str) -> Kind:
    """Whether a local government code is a prefecture's or a municipality's."""
    validated = municipality.validated_code(code)
    return Kind.PREFECTURE if municipality.prefecture_code(validated) == validated else Kind.MUNICIPALITY
