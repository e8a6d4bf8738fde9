from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from moyai.office.datasets.views import downloads, mine, public

_public = [
    path("", public.show, name="dataset"),
    path("report/", public.report, name="dataset-report"),
    path("report.<str:name>", downloads.report, name="dataset-report-file"),
    path("points.geojson", downloads.points, name="dataset-points"),
    path("download/<str:name>", downloads.download, name="dataset-download"),
    path("records/<path:identifier>", public.record, name="dataset-record"),
]

_version = [
    path("", mine.version, name="own-version"),
    path("accept/", mine.accept, name="accept-version"),
    path("reject/", mine.reject, name="reject-version"),
    path("report.<str:name>", mine.report, name="own-version-report"),
    path("file", mine.original, name="own-version-file"),
    path("points.geojson", mine.points, name="own-version-points"),
]

_own: list[URLPattern | URLResolver] = [
    path("", mine.index, name="own-datasets"),
    path("upload/", mine.upload, name="upload-dataset"),
    path("<str:slug>/", mine.show, name="own-dataset"),
    path("<str:slug>/publish/", mine.publish, name="publish-dataset"),
    path("<str:slug>/unpublish/", mine.unpublish, name="unpublish-dataset"),
    path("<str:slug>/describe/", mine.describe, name="describe-dataset"),
    path("<str:slug>/versions/<int:number>/", include(_version)),
]

urlpatterns = [
    path("datasets/", public.index, name="datasets"),
    path("towns/<str:tenant>/datasets/<str:slug>/", include(_public)),
    path("organisation/<str:tenant>/datasets/", include(_own)),
]
