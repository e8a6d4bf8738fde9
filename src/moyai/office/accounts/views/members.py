"""The pages of an organisation's posts and members."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from moyai.errors import ResourceNotFound
from moyai.office import settings
from moyai.office.accounts import forms, queries
from moyai.office.accounts.actions import links, organisations, posts
from moyai.office.accounts.actions.links import Handed, Successor
from moyai.office.accounts.actions.organisations import Identity
from moyai.office.accounts.models import Invitation, Organisation, PasswordResetLink, Tenure
from moyai.office.accounts.rules import Term
from moyai.office.base import access
from moyai.office.base.access import Actor, Kind, Role, Verb
from moyai.office.base.views import OfficeRequest, form_page, signed_in


@signed_in
def mine(request: OfficeRequest, actor: Actor) -> HttpResponse:
    return redirect("accounts:organisation", tenant=actor.tenant)


def _address(organisation: Organisation) -> str:
    return reverse("accounts:organisation", kwargs={"tenant": organisation.tenant})


def _back(organisation: Organisation) -> HttpResponse:
    return redirect(_address(organisation))


def _post_groups(tenures: list[Tenure], organisation_posts: list[Any]) -> list[dict[str, Any]]:
    """Each post with who holds it now, who will, and who did."""
    today = timezone.localdate()
    groups = []
    for post in organisation_posts:
        held = [tenure for tenure in tenures if tenure.post_id == post.pk]
        now = [tenure for tenure in held if tenure.is_in_term(today)]
        later = [tenure for tenure in held if tenure.starts_on > today]
        past = [tenure for tenure in held if tenure not in now and tenure not in later]
        groups.append({"post": post, "now": now, "later": later, "past": past})
    return groups


@signed_in
def show(request: OfficeRequest, actor: Actor, tenant: str) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.VIEW_ORGANISATION)
    tenures = list(queries.tenures(actor, organisation))
    may_manage = access.may(actor, Verb.MANAGE_MEMBERS, organisation)
    context = {
        "organisation": organisation,
        "groups": _post_groups(tenures, list(queries.posts(actor, organisation))),
        "of_closed_posts": [tenure for tenure in tenures if tenure.post.closed_at],
        "invitations": queries.invitations(actor, organisation) if may_manage else [],
        "may_manage": may_manage,
        "may_reset": access.may(actor, Verb.RESET_PASSWORD, organisation),
        **tabs(actor, organisation, "members"),
    }
    return render(request, "accounts/members.html", context)


def tabs(actor: Actor, organisation: Organisation, here: str) -> dict[str, object]:
    """Which of the organisation's pages the actor may open, and on which they are."""
    return {
        "section": "organisation",
        "here": here,
        "may_view": access.may(actor, Verb.VIEW_ORGANISATION, organisation),
        "may_read_data": access.may(actor, Verb.READ_DATA, organisation),
        "may_view_keys": access.may(actor, Verb.VIEW_KEYS, organisation),
        "may_read_audit": access.may(actor, Verb.READ_AUDIT, organisation),
        "may_open_directory": bool(organisation.pk == actor.organisation_id and queries.directory(actor)),
    }


def _handed_over(
    request: HttpRequest, organisation: Organisation, handed: Handed[Any], *, title: str, address: str
) -> HttpResponse:
    """The page that shows a link, once."""
    url = f"{settings.PUBLIC_URL or request.build_absolute_uri('/').rstrip('/')}{address}"
    is_mailed = settings.HAS_MAIL
    recipient = handed.link.email if isinstance(handed.link, Invitation) else handed.link.person.email
    context = {
        "title": title,
        "organisation": organisation,
        "url": url,
        "recipient": recipient,
        "expires_at": handed.link.expires_at,
        "is_mailed": is_mailed,
    }
    if is_mailed:
        body = render_to_string("accounts/mail/link.txt", context)
        is_mailed = bool(send_mail(title, body, None, [recipient], fail_silently=True))
    return render(request, "accounts/handed_link.html", {**context, "is_mailed": is_mailed})


def _invited(request: HttpRequest, organisation: Organisation, handed: Handed[Invitation]) -> HttpResponse:
    address = reverse("accounts:open-invitation", kwargs={"token": handed.token})
    return _handed_over(request, organisation, handed, title=_("招待リンク"), address=address)


