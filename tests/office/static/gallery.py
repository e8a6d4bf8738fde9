"""Pages made of our templates alone, with the answers they ask for, to be served under the strictest policy."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import Engine, RequestContext
from django.template.backends.django import get_installed_libraries
from django.test import RequestFactory
from playwright.sync_api import Page

HERE = Path(__file__).parent
AXE = HERE.parents[1] / "vendor" / "axe-core" / "axe.min.js"
OFFICE = HERE.parents[2] / "src" / "moyai" / "office"
BOUNDARIES = HERE.parents[2] / "src" / "moyai" / "sample" / "wakayama" / "boundaries.geojson"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; worker-src 'self'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".geojson": "application/geo+json",
}
DESKTOP, PHONE = (1280, 900), (390, 844)
both_sizes = pytest.mark.parametrize("page", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])


class Upload(forms.Form):
    """A form with each kind of field, and errors."""

    title = forms.CharField(label="名称", help_text="例: 避難先一覧")
    email = forms.EmailField(label="メールアドレス", required=False)
    dataset = forms.ChoiceField(label="データの種類", choices=[("a", "避難先"), ("b", "公共施設")])
    role = forms.ChoiceField(label="役割", choices=[("a", "担当者"), ("b", "閲覧者")], widget=forms.RadioSelect)
    verbs = forms.MultipleChoiceField(
        label="権限", choices=[("r", "読み取り"), ("w", "作成")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agreed = forms.BooleanField(label="内容を確かめました", required=False)
    file = forms.FileField(label="ファイル", help_text="CSV（UTF-8またはCP932）")
    note = forms.CharField(label="メモ", widget=forms.Textarea, required=False)


def boundaries() -> dict[str, Any]:
    shapes: dict[str, Any] = json.loads(BOUNDARIES.read_text())
    return shapes


def towns() -> list[dict[str, object]]:
    shapes = sorted(boundaries()["features"], key=lambda shape: shape["properties"]["code"])
    return [
        {
            "code": shape["properties"]["code"],
            "name": shape["properties"]["name"],
            "sites": 7 + 13 * number,
            "rate": round(0.4 + number * 0.137, 2),
            "located": None if number == 4 else 100 - number,
        }
        for number, shape in enumerate(shapes)
    ]


def places() -> list[dict[str, object]]:
    """Sixty places in 有田市; the first one's name is an attempt to smuggle markup in."""
    return [
        {
            "id": f"place-{number}",
            "name": "<img src=x onerror=alert(1)>" if number == 0 else f"見本避難所{number}",
            "address": f"有田市箕島{number}",
            "url": f"/places/{number}",
            "at": [135.09 + 0.012 * (number % 8), 34.06 + 0.006 * (number // 8)],
        }
        for number in range(60)
    ]


def points() -> dict[str, object]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": place["at"]},
                "properties": {key: place[key] for key in ("id", "name", "address", "url")},
            }
            for place in places()
        ]
        + [{"type": "Feature", "geometry": None, "properties": {"id": "nowhere", "name": "位置なし"}}],
    }


def context() -> dict[str, object]:
    return {
        "region_name": "和歌山県",
        "has_samples": True,
        "towns": towns(),
        "places": places(),
        "page": Paginator(range(1240), 50).get_page(3),
        "form": Upload({"title": ""}),
        "code": 'curl -H "NGSILD-Tenant: 302040" "http://127.0.0.1:8000/ngsi-ld/v1/entities?type=EvacuationSite"',
    }


def drawn(page: Path) -> str:
    """The page as a visitor gets it, without the context processors, which ask the database."""
    engine = Engine(dirs=[str(OFFICE / "templates")], app_dirs=True, libraries=get_installed_libraries())
    request = RequestFactory().get(f"/{page.stem}", {"page": "3"})
    template = engine.from_string(page.read_text())
    return str(template.render(RequestContext(request, {**context(), "request": request})))


@dataclass
class Site:
    """Address → (content type, body)."""

    bodies: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def find(self, path: str) -> tuple[str, bytes] | None:
        if path in self.bodies:
            return self.bodies[path]
        found = finders.find(path.removeprefix(settings.STATIC_URL)) if path.startswith(settings.STATIC_URL) else None
        return (TYPES[Path(found).suffix], Path(found).read_bytes()) if isinstance(found, str) else None


def site() -> Site:
    pages = {f"/{path.stem}": ("text/html; charset=utf-8", drawn(path)) for path in (HERE / "pages").glob("*.html")}
    town = ("text/html; charset=utf-8", '<!doctype html><title>town</title><link rel="icon" href="data:,">')
    documents = {
        "/boundaries.geojson": (TYPES[".geojson"], json.dumps(boundaries())),
        "/points.geojson": (TYPES[".geojson"], json.dumps(points())),
        **{f"/towns/{each['code']}": town for each in towns()},
    }
    return Site({path: (kind, body.encode()) for path, (kind, body) in {**pages, **documents}.items()})


def handler(served: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = served.find(self.path.partition("?")[0])
            kind, body = found or ("text/plain", b"")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the test says what is wrong."""

    return Handler


def barriers(page: Page) -> list[str]:
    """What axe finds at WCAG 2.2 AA: rule and element."""
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run({runOnly: tags})", tags)
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary')}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
