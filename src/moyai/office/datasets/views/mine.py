"""Where an organisation looks after its datasets: upload, look at the report, accept or reject, publish."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from moyai.errors import Error, Forbidden, ResourceNotFound
from moyai.office.accounts import queries as accounts
from moyai.office.accounts.models import Organisation
from moyai.office.accounts.views.members import tabs
from moyai.office.base import access
from moyai.office.base.access import Actor, Verb
from moyai.office.base.views import OfficeRequest, form_page, page_of, signed_in
from moyai.office.datasets import actions, columns, exports, files, forms, queries
from moyai.office.datasets.models import DatasetKind, DatasetVersion, VersionState
from moyai.office.datasets.views import streams
from moyai.office.datasets.views.downloads import report_download
from moyai.office.datasets.views.public import report_context


def _frame(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """What the frame of an organisation's pages asks for, and what the actor may do with its data."""
    return {
        "organisation": organisation,
        "may_import": access.may(actor, Verb.IMPORT_DATA, organisation),
        "may_publish": access.may(actor, Verb.PUBLISH_DATA, organisation),
        **tabs(actor, organisation, "datasets"),
    }


@signed_in
def index(request: OfficeRequest, actor: Actor, tenant: str) -> HttpResponse:
    organisation, rows = queries.of_organisation(actor, tenant)
    return render(request, "datasets/mine.html", {"datasets": rows, **_frame(actor, organisation)})


@signed_in
def show(request: OfficeRequest, actor: Actor, tenant: str, slug: str) -> HttpResponse:
    dataset = queries.own_dataset(actor, tenant, slug)
    context = {
        "dataset": dataset,
        "page": page_of(request, queries.versions(dataset), size=30),
        **_frame(actor, dataset.organisation),
    }
    return render(request, "datasets/own_dataset.html", context)


@never_cache
@signed_in
def upload(request: OfficeRequest, actor: Actor, tenant: str) -> HttpResponse:
    organisation = accounts.organisation(actor, tenant, Verb.IMPORT_DATA)
    posted = request.method == "POST"
    form = forms.UploadForm(request.POST if posted else None, request.FILES if posted else None)
    if not posted and request.GET.get("kind") in DatasetKind.values:
        form = forms.UploadForm(initial={"kind": request.GET["kind"]})

    def act(values: dict[str, Any]) -> HttpResponse:
        file = actions.File(values["file"].name, values["file"].read())
        version = actions.upload(by=actor, organisation=organisation, kind=DatasetKind(values["kind"]), file=file)
        return redirect(address(version))

    return form_page(
        request,
        form,
        act,
        template="datasets/upload.html",
        cancel=reverse("own-datasets", kwargs={"tenant": tenant}),
        **_frame(actor, organisation),
    )


def address(version: DatasetVersion, page: str = "own-version") -> str:
    """The address of a page of a version."""
    of = {"tenant": version.dataset.tenant, "slug": version.dataset.slug, "number": version.number}
    return reverse(page, kwargs=of)


@never_cache
@signed_in
def version(request: OfficeRequest, actor: Actor, tenant: str, slug: str, number: int) -> HttpResponse:
    found = queries.version(actor, tenant, slug, number)
    shown = columns.summary(DatasetKind(found.dataset.kind))
    context = {
        "dataset": found.dataset,
        "columns": shown,
        "preview": [[column.text(entity) for column in shown] for entity in found.first_records],
        **report_context(request, found),
        **_frame(actor, found.dataset.organisation),
    }
    return render(request, "datasets/version.html", context)


@require_POST
@signed_in
def accept(request: OfficeRequest, actor: Actor, tenant: str, slug: str, number: int) -> HttpResponse:
    found = queries.version(actor, tenant, slug, number, Verb.IMPORT_DATA)
    try:
        actions.accept(by=actor, version=found)
    except (Forbidden, ResourceNotFound):
        raise
    except Error as error:
        messages.error(request, _("反映できませんでした。%(why)s") % {"why": error.detail})
        return redirect(address(found))
    if found.state == VersionState.ACCEPTING:
        messages.info(request, _("大きなファイルのため、反映を続けています。このページで進みぐあいを見られます。"))
        return redirect(address(found))
    counts = {"added": found.added, "changed": found.changed, "removed": found.removed}
    messages.success(request, _("反映しました。追加 %(added)d、変更 %(changed)d、削除 %(removed)d") % counts)
    return redirect("own-dataset", tenant=tenant, slug=slug)


