"""What anybody sees, in a real Chromium: from the map to a town, a dataset and its file."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from journeys.running import Installation

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js").read_text()
PUBLIC = (
    "/",
    "/?figure=sites-per-thousand",
    "/towns/302040/",
    "/datasets/",
    "/towns/302040/datasets/evacuation-sites/",
    "/towns/302040/datasets/evacuation-sites/report/",
    "/towns/302040/datasets/public-toilets/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/nothing-here/",
)
_DIRECTIVES = ("default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'")


def violations(page: Page) -> list[str]:
    """What axe finds at WCAG 2.2 AA."""
    page.evaluate(AXE)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
    return [f"{each['id']}: {[node['html'][:120] for node in each['nodes'][:3]]}" for each in result["violations"]]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("path", PUBLIC)
def test_every_public_page_is_accessible(
    browser: Browser, region: Installation, path: str, language: str, width: int
) -> None:
    context = browser.new_context(
        base_url=region.address, viewport={"width": width, "height": 900}, locale=language, bypass_csp=True
    )
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.lang") == language
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
    context.close()


@pytest.mark.parametrize("path", [*PUBLIC, "/region/boundaries.geojson", "/organisation/"])
def test_every_answer_carries_the_strict_policy(region: Installation, path: str) -> None:
    policy = region.get(path).headers["content-security-policy"]
    for directive in _DIRECTIVES:
        assert directive in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_from_the_map_to_a_file(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    expect(page.locator("[data-state=ready]")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-towns='30']")).to_be_attached()
    page.get_by_role("link", name="有田市", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("有田市")
    page.get_by_role("link", name=re.compile("避難所・避難場所")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("避難所・避難場所")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile(r"CSV（UTF-8")).click()
    waiting.value.save_as(tmp_path / "sites.csv")
    content = (tmp_path / "sites.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 143


def test_the_map_is_coloured_by_the_figure_that_is_chosen(page: Page) -> None:
    page.goto("/")
    expect(page.locator("[data-state=ready]")).to_be_visible(timeout=60_000)
    choice = page.get_by_label("地図の色で示すもの")
    choice.select_option(label="収容人数が不明な割合")
    expect(page).to_have_url(re.compile("figure="))


def test_the_table_alone_has_the_map_s_content(browser: Browser, region: Installation) -> None:
    context = browser.new_context(base_url=region.address, java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    page.goto("/")
    codes = page.locator("tr[data-code]").evaluate_all("rows => rows.map(row => row.dataset.code)")
    context.close()
    assert len(codes) == 30
    assert codes == sorted(codes)


def test_the_language_is_switched_and_kept(page: Page) -> None:
    page.goto("/towns/302040/")
    page.get_by_role("button", name="English").click()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.goto("/datasets/")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_records_are_searched_and_paged(page: Page) -> None:
    page.goto("/towns/302040/datasets/evacuation-sites/")
    page.get_by_label("名称または住所に含むことば").fill("小学校")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q="))
    rows = page.get_by_role("link", name=re.compile("小学校"))
    expect(rows.first).to_be_visible()


def test_every_download_holds_every_record(region: Installation) -> None:
    page = region.get("/towns/302040/datasets/evacuation-sites/").text
    links = dict.fromkeys(re.findall(r'href="([^"]*/download/[^"]+)"', page))
    assert len(links) == 4
    answers = [region.get(link) for link in links]
    assert [answer.status_code for answer in answers] == [200] * 4
    bodies = {link.rsplit("/", 1)[1]: answer.content for link, answer in zip(links, answers, strict=True)}
    counted = sorted(records_in(body) for body in bodies.values())
    assert counted == [142] * 4


def records_in(body: bytes) -> int:
    if body[:1] in b"[{":
        document = json.loads(body)
        return len(document["features"] if isinstance(document, dict) else document)
    text = body.decode("utf-8-sig") if body.startswith(b"\xef\xbb\xbf") else body.decode("cp932")
    return len(list(csv.reader(io.StringIO(text, newline="")))) - 1


def test_the_curl_line_on_the_page_fetches_the_same_data(region: Installation) -> None:
    page = region.get("/towns/302040/datasets/evacuation-sites/").text
    import html

    line = html.unescape(re.search(r"curl [^<]+", page)[0])  # type: ignore[index]
    url = re.search(r"https?://[^'\" ]+", line)[0]  # type: ignore[index]
    answer = httpx.get(url, headers={"NGSILD-Tenant": "302040"})
    assert answer.status_code == 200
    assert all(entity["type"] == "EvacuationSite" for entity in answer.json())
