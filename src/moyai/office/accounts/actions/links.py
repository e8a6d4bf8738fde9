"""Links that an administrator hands over: invitations and password resets; and the April handover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moyai.errors import BadRequestData, Forbidden, ResourceNotFound
from moyai.office.accounts import queries, rules
from moyai.office.accounts.actions import organisations, posts
from moyai.office.accounts.models import HandedLink, Invitation, Organisation, PasswordResetLink, Person, Post, Tenure
from moyai.office.accounts.rules import Term
from moyai.office.base import access, audit
from moyai.office.base.access import Actor, Role, Verb

Link = TypeVar("Link", bound=HandedLink)


@dataclass(frozen=True)
class Handed(Generic[Link]):
    """A new link and its token, which is known at this moment only."""

    link: Link
    token: str


# Invitations


@transaction.atomic
def invite_member(*, by: Actor, post: Post, email: str, name: str, term: Term) -> Handed[Invitation]:
    """Ask someone to take up a post of one's own organisation."""
    access.require(by, Verb.MANAGE_MEMBERS, post.organisation)
    if post.closed_at is not None:
        raise BadRequestData(_("この職は廃止されています。"))
    return _invite(by=by, post=post, email=email, name=name, term=term)


@transaction.atomic
def invite_first_administrator(
    *, by: Actor | None, organisation: Organisation, email: str, name: str
) -> Handed[Invitation]:
    """Ask someone to administer an organisation that has no administrator yet, or no longer."""
    access.require_or_server(by, Verb.INVITE_FIRST_ADMINISTRATOR, organisation)
    if queries.has_administrator(organisation):
        raise BadRequestData(
            _("%(name)sにはすでに管理者がいます。招待はその管理者に依頼してください。") % {"name": organisation.name}
        )
    _revoke_open_invitations(organisation, by)
    post = posts.ensure_post(organisation, organisations.FIRST_POST, Role.ADMINISTRATOR)
    return _invite(by=by, post=post, email=email, name=name, term=Term(timezone.localdate()))


def _revoke_open_invitations(organisation: Organisation, by: Actor | None) -> None:
    """Without an administrator nobody answers for the invitations that are still out for that post."""
    still = Invitation.objects.filter(
        post__organisation=organisation, post__role=Role.ADMINISTRATOR, used_at=None, revoked_at=None
    )
    for invitation in still:
        _revoke(invitation, by)


def _invite(*, by: Actor | None, post: Post, email: str, name: str, term: Term) -> Handed[Invitation]:
    rules.check_term(term, [])
    token = rules.new_token()
    invitation = Invitation.objects.create(
        token_hash=rules.hash_of(token),
        expires_at=timezone.now() + rules.INVITATION_LIFE,
        post=post,
        email=organisations.checked_email(email),
        name=name.strip(),
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        created_by_id=by.person_id if by else None,
    )
    audit.record(
        "invitation.issued",
        by=by,
        about=post.organisation,
        subject=f"{invitation.email} → {post.title}",
        detail={"role": post.role, "starts_on": str(term.starts_on), "ends_on": str(term.ends_on or "")},
    )
    return Handed(invitation, token)


@transaction.atomic
def revoke_invitation(*, by: Actor, invitation: Invitation) -> None:
    access.require(by, Verb.MANAGE_MEMBERS, invitation.post.organisation)
    _revoke(invitation, by)


def _revoke(invitation: Invitation, by: Actor | None) -> None:
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    audit.record("invitation.revoked", by=by, about=invitation.post.organisation, subject=str(invitation))


def open_invitation(token: str) -> Invitation:
    """The invitation of that token. Raises ResourceNotFound when it is unknown, used, revoked or out of date."""
    found = Invitation.objects.select_related("post__organisation").filter(token_hash=rules.hash_of(token)).first()
    usable = found is not None and found.is_open(timezone.now()) and found.post.closed_at is None
    if found is None or not usable or not found.post.organisation.is_active:
        raise ResourceNotFound(
            _(
                "この招待リンクは使えません。すでに使われたか、取り消されたか、期限が切れています。"
                "招待した人に、新しいリンクを依頼してください。"
            )
        )
    return found


def invited_person(invitation: Invitation) -> Person | None:
    """The one who has that address already, and must accept signed in as themselves."""
    return Person.objects.filter(email__iexact=invitation.email).first()


@transaction.atomic
def accept_as_new(*, token: str, name: str, password: str) -> Tenure:
    """Someone new sets a name and a password and takes up the post."""
    invitation = open_invitation(token)
    if invited_person(invitation) is not None:
        raise Forbidden(_("このメールアドレスの人はすでに登録されています。サインインしてから承諾してください。"))
    person = organisations.create_person(email=invitation.email, name=name, password=password)
    return _accept(invitation, person)


