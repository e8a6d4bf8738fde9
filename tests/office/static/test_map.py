"""Maps in a real browser: drawn under the strict policy, used by keyboard, pointer and finger, true to its table."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from office.static import gallery
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

READY = ".map-frame[data-state=ready]"


def open_map(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_selector(READY)


def legend(page: Page) -> list[str]:
    return [text.replace("\n", " ") for text in page.locator("[data-map-legend] li").all_inner_texts()]


def centre_of_map(page: Page) -> tuple[float, float]:
    page.locator(".map-canvas").scroll_into_view_if_needed()
    box = page.locator(".map-canvas").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@gallery.both_sizes
def test_all_thirty_towns_are_drawn(page: Page) -> None:
    open_map(page, "/region")
    assert page.locator(READY).get_attribute("data-towns") == "30"


def test_nothing_is_asked_of_any_other_host(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_map(page, "/region")
    assert [url for url in asked if not url.startswith(address)] == []


def test_the_legend_counts_every_town_once(page: Page) -> None:
    open_map(page, "/region")
    assert legend(page) == [
        "7 – 72か所 6団体",
        "85 – 150か所 6団体",
        "163 – 228か所 6団体",
        "241 – 306か所 6団体",
        "319 – 384か所 6団体",
    ]


def test_a_town_without_the_figure_is_told_apart(page: Page) -> None:
    open_map(page, "/region?figure=located")
    assert legend(page)[-1] == "値なし 1団体"
    page.focus("#figures tr[data-code='302058'] a")
    expect(page.locator("[data-map-readout]")).to_contain_text("位置あり 値なし")


def test_the_chosen_figure_stays_in_the_address(page: Page) -> None:
    open_map(page, "/region")
    page.select_option("[data-map-figure]", "rate")
    assert page.url.endswith("/region?figure=rate")
    page.reload()
    assert page.locator("[data-map-figure]").input_value() == "rate"


def test_the_arrow_keys_go_through_the_towns_in_order_of_their_codes(page: Page) -> None:
    open_map(page, "/region")
    page.focus("[data-map-figure]")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.getAttribute('role')") != "listbox":
        page.keyboard.press("Tab")
    names = []
    for _ in gallery.towns():
        names.append(page.locator("[role=option][aria-selected=true]").inner_text())
        page.keyboard.press("ArrowDown")
    assert names == [town["name"] for town in gallery.towns()]


@gallery.both_sizes
def test_enter_opens_the_town_that_is_chosen(page: Page) -> None:
    open_map(page, "/region")
    page.focus("[data-map-towns]")
    page.keyboard.press("End")
    expect(page.locator("[data-map-readout]")).to_have_text("串本町 避難先 384か所")
    page.keyboard.press("Enter")
    page.wait_for_url("**/towns/304280")


def test_the_focus_in_the_table_chooses_the_town_on_the_map(page: Page) -> None:
    open_map(page, "/region")
    page.focus("#figures tr[data-code='302040'] a")
    expect(page.locator("[data-map-readout]")).to_have_text("有田市 避難先 46か所")
    expect(page.locator("#figures tr.chosen")).to_have_count(1)


@gallery.both_sizes
def test_the_pointer_shows_a_town_and_a_click_opens_it(page: Page) -> None:
    open_map(page, "/region")
    x, y = centre_of_map(page)
    page.mouse.move(x, y)
    expect(page.locator("[data-map-readout] a")).to_have_count(1)
    target = page.locator("[data-map-readout] a").get_attribute("href")
    page.mouse.click(x, y)
    page.wait_for_url(str(target))


def test_a_finger_chooses_first_and_opens_with_the_second_touch(browser: Browser, address: str) -> None:
    visit = browser.new_context(base_url=address, viewport={"width": 390, "height": 844}, has_touch=True)
    page = visit.new_page()
    open_map(page, "/region")
    x, y = centre_of_map(page)
    page.touchscreen.tap(x, y)
    expect(page.locator("[data-map-readout] a")).to_have_count(1)
    assert page.url.endswith("/region")
    page.wait_for_timeout(600)  # two touches in a hurry are a double tap, which zooms
    page.touchscreen.tap(x, y)
    page.wait_for_url("**/towns/*")
    visit.close()


def test_the_map_follows_the_size_of_its_box(page: Page) -> None:
    open_map(page, "/region")
    page.set_viewport_size({"width": 600, "height": 700})
    width = page.evaluate("document.querySelector('.map-canvas').clientWidth")
    expect(page.locator("canvas")).to_have_css("width", f"{width}px")
    page.wait_for_selector(f"{READY}[data-towns='30']")


def test_without_webgl_the_map_says_so_and_the_table_remains(browser: Browser, address: str) -> None:
    visit = browser.new_context(base_url=address)
    page = visit.new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    page.goto("/region")
    expect(page.locator("[data-map-failure]")).to_be_visible()
    expect(page.locator("[data-map-towns]")).to_be_hidden()
    expect(page.locator("#figures tbody tr")).to_have_count(30)
    visit.close()


def test_without_javascript_the_table_is_all_there_is(browser: Browser, address: str) -> None:
    visit = browser.new_context(base_url=address, java_script_enabled=False)
    page = visit.new_page()
    page.goto("/region")
    expect(page.locator(".map-frame")).to_be_hidden()
    expect(page.locator("#figures tbody tr")).to_have_count(30)
    visit.close()


def test_places_are_shown_and_one_without_a_position_is_left_to_the_table(page: Page) -> None:
    open_map(page, "/town")
    assert page.locator(READY).get_attribute("data-places") == "60"


def test_the_row_with_the_focus_is_shown_on_the_map(page: Page) -> None:
    open_map(page, "/town")
    page.focus("#places tr[data-id=place-7] a")
    expect(page.locator("[data-map-readout]")).to_have_text("見本避難所7")


def after(page: Page, act: Callable[[], object]) -> None:
    """Do it, and wait until the map has been drawn anew."""
    page.evaluate("document.querySelector('.map-frame').removeAttribute('data-state')")
    act()
    page.wait_for_selector(READY)


def test_a_point_tells_its_name_and_address_and_never_makes_markup_of_them(page: Page) -> None:
    open_map(page, "/town")
    for _ in range(3):  # near enough for every place to stand alone, and most to be out of sight
        after(page, page.get_by_role("button", name="拡大").click)
    after(page, lambda: page.focus("#places tr[data-id=place-0] a"))
    expect(page.locator("[data-map-readout]")).to_have_text("<img src=x onerror=alert(1)>")
    page.mouse.click(*centre_of_map(page))
    popup = page.locator(".maplibregl-popup-content")
    expect(popup.get_by_role("link")).to_have_text("<img src=x onerror=alert(1)>")
    expect(popup.get_by_role("link")).to_have_attribute("href", re.compile("/places/0$"))
    expect(popup).to_contain_text("有田市箕島0")
    assert page.locator(".map-frame img").count() == 0
    assert gallery.barriers(page) == []


@gallery.both_sizes
@pytest.mark.parametrize("path", ["/region", "/town"])
def test_there_is_no_barrier_at_wcag_2_2_aa(page: Page, path: str) -> None:
    open_map(page, path)
    assert gallery.barriers(page) == []


@gallery.both_sizes
@pytest.mark.parametrize("path", ["/region", "/town"])
def test_the_page_never_goes_sideways(page: Page, path: str) -> None:
    open_map(page, path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
