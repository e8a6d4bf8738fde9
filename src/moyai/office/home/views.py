"""The region's map, which is the first page, and a town's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moyai.office.base import sheets
from moyai.office.base.views import OfficeRequest
from moyai.office.datasets import queries as datasets
from moyai.office.home import queries
from moyai.office.home.queries import TownRow
from moyai.office.region import queries as region


@dataclass(frozen=True)
class Head:
    """The head of one column: its name, where its link leads, and how the table is sorted by it."""

    key: str
    label: str
    unit: str = ""
    digits: int = 0
    is_number: bool = True
    is_figure: bool = True
    address: str = ""
    aria_sort: str = ""


COLUMNS = (
    ("code", gettext_lazy("団体コード"), "", 0),
    ("name", gettext_lazy("市町村"), "", 0),
    ("bureau", gettext_lazy("振興局"), "", 0),
    ("population", gettext_lazy("人口"), gettext_lazy("人"), 0),
    ("sites", gettext_lazy("避難所・避難場所"), gettext_lazy("か所"), 0),
    ("sites-per-thousand", gettext_lazy("人口千人当たりの避難所"), gettext_lazy("か所"), 1),
    ("located", gettext_lazy("位置のある割合"), "%", 1),
    ("capacity-unknown", gettext_lazy("収容人数が不明な割合"), "%", 1),
)
_FIGURES = {"sites", "sites-per-thousand", "located", "capacity-unknown"}


def _heads(request: HttpRequest, sort: str) -> Iterator[Head]:
    for key, label, unit, digits in COLUMNS:
        address = request.GET.copy()
        address["sort"] = f"-{key}" if sort == key else key
        order = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        is_number = key not in ("code", "name", "bureau")
        yield Head(key, str(label), str(unit), digits, is_number, key in _FIGURES, f"?{address.urlencode()}", order)


def index(request: OfficeRequest) -> HttpResponse:
    sort, bureau = request.GET.get("sort", "code"), request.GET.get("bureau", "")
    rows = queries.rows(bureau)
    context = {
        "section": "region",
        "prefecture": region.prefecture(),
        "heads": list(_heads(request, sort)),
        "rows": queries.in_order(rows, sort),
        "total": queries.total(rows),
        "bureaus": region.bureaus(),
        "bureau": bureau,
        "sort": sort,
    }
    return render(request, "home/index.html", context)


def _cells(row: TownRow) -> list[object]:
    town, figures = row.town, row.figures
    shares = (figures.sites_per_thousand, figures.located_share, figures.capacity_unknown_share)
    rounded = ["" if value is None else round(value, 2) for value in shares]
    return [town.code, town.name, town.bureau or "", figures.population, figures.sites, *rounded]


def figures_csv(request: HttpRequest) -> HttpResponse:
    """The table of the first page as a file, always all towns in 団体コード order."""
    header = [f"{label}（{unit}）" if unit else str(label) for _key, label, unit, _digits in COLUMNS]
    prefecture = region.prefecture()
    name = _("%(place)s_市町村の指標.csv") % {"place": prefecture.name if prefecture else "Moyai"}
    return sheets.csv_reply(name, header, (_cells(row) for row in queries.rows()))


def town(request: OfficeRequest, code: str) -> HttpResponse:
    found = region.municipality(code)
    counted = datasets.figure(code)
    context = {
        "section": "region",
        "town": found,
        "figures": queries.figures(found, counted),
        "as_of": counted.as_of if counted else None,
        "neighbours": found.neighbours.only("code", "name").order_by("code"),
        "datasets": datasets.search(request.actor, tenant=code),
    }
    return render(request, "home/town.html", context)
