"""One's own account, and the pages that a handed link opens."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth_views
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from moyai.errors import ResourceNotFound
from moyai.office import settings
from moyai.office.accounts import forms, queries
from moyai.office.accounts.actions import links
from moyai.office.accounts.models import Person, Tenure
from moyai.office.accounts.sign_in import POST_IN_SESSION
from moyai.office.base.views import OfficeRequest, form_page

INVITATION_COOKIE = "moyai_invitation"
RESET_COOKIE = "moyai_reset"
_COOKIE_SECONDS = 3600


@login_required
def show(request: OfficeRequest) -> HttpResponse:
    person = request.user
    assert isinstance(person, Person)
    kinds = list(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    context = {
        "person": person,
        "actors": queries.actors_of(person.pk),
        "later": Tenure.objects.filter(person=person, starts_on__gt=timezone.localdate()).select_related(
            "post__organisation"
        ),
        "has_totp": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
    }
    return render(request, "accounts/my_account.html", context)


@require_POST
@login_required
def choose_post(request: OfficeRequest) -> HttpResponse:
    """Act in another of one's posts from now on."""
    actors = queries.actors_of(request.user.pk or 0)
    chosen = next((actor for actor in actors if str(actor.post_id) == request.POST.get("post")), None)
    if chosen is None:
        raise ResourceNotFound("その職には就いていません。")
    request.session[POST_IN_SESSION] = chosen.post_id
    title = f"{chosen.organisation_name} {chosen.post_title}"
    messages.success(request, _("「%(title)s」として操作します。") % {"title": title})
    return redirect("accounts:my-organisation")


def _keep_token(request: HttpRequest, page: str, cookie: str, token: str) -> HttpResponse:
    """Take the token out of the address, which would stand in the history, into a cookie of that page alone."""
    address = reverse(page)
    response = HttpResponseRedirect(address)
    response.set_cookie(
        cookie,
        token,
        max_age=_COOKIE_SECONDS,
        path=address,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@never_cache
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    links.open_invitation(token)
    return _keep_token(request, "accounts:accept-invitation", INVITATION_COOKIE, token)


@never_cache
def accept_invitation(request: OfficeRequest) -> HttpResponse:
    token = request.COOKIES.get(INVITATION_COOKIE, "")
    invitation = links.open_invitation(token)
    if request.user.is_authenticated or links.invited_person(invitation):
        return _accept_signed_in(request, token)

    def act(values: dict[str, Any]) -> HttpResponse:
        links.accept_as_new(token=token, name=values["name"], password=values["password"])
        return _accepted(request)

    form = forms.AcceptForm(request.POST or None, initial={"name": invitation.name, "email": invitation.email})
    return form_page(
        request,
        form,
        act,
        template="accounts/accept_invitation.html",
        title=_("招待を受ける"),
        submit=_("登録する"),
        invitation=invitation,
    )


def _accept_signed_in(request: OfficeRequest, token: str) -> HttpResponse:
    """For one who has an account: they accept signed in, so that nobody else can."""
    if not isinstance(request.user, Person):
        messages.info(request, _("登録済みの人への招待です。サインインすると承諾できます。"))
        return redirect(f"{reverse(settings.LOGIN_URL)}?next={reverse('accounts:accept-invitation')}")
    person = request.user

    def act(values: dict[str, Any]) -> HttpResponse:
        links.accept_as(token=token, person=person)
        return _accepted(request)

    return form_page(
        request,
        forms.ConfirmForm(request.POST if request.method == "POST" else None),
        act,
        template="accounts/accept_invitation.html",
        title=_("招待を受ける"),
        submit=_("承諾する"),
        invitation=links.open_invitation(token),
    )


def _accepted(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("招待を承諾しました。"))
    response = redirect("accounts:my-account")
    response.delete_cookie(INVITATION_COOKIE, path=reverse("accounts:accept-invitation"))
    return response


@never_cache
def open_reset(request: HttpRequest, token: str) -> HttpResponse:
    links.open_password_reset(token)
    return _keep_token(request, "accounts:set-password", RESET_COOKIE, token)


@never_cache
def set_password(request: HttpRequest) -> HttpResponse:
    token = request.COOKIES.get(RESET_COOKIE, "")
    link = links.open_password_reset(token)

    def act(values: dict[str, Any]) -> HttpResponse:
        links.reset_password(token=token, password=values["password"])
        messages.success(request, _("パスワードを設定しました。新しいパスワードでサインインしてください。"))
        response = redirect(settings.LOGIN_URL)
        response.delete_cookie(RESET_COOKIE, path=reverse("accounts:set-password"))
        return response

    return form_page(
        request,
        forms.NewPasswordForm(request.POST or None, initial={"email": link.person.email}),
        act,
        title=_("新しいパスワード"),
        submit=_("設定する"),
        lead=_("%(name)sさんの新しいパスワードを決めてください。") % {"name": link.person.name},
    )


def forgotten_password(request: HttpRequest) -> HttpResponse:
    """By mail where mail can be sent; else it says whom to ask."""
    if settings.HAS_MAIL:
        response: HttpResponse = allauth_views.password_reset(request)
        return response
    return render(request, "accounts/ask_administrator.html")
