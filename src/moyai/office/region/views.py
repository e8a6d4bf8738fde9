"""The region's shapes, and what every page's frame says of the region."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

from moyai.office.accounts.models import Organisation
from moyai.office.region import queries
from moyai.settings import current

_HOUR = 3600


def boundaries(request: HttpRequest) -> HttpResponseBase:
    """All municipalities as GeoJSON features with ``code`` and ``name``, in 団体コード order."""
    tag = quote_etag(f"region-{queries.version()}")
    if answer := get_conditional_response(request, etag=tag):
        return answer
    answer = HttpResponse(queries.boundaries(), content_type="application/geo+json", headers={"ETag": tag})
    patch_cache_control(answer, public=True, max_age=_HOUR)
    return answer


def frame(request: HttpRequest) -> dict[str, object]:
    """For every template: the region's name, the credit of its shapes, and which banners the page bears."""
    prefecture = queries.prefecture()
    return {
        "region_name": prefecture.name if prefecture else "",
        "credit": prefecture.credit if prefecture else "",
        "has_samples": Organisation.objects.filter(is_sample=True).exists(),
        "development": current().development,
    }
