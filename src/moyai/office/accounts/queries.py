"""Reads. Whatever belongs to an organisation leaves through ``access.require``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from moyai.errors import ResourceNotFound
from moyai.office.accounts.models import ApiKey, Invitation, Organisation, Person, Post, Tenure
from moyai.office.base import access
from moyai.office.base.access import Actor, Kind, Role, Verb
from moyai.office.base.models import AuditEvent

_RANK = {role: rank for rank, role in enumerate(Role)}


def _in_term(on: date) -> Q:
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))


def effective_tenures(on: date | None = None) -> QuerySet[Tenure]:
    """The tenures that give rights on that day (today): in term, not suspended, person and organisation active."""
    return Tenure.objects.filter(
        _in_term(on or timezone.localdate()),
        suspended_at__isnull=True,
        person__is_active=True,
        post__closed_at__isnull=True,
        post__organisation__is_active=True,
    )


def _actor(tenure: Tenure) -> Actor:
    organisation = tenure.post.organisation
    return Actor(
        person_id=tenure.person.pk,
        person_name=tenure.person.name,
        post_id=tenure.post.pk,
        post_title=tenure.post.title,
        organisation_id=organisation.pk,
        organisation_name=organisation.name,
        tenant=organisation.tenant,
        kind=Kind(organisation.kind),
        role=Role(tenure.post.role),
    )


def actors_of(person_id: int, on: date | None = None) -> list[Actor]:
    """The person in each post they hold on that day (today); the post with the widest rights first."""
    tenures = effective_tenures(on).filter(person_id=person_id).select_related("person", "post__organisation")
    actors = {tenure.post_id: _actor(tenure) for tenure in tenures}
    return sorted(actors.values(), key=lambda actor: (_RANK[actor.role], actor.post_id))


def actor_of(person_id: int, post_id: int | None = None) -> Actor | None:
    """The person in that post, or in their first where they do not hold it; ``None`` without any post."""
    actors = actors_of(person_id)
    chosen = next((actor for actor in actors if actor.post_id == post_id), None)
    return chosen or next(iter(actors), None)


def organisation(actor: Actor | None, tenant: str, verb: Verb) -> Organisation:
    """The organisation of that tenant, to which the actor may do so. Raises ResourceNotFound, Forbidden."""
    found = Organisation.objects.select_related("parent").filter(tenant=tenant).first()
    if found is None:
        raise ResourceNotFound(_("お探しの団体は見つかりません。"))
    access.require(actor, verb, found)
    return found


def posts(actor: Actor, owner: Organisation) -> QuerySet[Post]:
    access.require(actor, Verb.VIEW_ORGANISATION, owner)
    return owner.posts.filter(closed_at__isnull=True).order_by("id")


def post(actor: Actor, owner: Organisation, post_id: int) -> Post:
    found = posts(actor, owner).filter(pk=post_id).first()
    if found is None:
        raise ResourceNotFound(_("お探しの職は見つかりません。"))
    return found


def tenures(actor: Actor, owner: Organisation) -> QuerySet[Tenure]:
    """Everyone who has held, holds or will hold a post there, in the order of posts and days."""
    access.require(actor, Verb.VIEW_ORGANISATION, owner)
    rows = Tenure.objects.filter(post__organisation=owner).select_related("person", "post__organisation")
    return rows.order_by("post__closed_at", "post_id", "-starts_on", "-id")


def tenure(actor: Actor, owner: Organisation, tenure_id: int) -> Tenure:
    found = tenures(actor, owner).filter(pk=tenure_id).first()
    if found is None:
        raise ResourceNotFound(_("お探しの在職の記録は見つかりません。"))
    return found


def members(actor: Actor, owner: Organisation) -> QuerySet[Person]:
    """Those who hold, or are to hold, a post there."""
    access.require(actor, Verb.VIEW_ORGANISATION, owner)
    today = timezone.localdate()
    current = Tenure.objects.filter(person=OuterRef("pk"), post__organisation=owner).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    )
    return Person.objects.filter(Exists(current), is_active=True).order_by("name", "id")


def invitations(actor: Actor, owner: Organisation) -> QuerySet[Invitation]:
    """The open ones."""
    access.require(actor, Verb.MANAGE_MEMBERS, owner)
    return Invitation.objects.filter(
        post__organisation=owner, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
    ).select_related("post")


def invitation(actor: Actor, owner: Organisation, invitation_id: int) -> Invitation:
    found = invitations(actor, owner).filter(pk=invitation_id).first()
    if found is None:
        raise ResourceNotFound(_("お探しの招待は見つかりません。"))
    return found


def keys(actor: Actor, owner: Organisation) -> QuerySet[ApiKey]:
    access.require(actor, Verb.VIEW_KEYS, owner)
    return owner.api_keys.select_related("created_by")


def key(actor: Actor, owner: Organisation, key_id: int) -> ApiKey:
    found = keys(actor, owner).filter(pk=key_id).first()
    if found is None:
        raise ResourceNotFound(_("お探しのAPIキーは見つかりません。"))
    return found


def audit_events(actor: Actor, owner: Organisation) -> QuerySet[AuditEvent]:
    """What was done about that organisation, the latest first."""
    access.require(actor, Verb.READ_AUDIT, owner)
    return AuditEvent.objects.filter(organisation_id=owner.pk)


def administrators(owner: Organisation) -> QuerySet[Tenure]:
    """Those who administer it today."""
    return effective_tenures().filter(post__organisation=owner, post__role=Role.ADMINISTRATOR)


def has_administrator(owner: Organisation) -> bool:
    return administrators(owner).exists()


def directory(actor: Actor) -> Sequence[Organisation]:
    """The organisations whose first administrator the actor may invite, with ``has_administrator``, in tenant order."""
    every = Organisation.objects.select_related("parent").annotate(
        has_administrator=Exists(
            effective_tenures().filter(post__organisation=OuterRef("pk"), post__role=Role.ADMINISTRATOR)
        )
    )
    return [row for row in every if access.may(actor, Verb.INVITE_FIRST_ADMINISTRATOR, row)]


def may_be_reset_by(actor: Actor, owner: Organisation, person: Person) -> bool:
    """Whether the actor may hand this person a reset link.

    The link opens all the person's posts, so whoever administers one organisation may do it only for people of that
    organisation alone. The operator may for anyone.
    """
    if not access.may(actor, Verb.RESET_PASSWORD, owner):
        return False
    elsewhere = Tenure.objects.filter(person=person).exclude(post__organisation=owner)
    ended = Q(ends_on__lt=timezone.localdate())
    return actor.kind is Kind.OPERATOR or not elsewhere.exclude(ended).exists()