@never_cache
@signed_in
def invite(request: OfficeRequest, actor: Actor, tenant: str) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.MANAGE_MEMBERS)
    form = forms.InvitationForm(
        request.POST or None,
        posts=queries.posts(actor, organisation),
        initial={"post": request.GET.get("post")},
    )

    def act(values: dict[str, Any]) -> HttpResponse:
        term = Term(values["starts_on"], values["ends_on"])
        handed = links.invite_member(
            by=actor, post=values["post"], email=values["email"], name=values["name"], term=term
        )
        return _invited(request, organisation, handed)

    return form_page(
        request,
        form,
        act,
        title=_("招待する"),
        submit=_("招待リンクを作る"),
        cancel=_address(organisation),
        lead=_("招待リンクを作り、本人に手渡します。リンクは一度だけ使え、7日で切れます。"),
    )


@never_cache
@signed_in
def invite_first_administrator(request: OfficeRequest, actor: Actor, tenant: str) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.INVITE_FIRST_ADMINISTRATOR)

    def act(values: dict[str, Any]) -> HttpResponse:
        handed = links.invite_first_administrator(by=actor, organisation=organisation, **values)
        return _invited(request, organisation, handed)

    return form_page(
        request,
        forms.FirstAdministratorForm(request.POST or None),
        act,
        title=_("%(name)sの最初の管理者を招待する") % {"name": organisation.name},
        submit=_("招待リンクを作る"),
        cancel=reverse("accounts:directory"),
        lead=_("この人が管理者になったあとは、その団体が自分で構成員を招待します。"),
    )


@signed_in
def revoke_invitation(request: OfficeRequest, actor: Actor, tenant: str, invitation_id: int) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.MANAGE_MEMBERS)
    invitation = queries.invitation(actor, organisation, invitation_id)

    def act(values: dict[str, Any]) -> HttpResponse:
        links.revoke_invitation(by=actor, invitation=invitation)
        messages.success(request, _("招待を取り消しました。"))
        return _back(organisation)

    return _confirm(request, organisation, act, title=_("招待を取り消す"), lead=str(invitation))


def _confirm(
    request: HttpRequest, organisation: Organisation, act: Any, *, title: str, lead: str, is_grave: bool = True
) -> HttpResponse:
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    return form_page(
        request, form, act, title=title, submit=title, cancel=_address(organisation), lead=lead, danger=is_grave
    )


@signed_in
def add_post(request: OfficeRequest, actor: Actor, tenant: str) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.MANAGE_MEMBERS)

    def act(values: dict[str, Any]) -> HttpResponse:
        post = posts.add_post(by=actor, organisation=organisation, title=values["title"], role=Role(values["role"]))
        messages.success(request, _("職を追加しました。次に、就く人を招待してください。"))
        return redirect(f"{reverse('accounts:invite', kwargs={'tenant': tenant})}?post={post.pk}")

    form = forms.PostForm(request.POST or None)
    return form_page(request, form, act, title=_("職を追加する"), submit=_("追加する"), cancel=_address(organisation))


@signed_in
def change_post(request: OfficeRequest, actor: Actor, tenant: str, post_id: int) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.MANAGE_MEMBERS)
    post = queries.post(actor, organisation, post_id)

    def act(values: dict[str, Any]) -> HttpResponse:
        posts.change_post(by=actor, post=post, title=values["title"], role=Role(values["role"]))
        messages.success(request, _("職を変更しました。"))
        return _back(organisation)

    form = forms.PostForm(request.POST or None, initial={"title": post.title, "role": post.role})
    return form_page(request, form, act, title=_("職を変更する"), submit=_("変更する"), cancel=_address(organisation))


@signed_in
def close_post(request: OfficeRequest, actor: Actor, tenant: str, post_id: int) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.MANAGE_MEMBERS)
    post = queries.post(actor, organisation, post_id)

    def act(values: dict[str, Any]) -> HttpResponse:
        posts.close_post(by=actor, post=post)
        messages.success(request, _("職を廃止しました。これまでの記録は残ります。"))
        return _back(organisation)

    return _confirm(request, organisation, act, title=_("職を廃止する"), lead=post.title)


@never_cache
@signed_in
def hand_over(request: OfficeRequest, actor: Actor, tenant: str, tenure_id: int) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.MANAGE_MEMBERS)
    tenure = queries.tenure(actor, organisation, tenure_id)
    members = queries.members(actor, organisation).exclude(pk=tenure.person_id)

    def act(values: dict[str, Any]) -> HttpResponse:
        successor = Successor(values["successor"], values["email"], values["name"])
        outcome = links.hand_over(
            by=actor,
            tenure=tenure,
            last_day=values["last_day"],
            successor=successor,
            starts_on=values["starts_on"],
        )
        if isinstance(outcome, Handed):
            return _invited(request, organisation, outcome)
        messages.success(request, _("職を引き継ぎました。"))
        return _back(organisation)

    return form_page(
        request,
        forms.HandoverForm(request.POST or None, members=members),
        act,
        title=_("職を引き継ぐ"),
        submit=_("引き継ぐ"),
        cancel=_address(organisation),
        lead=_("%(post)s（%(person)s）を後任者に引き継ぎます。これまでの記録は後任者も見られます。")
        % {"post": tenure.post.title, "person": tenure.person.name},
    )


