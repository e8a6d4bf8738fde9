"""Organisations, people who can sign in, and the first administrator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moyai.errors import AlreadyExists, BadRequestData, ResourceNotFound
from moyai.model import tenant as tenants
from moyai.office.accounts import rules
from moyai.office.accounts.actions import posts
from moyai.office.accounts.models import Organisation, Person, Tenure
from moyai.office.base import access, audit, broker
from moyai.office.base.access import Actor, Kind, Role, Verb

FIRST_POST = "管理者"


@dataclass(frozen=True)
class Identity:
    """Which organisation: what a region's data file says of a prefecture or a municipality."""

    tenant: str
    name: str
    name_kana: str = ""
    name_en: str = ""


@transaction.atomic
def establish_region(*, prefecture: Identity, municipalities: Iterable[Identity]) -> list[Organisation]:
    """The prefecture and its municipalities as organisations, the prefecture first; names are brought up to date."""
    parent = _establish(prefecture, Kind.PREFECTURE, None)
    return [parent, *(_establish(identity, Kind.MUNICIPALITY, parent) for identity in municipalities)]


def _establish(identity: Identity, kind: Kind, parent: Organisation | None) -> Organisation:
    code = rules.tenant_name(kind, identity.tenant)
    values = {"name": identity.name, "name_kana": identity.name_kana, "name_en": identity.name_en}
    organisation, is_new = Organisation.objects.update_or_create(
        tenant=code, defaults={**values, "kind": kind, "parent": parent}
    )
    if is_new:
        audit.record("organisation.registered", by=None, about=organisation, subject=organisation.name)
    return organisation


@transaction.atomic
def register_organisation(
    *,
    by: Actor | None,
    identity: Identity,
    kind: Kind,
    parent: Organisation | None = None,
    is_sample: bool = False,
) -> Organisation:
    """A new organisation and its tenant. Raises AlreadyExists, BadRequestData, Forbidden, Unavailable."""
    tenant = tenants.validated_name(rules.tenant_name(kind, identity.tenant))
    if by is not None:
        if parent is None:
            raise BadRequestData(_("属する団体を選んでください。"))
        access.require(by, Verb.REGISTER_ORGANISATION, parent)
        rules.check_place(kind, tenant, Kind(parent.kind), parent.tenant)
    if Organisation.objects.filter(tenant=tenant).exists():
        raise AlreadyExists(_("「%(tenant)s」の団体はすでに登録されています。") % {"tenant": tenant})
    # The tenant first: one too many does no harm, and a platform that is not there stops us here.
    broker.create_tenant(tenant)
    organisation = Organisation.objects.create(
        tenant=tenant,
        kind=kind,
        name=identity.name.strip(),
        name_kana=identity.name_kana.strip(),
        name_en=identity.name_en.strip(),
        parent=parent,
        is_sample=is_sample,
    )
    audit.record("organisation.registered", by=by, about=organisation, subject=organisation.name, detail={"kind": kind})
    return organisation


def checked_password(password: str, person: Person) -> str:
    """The password; raises BadRequestData that says what it lacks."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise BadRequestData(" ".join(error.messages)) from error
    return password


def create_person(*, email: str, name: str, password: str) -> Person:
    """Someone who can sign in, and holds no post yet. Raises AlreadyExists, BadRequestData."""
    checked_password(password, Person(email=email, name=name))
    return add_person(email=email, name=name, password_hash=make_password(password))


@transaction.atomic
def add_person(*, email: str, name: str, password_hash: str, is_sample: bool = False) -> Person:
    """The same with a password that is hashed already."""
    address = checked_email(email)
    if not name.strip():
        raise BadRequestData(_("氏名を入れてください。"))
    if Person.objects.filter(email=address).exists():
        raise AlreadyExists(_("メールアドレス「%(email)s」の人はすでに登録されています。") % {"email": address})
    person = Person.objects.create(email=address, name=name.strip(), password=password_hash, is_sample=is_sample)
    EmailAddress.objects.create(user=person, email=address, primary=True, verified=True)
    return person


def checked_email(email: str) -> str:
    """The address as it is kept; raises BadRequestData for what is none."""
    address = rules.normalised_email(email)
    try:
        validate_email(address)
    except ValidationError as error:
        raise BadRequestData(_("メールアドレス「%(email)s」の形が正しくありません。") % {"email": email}) from error
    return address


@transaction.atomic
def create_administrator(
    *, tenant: str, email: str, name: str, password: str, organisation_name: str = "", title: str = FIRST_POST
) -> Tenure:
    """The command on the server: an administrator of that organisation, in office from today.

    The organisation is made where it is missing and ``organisation_name`` is given; a tenant that is no local
    government code becomes the platform's operator. Raises AlreadyExists, BadRequestData, ResourceNotFound.
    """
    tenants.validated_name(tenant)
    organisation = Organisation.objects.filter(tenant=tenant).first()
    if organisation is None:
        if not organisation_name:
            raise ResourceNotFound(
                _(
                    "テナント「%(tenant)s」の団体がありません。団体の名称も指定するか、"
                    "先に地域データを読み込んでください（moyai region load）。"
                )
                % {"tenant": tenant}
            )
        kind = Kind.OPERATOR if tenant.startswith("o-") else rules.kind_of_code(tenant)
        organisation = register_organisation(by=None, identity=Identity(tenant, organisation_name), kind=kind)
    person = create_person(email=email, name=name, password=password)
    post = posts.ensure_post(organisation, title, Role.ADMINISTRATOR)
    tenure = Tenure.objects.create(person=person, post=post, starts_on=timezone.localdate())
    audit.record(
        "administrator.created",
        by=None,
        about=organisation,
        subject=f"{person.name} {post.title}",
        detail={"email": person.email},
    )
    return tenure
