"""The cast of the office's tests: a prefecture, two cities, a council, a company, the operator, and who works there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from moyai.office.accounts import queries
from moyai.office.accounts.models import Organisation, Person, Post, Tenure
from moyai.office.base.access import Actor, Kind, Role

_HANDLER = ClientHandler(enforce_csrf_checks=False)
"""One for all browsers: loading the middleware takes as long as a page."""
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Cast:
    """Organisations without anybody in them; ``hire`` puts someone there."""

    prefecture: Organisation
    arida: Organisation
    kainan: Organisation
    council: Organisation
    company: Organisation
    operator: Organisation

    @property
    def everywhere(self) -> Iterator[Organisation]:
        yield from (self.prefecture, self.arida, self.kainan, self.council, self.company, self.operator)


def cast() -> Cast:
    prefecture = organisation("300004", Kind.PREFECTURE, "和歌山県")
    arida = organisation("302040", Kind.MUNICIPALITY, "有田市", prefecture)
    council = organisation("o-coda", Kind.COUNCIL, "CoDA", arida)
    return Cast(
        prefecture=prefecture,
        arida=arida,
        kainan=organisation("302023", Kind.MUNICIPALITY, "海南市", prefecture),
        council=council,
        company=organisation("o-mihon", Kind.COMPANY, "見本商事株式会社（見本）", council),
        operator=organisation("o-moyai", Kind.OPERATOR, "基盤運営者"),
    )


def organisation(tenant: str, kind: Kind, name: str, parent: Organisation | None = None) -> Organisation:
    return Organisation.objects.create(tenant=tenant, kind=kind, name=name, parent=parent)


def person(email: str, name: str = "") -> Person:
    found = Person.objects.create(email=email, name=name or email.split("@")[0])
    found.set_password(PASSWORD)
    found.save()
    EmailAddress.objects.create(user=found, email=email, primary=True, verified=True)
    return found


def post(owner: Organisation, role: Role, title: str = "") -> Post:
    title = title or f"{role}の職"
    return Post.objects.get_or_create(organisation=owner, title=title, defaults={"role": role})[0]


def hire(
    owner: Organisation, role: Role, email: str = "", *, since: date | None = None, until: date | None = None
) -> Tenure:
    """Someone new in a post of that role, for a year unless told otherwise."""
    return Tenure.objects.create(
        person=person(email or f"{role}@{owner.tenant}.example"),
        post=post(owner, role),
        starts_on=since or timezone.localdate() - timedelta(days=365),
        ends_on=until,
    )


def actor(tenure: Tenure) -> Actor:
    found = queries.actor_of(tenure.person_id, tenure.post_id)
    assert found is not None
    return found


def client(tenure: Tenure | None) -> Client:
    """A browser in which that person is signed in; nobody for ``None``."""
    browser = Client()
    browser.handler = _HANDLER
    if tenure is not None:
        browser.force_login(tenure.person)
    return browser