@signed_in
def end_tenure(request: OfficeRequest, actor: Actor, tenant: str, tenure_id: int) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.MANAGE_MEMBERS)
    tenure = queries.tenure(actor, organisation, tenure_id)

    def act(values: dict[str, Any]) -> HttpResponse:
        posts.end_tenure(by=actor, tenure=tenure, last_day=values["last_day"])
        messages.success(request, _("退任の日を記録しました。"))
        return _back(organisation)

    return form_page(
        request,
        forms.LastDayForm(request.POST or None),
        act,
        title=_("退任の日を決める"),
        submit=_("決める"),
        cancel=_address(organisation),
        lead=f"{tenure.post.title} {tenure.person.name}",
    )


@signed_in
def suspend_tenure(request: OfficeRequest, actor: Actor, tenant: str, tenure_id: int) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.MANAGE_MEMBERS)
    tenure = queries.tenure(actor, organisation, tenure_id)

    def act(values: dict[str, Any]) -> HttpResponse:
        posts.suspend_tenure(by=actor, tenure=tenure)
        messages.success(request, _("利用を停止しました。"))
        return _back(organisation)

    lead = f"{tenure.post.title} {tenure.person.name}"
    return _confirm(request, organisation, act, title=_("利用を停止する"), lead=lead)


@signed_in
def resume_tenure(request: OfficeRequest, actor: Actor, tenant: str, tenure_id: int) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.MANAGE_MEMBERS)
    tenure = queries.tenure(actor, organisation, tenure_id)

    def act(values: dict[str, Any]) -> HttpResponse:
        posts.resume_tenure(by=actor, tenure=tenure)
        messages.success(request, _("利用を再開しました。"))
        return _back(organisation)

    lead = f"{tenure.post.title} {tenure.person.name}"
    return _confirm(request, organisation, act, title=_("利用を再開する"), lead=lead, is_grave=False)


@never_cache
@signed_in
def reset_password(request: OfficeRequest, actor: Actor, tenant: str, tenure_id: int) -> HttpResponse:
    organisation = queries.organisation(actor, tenant, Verb.RESET_PASSWORD)
    person = queries.tenure(actor, organisation, tenure_id).person
    form = forms.ResetForm(request.POST if request.method == "POST" else None)

    def act(values: dict[str, Any]) -> HttpResponse:
        handed: Handed[PasswordResetLink] = links.issue_password_reset(
            by=actor, organisation=organisation, person=person, clears_factors=values["clears_factors"]
        )
        address = reverse("accounts:open-reset", kwargs={"token": handed.token})
        return _handed_over(request, organisation, handed, title=_("パスワード再設定リンク"), address=address)

    return form_page(
        request,
        form,
        act,
        title=_("パスワードを再設定してもらう"),
        submit=_("再設定リンクを作る"),
        cancel=_address(organisation),
        lead=_("%(name)sさんに手渡すリンクを作ります。リンクは一度だけ使え、24時間で切れます。")
        % {"name": person.name},
    )


@signed_in
def directory(request: OfficeRequest, actor: Actor) -> HttpResponse:
    rows = queries.directory(actor)
    parents = _parents(actor)
    if not rows and not parents:
        raise ResourceNotFound("お探しのページは見つかりません。")
    context = {"rows": rows, "may_register": bool(parents), "is_operator": actor.kind is Kind.OPERATOR}
    return render(request, "accounts/directory.html", context)


def _parents(actor: Actor) -> list[int]:
    """Ids of the organisations beneath which the actor may register others."""
    every = Organisation.objects.all()
    return [row.pk for row in every if access.may(actor, Verb.REGISTER_ORGANISATION, row)]


@signed_in
def register(request: OfficeRequest, actor: Actor) -> HttpResponse:
    parents = Organisation.objects.filter(pk__in=_parents(actor))
    if not parents:
        raise ResourceNotFound("お探しのページは見つかりません。")

    def act(values: dict[str, Any]) -> HttpResponse:
        identity = Identity(values["tenant"], values["name"], values["name_kana"], values["name_en"])
        organisation = organisations.register_organisation(
            by=actor, identity=identity, kind=Kind(values["kind"]), parent=values["parent"]
        )
        messages.success(request, _("%(name)sを登録しました。") % {"name": organisation.name})
        return redirect("accounts:directory")

    return form_page(
        request,
        forms.OrganisationForm(request.POST or None, parents=parents),
        act,
        title=_("団体を登録する"),
        submit=_("登録する"),
        cancel=reverse("accounts:directory"),
    )