@transaction.atomic
def accept_as(*, token: str, person: Person) -> Tenure:
    """Someone who signed in takes up the post: only the one whose address was invited."""
    invitation = open_invitation(token)
    if rules.normalised_email(person.email) != rules.normalised_email(invitation.email):
        raise Forbidden(
            _(
                "この招待は別のメールアドレスの人へのものです。サインアウトしてから、招待された本人がリンクを開いてください。"
            )
        )
    return _accept(invitation, person)


def _accept(invitation: Invitation, person: Person) -> Tenure:
    invitation.used_at = timezone.now()
    invitation.used_by = person
    invitation.save(update_fields=["used_at", "used_by"])
    audit.record("invitation.accepted", by=person, about=invitation.post.organisation, subject=str(invitation))
    term = Term(invitation.starts_on, invitation.ends_on)
    return posts.start_tenure(by=None, person=person, post=invitation.post, term=term)


# The April handover


@dataclass(frozen=True)
class Successor:
    """Who follows: a member of the organisation, or someone to be invited by mail address."""

    person: Person | None = None
    email: str = ""
    name: str = ""


@transaction.atomic
def hand_over(
    *, by: Actor, tenure: Tenure, last_day: date, successor: Successor, starts_on: date
) -> Tenure | Handed[Invitation]:
    """End one tenure and start another of the same post, as every April.

    A member's tenure starts by itself on its day; anyone else gets an invitation for it.
    """
    organisation = tenure.post.organisation
    access.require(by, Verb.MANAGE_MEMBERS, organisation)
    rules.check_handover(last_day, starts_on, Term(tenure.starts_on, tenure.ends_on))
    tenure.ends_on = last_day
    tenure.save(update_fields=["ends_on"])
    audit.record(
        "tenure.handed-over",
        by=by,
        about=organisation,
        subject=str(tenure),
        detail={"successor": successor.person.name if successor.person else successor.email},
    )
    if successor.person is None:
        return invite_member(by=by, post=tenure.post, email=successor.email, name=successor.name, term=Term(starts_on))
    if not queries.members(by, organisation).filter(pk=successor.person.pk).exists():
        raise ResourceNotFound(_("後任者はこの団体の構成員ではありません。"))
    return posts.start_tenure(by=by, person=successor.person, post=tenure.post, term=Term(starts_on))


# Password resets


@transaction.atomic
def issue_password_reset(
    *, by: Actor | None, organisation: Organisation, person: Person, clears_factors: bool = False
) -> Handed[PasswordResetLink]:
    """A link by which that member of the organisation sets a new password."""
    if by is not None:
        access.require(by, Verb.RESET_PASSWORD, organisation)
    if not person.tenures.filter(post__organisation=organisation).exists():
        raise ResourceNotFound(_("この人はこの団体の構成員ではありません。"))
    if by is not None and not queries.may_be_reset_by(by, organisation, person):
        raise Forbidden(
            _(
                "この人はほかの団体の職にも就いているため、この団体からは再設定できません。基盤の運営者に依頼してください。"
            )
        )
    person.password_reset_links.filter(used_at=None, revoked_at=None).update(revoked_at=timezone.now())
    token = rules.new_token()
    link = PasswordResetLink.objects.create(
        token_hash=rules.hash_of(token),
        expires_at=timezone.now() + rules.RESET_LIFE,
        person=person,
        clears_factors=clears_factors,
        created_by_id=by.person_id if by else None,
    )
    audit.record(
        "password.reset-issued",
        by=by,
        about=organisation,
        subject=person.name,
        detail={"clears_factors": clears_factors},
    )
    return Handed(link, token)


def open_password_reset(token: str) -> PasswordResetLink:
    """The link of that token. Raises ResourceNotFound when it is unknown, used, revoked or out of date."""
    found = PasswordResetLink.objects.select_related("person").filter(token_hash=rules.hash_of(token)).first()
    if found is None or not found.is_open(timezone.now()):
        raise ResourceNotFound(
            _(
                "この再設定リンクは使えません。すでに使われたか、期限が切れています。管理者に、新しいリンクを依頼してください。"
            )
        )
    return found


@transaction.atomic
def reset_password(*, token: str, password: str) -> Person:
    """Set the new password. Every session of the person ends, as sessions are bound to the password."""
    link = open_password_reset(token)
    person = link.person
    person.set_password(organisations.checked_password(password, person))
    person.save(update_fields=["password"])
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    if link.clears_factors:
        Authenticator.objects.filter(user=person).delete()
    actor = queries.actor_of(person.pk)
    audit.record(
        "password.reset", by=actor or person, subject=person.name, detail={"clears_factors": link.clears_factors}
    )
    return person
