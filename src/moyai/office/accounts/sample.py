"""The sample people of the sample region, and taking out everything that is a sample.

Municipalities, the prefecture and the council are real organisations; who works in them here is invented, and so are
the member companies of the council. All that is invented is marked 見本.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import date
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from moyai.office.accounts.actions import organisations, posts
from moyai.office.accounts.actions.organisations import Identity
from moyai.office.accounts.models import ApiKey, Organisation, Person, Post
from moyai.office.accounts.rules import Term
from moyai.office.base import audit
from moyai.office.base.access import Kind, Role

SIGN_INS = "sample-sign-ins.txt"
"""In the data folder, readable by its owner only."""

COUNCIL = Identity(
    "o-coda",
    "有田市スマートシティ推進協議会 CoDA",
    "ありだしすまーとしていすいしんきょうぎかい こーだ",
    "Arida City Smart City Promotion Council CoDA",
)
COUNCIL_CITY = "302040"
COMPANIES = (
    Identity("o-mihon-shoji", "見本商事株式会社（見本）", "みほんしょうじ", "Mihon Shoji (sample)"),
    Identity("o-mihon-system", "見本システム株式会社（見本）", "みほんしすてむ", "Mihon Systems (sample)"),
)
_TITLES = {
    Role.ADMINISTRATOR: "情報管理者（見本）",
    Role.OFFICER: "DX推進担当（見本）",
    Role.CONTRIBUTOR: "防災担当（見本）",
    Role.VIEWER: "閲覧担当（見本）",
}
_ROLE_NAMES = {"administrator": "管理者", "officer": "担当者", "contributor": "入力者", "viewer": "閲覧者"}
_FAMILY_NAMES = ("青木", "井上", "上田", "岡本", "川口", "木下", "坂本", "清水", "杉本", "高田", "辻本", "中西")
_DOMAIN = "mihon.example"
_FISCAL_YEAR_STARTS = (4, 1)


@dataclass(frozen=True)
class SignIn:
    """One line of the file of sample sign-ins, its members set apart by tabs."""

    tenant: str
    organisation: str
    role: str
    email: str
    password: str


def _roles(kind: Kind) -> Sequence[Role]:
    """Which sample posts an organisation gets."""
    return tuple(Role) if kind in (Kind.PREFECTURE, Kind.MUNICIPALITY) else (Role.ADMINISTRATOR,)


def _names() -> Iterator[str]:
    """青木 見本, 井上 見本 … 青木 見本2 …"""
    turn = 1
    while True:
        for family in _FAMILY_NAMES:
            yield f"{family} 見本{turn if turn > 1 else ''}"
        turn += 1


def _slug(organisation: Organisation) -> str:
    return organisation.tenant.removeprefix("o-")


def _first_day() -> date:
    """The first day of this fiscal year."""
    today = timezone.localdate()
    year = today.year if (today.month, today.day) >= _FISCAL_YEAR_STARTS else today.year - 1
    return date(year, *_FISCAL_YEAR_STARTS)


def _staff(organisation: Organisation, names: Iterator[str], password: str, hashed: str) -> Iterator[SignIn]:
    for role in _roles(Kind(organisation.kind)):
        post = posts.add_post(by=None, organisation=organisation, title=_TITLES[role], role=role, is_sample=True)
        email = f"{role}@{_slug(organisation)}.{_DOMAIN}"
        person = organisations.add_person(email=email, name=next(names), password_hash=hashed, is_sample=True)
        posts.start_tenure(by=None, person=person, post=post, term=Term(_first_day()))
        yield SignIn(organisation.tenant, organisation.name, str(role), email, password)


@transaction.atomic
def load(codes: Iterable[str], *, data: Path) -> list[SignIn]:
    """Give each of these organisations its sample posts and people; with 有田市 among them, the council too.

    Organisations must be established. What has samples already is left as it is. The password of all sample people
    is generated for this installation and written to the owner-only file in ``data``.
    """
    owners = list(Organisation.objects.filter(tenant__in=list(codes)).order_by("tenant"))
    owners += _council(owners)
    without = [owner for owner in owners if not owner.posts.filter(is_sample=True).exists()]
    names = _names()
    known = sign_ins(data)
    password = known[0].password if known else secrets.token_urlsafe(12)
    hashed = make_password(password)
    new = [sign_in for owner in without for sign_in in _staff(owner, names, password, hashed)]
    if new:
        audit.record("sample.loaded", by=None, subject=f"{len(new)}人", detail={"organisations": len(without)})
        # Before the commit: a crash between may leave names too many in the file, never people without a password.
        _write([*known, *new], data)
    return new


def _council(owners: Iterable[Organisation]) -> list[Organisation]:
    city = next((owner for owner in owners if owner.tenant == COUNCIL_CITY), None)
    if city is None:
        return []
    council = _registered(COUNCIL, Kind.COUNCIL, city, is_sample=False)
    companies = [_registered(identity, Kind.COMPANY, council, is_sample=True) for identity in COMPANIES]
    return [council, *companies]


def _registered(identity: Identity, kind: Kind, parent: Organisation, *, is_sample: bool) -> Organisation:
    found = Organisation.objects.filter(tenant=identity.tenant).first()
    return found or organisations.register_organisation(
        by=None, identity=identity, kind=kind, parent=parent, is_sample=is_sample
    )


def _write(entries: Iterable[SignIn], data: Path) -> None:
    path = data / SIGN_INS
    by_email = {entry.email: entry for entry in entries}
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        for entry in by_email.values():
            file.write("\t".join(astuple(entry)) + "\n")
    draft.replace(path)


def sign_ins(data: Path) -> list[SignIn]:
    """The sample sign-ins of this installation; none where there is no file."""
    path = data / SIGN_INS
    if not path.exists():
        return []
    return [SignIn(*line.split("\t")) for line in path.read_text(encoding="utf-8").splitlines()]


_PRINTED = ("300004", COUNCIL_CITY, COUNCIL.tenant)


def for_printing(data: Path) -> str:
    """The sign-ins of the prefecture, of one city and of the council; where all the others stand."""
    entries = sign_ins(data)
    if not entries:
        return ""
    shown = [entry for entry in entries if entry.tenant in _PRINTED]
    width = max((len(entry.email) for entry in shown), default=0)
    lines = [f"  {entry.email:<{width}}  {entry.organisation} {_ROLE_NAMES[entry.role]}" for entry in shown]
    head = f"見本の利用者（全{len(entries)}人。パスワードは共通で {entries[0].password} ）"
    return "\n".join([head, *lines, f"  ほかの利用者: {data / SIGN_INS}"])


@dataclass(frozen=True)
class Removed:
    """How many samples were taken out."""

    organisations: tuple[str, ...]
    """Their tenants' names: what the platform holds of them is for the caller to remove."""
    people: int
    posts: int
    keys: int


