"""Posts, and who holds them from which day to which."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from moyai.errors import BadRequestData
from moyai.office.accounts import queries, rules
from moyai.office.accounts.models import Organisation, Person, Post, Tenure
from moyai.office.accounts.rules import Term
from moyai.office.base import access, audit
from moyai.office.base.access import Actor, Role, Verb


def ensure_post(organisation: Organisation, title: str, role: Role, *, is_sample: bool = False) -> Post:
    """The organisation's post of that title, made with that role where it is missing."""
    found = organisation.posts.filter(title=title, role=role, closed_at__isnull=True).first()
    if found is not None:
        return found
    taken = organisation.posts.filter(title=title, closed_at__isnull=True).exists()
    free_title = f"{title}（{len(organisation.posts.all()) + 1}）" if taken else title
    return organisation.posts.create(title=free_title, role=role, is_sample=is_sample)


def _refuse_taken_title(organisation: Organisation, title: str, except_post: Post | None = None) -> str:
    others = organisation.posts.filter(title=title.strip(), closed_at__isnull=True)
    if any(other != except_post for other in others):
        raise BadRequestData(_("「%(title)s」という職はすでにあります。") % {"title": title.strip()})
    return title.strip()


@transaction.atomic
def add_post(*, by: Actor | None, organisation: Organisation, title: str, role: Role, is_sample: bool = False) -> Post:
    access.require_or_server(by, Verb.MANAGE_MEMBERS, organisation)
    post = organisation.posts.create(title=_refuse_taken_title(organisation, title), role=role, is_sample=is_sample)
    audit.record("post.added", by=by, about=organisation, subject=post.title, detail={"role": role})
    return post


@transaction.atomic
def change_post(*, by: Actor, post: Post, title: str, role: Role) -> Post:
    """Another title or role. The organisation keeps an administrator."""
    access.require_or_server(by, Verb.MANAGE_MEMBERS, post.organisation)
    before = {"title": post.title, "role": post.role}
    post.title = _refuse_taken_title(post.organisation, title, post)
    post.role = role
    post.save(update_fields=["title", "role"])
    _keep_an_administrator(post.organisation)
    audit.record(
        "post.changed",
        by=by,
        about=post.organisation,
        subject=post.title,
        detail={"before": before, "after": {"title": post.title, "role": role}},
    )
    return post


@transaction.atomic
def close_post(*, by: Actor, post: Post) -> None:
    """The post is no longer filled. Its history stays. Raises BadRequestData while somebody holds it."""
    access.require_or_server(by, Verb.MANAGE_MEMBERS, post.organisation)
    still = Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate())
    if post.tenures.filter(still).exists():
        raise BadRequestData(_("この職に就いている人（または就く予定の人）がいます。先に退任の日を決めてください。"))
    post.closed_at = timezone.now()
    post.save(update_fields=["closed_at"])
    audit.record("post.closed", by=by, about=post.organisation, subject=post.title)


def _keep_an_administrator(organisation: Organisation) -> None:
    if not queries.has_administrator(organisation):
        raise BadRequestData(
            _("この操作をすると団体に管理者がいなくなります。先に別の人を管理者の職に就けてください。")
        )


def start_tenure(*, by: Actor | None, person: Person, post: Post, term: Term) -> Tenure:
    """Within the caller's transaction, which has decided that this may be."""
    held = [Term(row.starts_on, row.ends_on) for row in post.tenures.filter(person=person)]
    rules.check_term(term, held)
    tenure = Tenure.objects.create(person=person, post=post, starts_on=term.starts_on, ends_on=term.ends_on)
    audit.record("tenure.started", by=by or person, about=post.organisation, subject=str(tenure))
    return tenure


@transaction.atomic
def end_tenure(*, by: Actor, tenure: Tenure, last_day: date) -> Tenure:
    """The person leaves the post after that day."""
    organisation = tenure.post.organisation
    access.require_or_server(by, Verb.MANAGE_MEMBERS, organisation)
    if tenure.ends_on is not None and tenure.ends_on < timezone.localdate():
        raise BadRequestData(_("すでに退任しています。もう一度就任してもらうには、新しく招待してください。"))
    if last_day < tenure.starts_on:
        raise BadRequestData(_("退任の日が、就任の日より前になっています。"))
    tenure.ends_on = last_day
    tenure.save(update_fields=["ends_on"])
    _keep_an_administrator(organisation)
    audit.record("tenure.ended", by=by, about=organisation, subject=str(tenure))
    return tenure


@transaction.atomic
def suspend_tenure(*, by: Actor, tenure: Tenure) -> None:
    """The rights of this tenure rest from now on, in every process."""
    organisation = tenure.post.organisation
    access.require_or_server(by, Verb.MANAGE_MEMBERS, organisation)
    tenure.suspended_at = timezone.now()
    tenure.save(update_fields=["suspended_at"])
    _keep_an_administrator(organisation)
    audit.record("tenure.suspended", by=by, about=organisation, subject=str(tenure))


@transaction.atomic
def resume_tenure(*, by: Actor, tenure: Tenure) -> None:
    organisation = tenure.post.organisation
    access.require_or_server(by, Verb.MANAGE_MEMBERS, organisation)
    tenure.suspended_at = None
    tenure.save(update_fields=["suspended_at"])
    audit.record("tenure.resumed", by=by, about=organisation, subject=str(tenure))
