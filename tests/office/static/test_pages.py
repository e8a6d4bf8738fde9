"""The frame and the parts of pages, in a real browser and alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from office.static import gallery
from playwright.sync_api import Browser, Page, expect

PAGES = sorted(path for path in (gallery.HERE / "pages").glob("*.html"))
SOURCES = sorted(gallery.OFFICE.rglob("templates/**/*.html"))
INLINE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))|<style|\sstyle=|\son[a-z]+=\"", re.IGNORECASE
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_page_has_an_inline_script_or_style(path: Path) -> None:
    assert INLINE.findall(gallery.drawn(path)) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_template_has_an_inline_script_or_style(path: Path) -> None:
    assert INLINE.findall(path.read_text()) == []


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500])
def test_an_error_page_needs_nothing_but_itself(status: int) -> None:
    drawn = render_to_string(f"{status}.html")
    assert re.findall(r"<h1>(.+)</h1>", drawn)
    assert 'href="/"' in drawn


def test_what_the_view_says_of_an_error_is_shown_as_text() -> None:
    drawn = render_to_string("error.html", {"title": "大きすぎます", "detail": "<b>10 MB</b>まで", "status": 413})
    assert "&lt;b&gt;10 MB&lt;/b&gt;まで" in drawn


@pytest.mark.browser
@gallery.both_sizes
def test_the_parts_have_no_barrier_at_wcag_2_2_aa(page: Page) -> None:
    page.goto("/parts")
    assert gallery.barriers(page) == []


@pytest.mark.browser
@gallery.both_sizes
def test_the_parts_never_go_sideways(page: Page) -> None:
    page.goto("/parts")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_the_first_stop_of_the_tab_key_leads_past_the_header(page: Page) -> None:
    page.goto("/parts")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.browser
def test_every_button_and_field_is_large_enough_for_a_finger(browser: Browser, address: str) -> None:
    visit = browser.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = visit.new_page()
    page.goto("/parts")
    small = page.evaluate(
        """selector => [...document.querySelectorAll(selector)]
            .map((part) => [part.textContent.trim() || part.name, part.getBoundingClientRect().height])
            .filter(([, height]) => height > 0 && height < 44)""",
        "button, .button, select, input:not([type=hidden], [type=radio], [type=checkbox]), "
        ".pagination a, .site-nav a, .choice, summary",
    )
    assert small == []
    visit.close()


@pytest.mark.browser
def test_code_is_copied_as_it_stands(browser: Browser, address: str) -> None:
    visit = browser.new_context(base_url=address, permissions=["clipboard-read", "clipboard-write"])
    page = visit.new_page()
    page.goto("/parts")
    page.get_by_role("button", name="コピー").click()
    expect(page.get_by_text("コピーしました")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == gallery.context()["code"]
    visit.close()


@pytest.mark.browser
def test_where_the_clipboard_is_refused_the_code_is_selected(browser: Browser, address: str) -> None:
    visit = browser.new_context(base_url=address)
    page = visit.new_page()
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));")
    page.goto("/parts")
    page.get_by_role("button", name="コピー").click()
    expect(page.get_by_text("コピーできませんでした")).to_be_visible()
    assert page.evaluate("getSelection().toString()") == gallery.context()["code"]
    visit.close()


@pytest.mark.browser
def test_on_paper_there_is_the_content_without_the_frame(page: Page) -> None:
    page.goto("/parts")
    page.emulate_media(media="print")
    expect(page.locator(".site-nav")).to_be_hidden()
    expect(page.locator("form .actions")).to_be_hidden()
    expect(page.locator(".print-head")).to_be_visible()
    expect(page.locator(".site-footer .credit")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.table-region')).overflow") == "visible"