@transaction.atomic
def remove(*, data: Path) -> Removed:
    """Take out every sample organisation, post, person and key, and all sessions of such people."""
    keys = ApiKey.objects.filter(organisation__is_sample=True) | ApiKey.objects.filter(created_by__is_sample=True)
    sample_organisations = Organisation.objects.filter(is_sample=True)
    people = Person.objects.filter(is_sample=True)
    sample_posts = Post.objects.filter(is_sample=True)
    removed = Removed(
        organisations=tuple(sample_organisations.values_list("tenant", flat=True)),
        people=people.count(),
        posts=sample_posts.count(),
        keys=keys.distinct().count(),
    )
    _end_sessions({str(pk) for pk in people.values_list("pk", flat=True)})
    ApiKey.objects.filter(pk__in=list(keys.values_list("pk", flat=True))).delete()
    Authenticator.objects.filter(user__in=people).delete()
    sample_posts.delete()
    people.delete()
    Organisation.objects.filter(parent__in=sample_organisations, is_sample=False).update(parent=None)
    sample_organisations.update(parent=None)
    sample_organisations.delete()
    if removed != Removed((), 0, 0, 0):
        audit.record("sample.removed", by=None, detail=asdict(removed))
    transaction.on_commit(lambda: (data / SIGN_INS).unlink(missing_ok=True))
    return removed


def _end_sessions(person_ids: set[str]) -> None:
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") in person_ids:
            session.delete()
