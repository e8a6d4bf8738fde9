"""Who may do what where: the one place that decides it. Pure; no database, no request.

A right belongs to a post: an actor is a person *in* a post. What a post's role may do depends on how its
organisation stands to the organisation that the deed is about. The tables below are the whole of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext as _

from moyai.errors import Forbidden, ResourceNotFound


class Kind(StrEnum):
    PREFECTURE = "prefecture"
    MUNICIPALITY = "municipality"
    COUNCIL = "council"
    COMPANY = "company"
    EXPERT = "expert"
    OPERATOR = "operator"


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    CONTRIBUTOR = "contributor"
    VIEWER = "viewer"


class Verb(StrEnum):
    """What one may do to, or within, an organisation."""

    VIEW_ORGANISATION = "view-organisation"
    """See its posts, members and their history."""
    MANAGE_MEMBERS = "manage-members"
    """Make posts, invite, hand over, suspend, end."""
    INVITE_FIRST_ADMINISTRATOR = "invite-first-administrator"
    """Only while the organisation has no administrator."""
    RESET_PASSWORD = "reset-password"
    REGISTER_ORGANISATION = "register-organisation"
    """Make a new organisation beneath it."""
    VIEW_KEYS = "view-keys"
    CREATE_KEYS = "create-keys"
    """Create API keys, with the verbs that the role may give, and revoke those one has created."""
    MANAGE_KEYS = "manage-keys"
    """Revoke any API key of the organisation."""
    READ_AUDIT = "read-audit"
    READ_DATA = "read-data"
    """See its datasets that are not published, and their import reports."""
    IMPORT_DATA = "import-data"
    """Upload, preview and accept new versions of a dataset."""
    PUBLISH_DATA = "publish-data"
    """Publish a dataset or take it back."""
    REMOVE_DATA = "remove-data"


class Relation(StrEnum):
    """How the actor's organisation stands to another."""

    OWN = "own"
    PREFECTURE = "prefecture"
    """The actor's is the prefecture that the other belongs to."""
    PARENT = "parent"
    """The other belongs to the actor's, which is no prefecture: a council's city."""
    OPERATOR = "operator"
    STRANGER = "stranger"


class Owner(Protocol):
    """An organisation, as far as rights are concerned."""

    @property
    def pk(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def parent_id(self) -> int | None: ...


@dataclass(frozen=True)
class Actor:
    """A person in a post, for the length of one request or command."""

    person_id: int
    person_name: str
    post_id: int
    post_title: str
    organisation_id: int
    organisation_name: str
    tenant: str
    kind: Kind
    role: Role

    @property
    def label(self) -> str:
        """The caller's name in the broker's log."""
        return f"person:{self.person_id} post:{self.post_id}"


_VIEWER = frozenset({Verb.VIEW_ORGANISATION, Verb.READ_DATA})
_CONTRIBUTOR = _VIEWER | {Verb.IMPORT_DATA}
_OFFICER = _CONTRIBUTOR | {Verb.PUBLISH_DATA, Verb.REMOVE_DATA, Verb.VIEW_KEYS, Verb.CREATE_KEYS}
_ADMINISTRATOR = _OFFICER | {
    Verb.MANAGE_MEMBERS,
    Verb.RESET_PASSWORD,
    Verb.MANAGE_KEYS,
    Verb.READ_AUDIT,
}

RIGHTS: Mapping[tuple[Relation, Role], frozenset[Verb]] = {
    (Relation.OWN, Role.ADMINISTRATOR): _ADMINISTRATOR,
    (Relation.OWN, Role.OFFICER): _OFFICER,
    (Relation.OWN, Role.CONTRIBUTOR): _CONTRIBUTOR,
    (Relation.OWN, Role.VIEWER): _VIEWER,
    (Relation.PREFECTURE, Role.ADMINISTRATOR): frozenset({Verb.INVITE_FIRST_ADMINISTRATOR, Verb.REGISTER_ORGANISATION}),
    (Relation.PARENT, Role.ADMINISTRATOR): frozenset({Verb.INVITE_FIRST_ADMINISTRATOR}),
    (Relation.OPERATOR, Role.ADMINISTRATOR): frozenset(
        {
            Verb.INVITE_FIRST_ADMINISTRATOR,
            Verb.REGISTER_ORGANISATION,
            Verb.VIEW_ORGANISATION,
            Verb.RESET_PASSWORD,
            Verb.READ_AUDIT,
        }
    ),
}
"""What is not written here is not allowed."""

OWN_RIGHTS_OF_KIND: Mapping[tuple[Kind, Role], frozenset[Verb]] = {
    (Kind.PREFECTURE, Role.ADMINISTRATOR): frozenset({Verb.REGISTER_ORGANISATION}),
    (Kind.OPERATOR, Role.ADMINISTRATOR): frozenset({Verb.REGISTER_ORGANISATION}),
}
"""What a post may do beyond that in its own organisation, by the kind of organisation."""


def relation(actor: Actor, organisation: Owner) -> Relation:
    if organisation.pk == actor.organisation_id:
        return Relation.OWN
    if organisation.parent_id == actor.organisation_id:
        return Relation.PREFECTURE if actor.kind is Kind.PREFECTURE else Relation.PARENT
    return Relation.OPERATOR if actor.kind is Kind.OPERATOR else Relation.STRANGER


def rights(actor: Actor, organisation: Owner) -> frozenset[Verb]:
    stands = relation(actor, organisation)
    general = RIGHTS.get((stands, actor.role), frozenset())
    if stands is not Relation.OWN:
        return general
    return general | OWN_RIGHTS_OF_KIND.get((actor.kind, actor.role), frozenset())


def may(actor: Actor | None, verb: Verb, organisation: Owner) -> bool:
    """Whether the actor may; nobody (``None``) may anything."""
    return actor is not None and verb in rights(actor, organisation)


def require(actor: Actor | None, verb: Verb, organisation: Owner) -> Actor:
    """The actor, who may. Raises ResourceNotFound for a stranger, Forbidden for one who may do other things here."""
    if actor is None or not rights(actor, organisation):
        raise ResourceNotFound(_("お探しのページは見つかりません。"))
    if not may(actor, verb, organisation):
        raise Forbidden(_("今の職の役割では、この操作はできません。団体の管理者に相談してください。"))
    return actor


def require_or_server(by: Actor | None, verb: Verb, organisation: Owner) -> None:
    """The same for an action that a command on the server may do too, which comes without an actor."""
    if by is not None:
        require(by, verb, organisation)