@require_POST
@signed_in
def reject(request: OfficeRequest, actor: Actor, tenant: str, slug: str, number: int) -> HttpResponse:
    found = queries.version(actor, tenant, slug, number, Verb.IMPORT_DATA)
    actions.reject(by=actor, version=found)
    messages.success(request, _("取りやめました。データは何も変わっていません。"))
    return redirect("own-dataset", tenant=tenant, slug=slug)


@signed_in
def report(request: OfficeRequest, actor: Actor, tenant: str, slug: str, number: int, name: str) -> HttpResponse:
    return report_download(queries.version(actor, tenant, slug, number), name)


@signed_in
def original(request: OfficeRequest, actor: Actor, tenant: str, slug: str, number: int) -> HttpResponse:
    """The file as it was uploaded, never shown within this site."""
    found = queries.version(actor, tenant, slug, number)
    return streams.download(files.read(found.file_sha256), "application/octet-stream", found.file_name)


@signed_in
def points(request: OfficeRequest, actor: Actor, tenant: str, slug: str, number: int) -> HttpResponse:
    """Where the records of a version that waits for a decision would be."""
    found = queries.version(actor, tenant, slug, number)
    if not found.is_open:
        raise Http404
    pieces = exports.points(queries.preview_entities(found), lambda entity: "")
    answer = HttpResponse(b"".join(pieces), content_type="application/geo+json")
    answer["Cache-Control"] = "private, max-age=600"
    return answer


@signed_in
def publish(request: OfficeRequest, actor: Actor, tenant: str, slug: str) -> HttpResponse:
    dataset = queries.own_dataset(actor, tenant, slug, Verb.PUBLISH_DATA)

    def act(values: dict[str, Any]) -> HttpResponse:
        actions.publish(by=actor, dataset=dataset)
        messages.success(request, _("公開しました。だれでも見られ、使えます。"))
        return redirect("own-dataset", tenant=tenant, slug=slug)

    return form_page(
        request,
        forms.ConfirmForm(request.POST if request.method == "POST" else None),
        act,
        title=_("データセットを公開する"),
        submit=_("公開する"),
        cancel=reverse("own-dataset", kwargs={"tenant": tenant, "slug": slug}),
        lead=_("%(title)s を、ライセンス %(licence)s のオープンデータとして、だれでも使えるように公開します。")
        % {"title": dataset.title, "licence": dataset.licence or _("（未定）")},
    )


@signed_in
def unpublish(request: OfficeRequest, actor: Actor, tenant: str, slug: str) -> HttpResponse:
    dataset = queries.own_dataset(actor, tenant, slug, Verb.PUBLISH_DATA)

    def act(values: dict[str, Any]) -> HttpResponse:
        actions.unpublish(by=actor, dataset=dataset)
        messages.success(request, _("公開を止めました。"))
        return redirect("own-dataset", tenant=tenant, slug=slug)

    return form_page(
        request,
        forms.ConfirmForm(request.POST if request.method == "POST" else None),
        act,
        title=_("データセットの公開を止める"),
        submit=_("公開を止める"),
        cancel=reverse("own-dataset", kwargs={"tenant": tenant, "slug": slug}),
        danger=True,
        lead=_("%(title)s は、次の閲覧から団体の外では見られなくなります。すでに使われているデータは取り戻せません。")
        % {"title": dataset.title},
    )


@signed_in
def describe(request: OfficeRequest, actor: Actor, tenant: str, slug: str) -> HttpResponse:
    dataset = queries.own_dataset(actor, tenant, slug, Verb.PUBLISH_DATA)
    names = ("title", "description", "licence", "credit", "source_url", "contact")

    def act(values: dict[str, Any]) -> HttpResponse:
        actions.describe(by=actor, dataset=dataset, about=actions.About(**values))
        messages.success(request, _("説明を保存しました。"))
        return redirect("own-dataset", tenant=tenant, slug=slug)

    return form_page(
        request,
        forms.DescribeForm(request.POST or None, initial={name: getattr(dataset, name) for name in names}),
        act,
        title=_("データセットの説明とライセンス"),
        cancel=reverse("own-dataset", kwargs={"tenant": tenant, "slug": slug}),
    )
