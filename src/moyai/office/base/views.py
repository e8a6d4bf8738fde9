"""What the pages of every app share: the request with its actor, forms, paging, and what people read after an error."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db import OperationalError, models
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from moyai import errors
from moyai.office.base.access import Actor

P = ParamSpec("P")
Row = TypeVar("Row", bound=models.Model)


class OfficeRequest(HttpRequest):
    """A request as the office's middleware hands it on."""

    actor: Actor | None
    """The signed-in person in the post they chose; ``None`` for all others."""


View = Callable[Concatenate[OfficeRequest, P], HttpResponse]
ActorView = Callable[Concatenate[OfficeRequest, Actor, P], HttpResponse]


def signed_in(view: ActorView[P]) -> View[P]:
    """A view for people in a post: it gets the actor as its second argument. Others are led to the sign-in page."""

    def led(request: OfficeRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.actor is not None:
            return view(request, request.actor, *args, **kwargs)
        if request.user.is_authenticated:
            return render(request, "accounts/no_post.html", status=403)
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{query}")

    update_wrapper(led, view)
    return led


def form_page(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, Any]], HttpResponse],
    *,
    template: str = "form_page.html",
    **context: object,
) -> HttpResponse:
    """Show a form; once it is posted and valid, act on it. What the action refuses stands in the error summary."""
    if form.is_bound and form.is_valid():
        try:
            return act(form.cleaned_data)
        except errors.BadRequestData as error:
            form.add_error(None, error.detail)
    status = 422 if form.is_bound else 200
    return render(request, template, {"form": form, **context}, status=status)


def page_of(request: HttpRequest, rows: models.QuerySet[Row], size: int = 50) -> Page[Row]:
    """The page of rows that ``?page=`` names; the nearest there is when it names none."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


_STATUS: tuple[tuple[type[errors.Error], int], ...] = (
    (errors.ResourceNotFound, 404),
    (errors.NonexistentTenant, 404),
    (errors.Forbidden, 403),
    (errors.TooManyRequests, 429),
    (errors.PayloadTooLarge, 413),
    (errors.AlreadyExists, 409),
    (errors.BadRequestData, 400),
    (errors.InvalidRequest, 400),
    (errors.StorageFull, 507),
    (errors.Unavailable, 503),
)


def status_of(error: errors.Error) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def error_page(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    titles = {
        400: _("この操作はできませんでした"),
        403: _("この操作はできません"),
        404: _("ページが見つかりません"),
        409: _("すでにあります"),
        413: _("ファイルが大きすぎます"),
        429: _("操作の回数が多すぎます"),
        503: _("いま利用できません"),
        507: _("保存する場所が足りません"),
    }
    title = titles.get(status, _("処理中に問題が起きました"))
    return render(request, "error.html", {"title": title, "detail": detail, "status": status}, status=status)


def _of_the_disk(exception: BaseException) -> errors.Error | None:
    """What a full disk or a database that stays locked is in our words."""
    cause = exception.__cause__ if isinstance(exception, OperationalError) else exception
    code = getattr(cause, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL or (isinstance(cause, OSError) and cause.errno == errno.ENOSPC):
        return errors.StorageFull(
            _("ディスクがいっぱいです。何も保存していません。管理者に、空きを増やすよう連絡してください。")
        )
    if code == sqlite3.SQLITE_BUSY:
        return errors.Unavailable(_("ほかの処理が長く続いています。しばらくしてもう一度お試しください。"))
    return None


class ErrorPages:
    """Middleware: our errors become pages. Anything else is a fault of ours, which Django logs and hides."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        error = exception if isinstance(exception, errors.Error) else _of_the_disk(exception)
        if error is None:
            return None
        return error_page(request, status_of(error), error.detail)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400, _("送られた内容を読み取れませんでした。前のページに戻ってやり直してください。"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403, _("このページを見る権限がありません。団体の管理者に相談してください。"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404, _("アドレスが正しいか確かめてください。移動または削除されたのかもしれません。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    detail = _("安全の確認ができませんでした。ページを開き直して、もう一度送ってください。")
    return error_page(request, 403, detail)


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500, _("記録を残しました。しばらくしてもう一度お試しください。"))
