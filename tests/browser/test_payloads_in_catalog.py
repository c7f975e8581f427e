"""Known planets whose names would run as HTML: on every page they appear as text."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from bench.servers import Server
from exohabit.catalog.embedded import embedded_rows, embedded_scores
from exohabit.catalog.store import CatalogInfo, Scores, write_catalog
from tests.bad_requests import EARTH
from tests.browser.map_page import labels_of, open_map, save
from tests.browser.pages import watch
from tests.browser.payloads import MADE, MORE_MADE, PAYLOADS
from tests.live.services import running

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Iterator[Server]:
    """A service whose known planets and stars have payloads as names.

    Spectral types need no payloads: `exohabit catalog` drops those that cannot be read.
    """
    folder = tmp_path_factory.mktemp("hostile")
    (row,) = (each for each in embedded_rows() if each["pl_name"] == "TRAPPIST-1 e")
    rows = [
        row
        | {"pl_name": payload, "hostname": PAYLOADS[i - 1], "discoverymethod": payload}
        | {"pl_insol": 0.4 + i / 10, "st_teff": 3000.0 + 150 * i}
        for i, payload in enumerate(PAYLOADS)
    ]
    scores = Scores(embedded_scores().model_version, [1 - i / 50 for i in range(len(rows))])
    write_catalog(folder / "planets.sqlite", rows, CatalogInfo(PAYLOADS[0], ""), (), scores)
    with running(folder / "service", catalog=folder / "planets.sqlite") as service:
        yield Server(service.port)


@pytest.fixture
def hostile_complaints(page, hostile) -> list[str]:
    return watch(page, hostile)


def test_names_of_the_catalogue_appear_as_text_on_the_map(page, hostile, hostile_complaints):
    open_map(page, f"{hostile.url}/map")
    names = page.locator("#rows tbody th a").all_text_contents()
    while len(names) < len(PAYLOADS):
        page.get_by_role("button", name="Next").click()
        names += page.locator("#rows tbody th a").all_text_contents()
    page.get_by_label("Mark a planet or star").focus()
    offered = page.locator("#names option").evaluate_all("all => all.map(each => each.value)")

    assert names == list(PAYLOADS)
    assert set(offered) == set(PAYLOADS)
    page.locator("#diagram").focus()
    for payload in PAYLOADS:
        page.keyboard.press("ArrowRight")  # which also shows the tooltip
        assert payload in page.locator("#spoken").text_content()
    assert page.locator(f"main {MADE}").count() == 0
    assert hostile_complaints == []


def test_marked_planets_of_the_catalogue_appear_as_text_also_in_the_drawing(
    page, hostile, hostile_complaints
):
    open_map(page, f"{hostile.url}/map")
    for payload in PAYLOADS:
        page.get_by_label("Mark a planet or star").fill(payload)
        page.get_by_role("button", name="Mark", exact=True).click()
        marked = page.locator("#marked a", has_text=payload)
        expect(marked.first).to_be_visible()
        assert marked.first.get_attribute("href").startswith(f"{hostile.url}/?planet=")
        assert payload in labels_of(save(page, "#save-svg"))

    assert page.locator(f"main {MADE}").count() == 0
    assert hostile_complaints == []


def test_a_name_in_the_address_appears_as_text_on_the_map(page, hostile, hostile_complaints):
    for payload in PAYLOADS:
        open_map(page, f"{hostile.url}/map?{urlencode({**EARTH, 'name': payload})}")
        link = page.locator("#marked a")
        expect(link).to_have_text(payload)
        assert link.get_attribute("href").startswith(f"{hostile.url}/?pl_rade=")
        assert payload in labels_of(save(page, "#save-svg"))

    assert page.locator(f"main {MADE}").count() == 0
    assert hostile_complaints == []


def test_names_of_the_catalogue_appear_as_text_in_a_table(page, hostile, hostile_complaints):
    page.goto(f"{hostile.url}/table?source=catalog")
    names = page.locator("#rows tbody th a")
    names.first.wait_for()

    assert names.all_text_contents() == list(PAYLOADS)
    assert page.locator(f"#rows {MORE_MADE}").count() == 0
    assert hostile_complaints == []


def test_known_planets_appear_as_text_on_their_pages(page, hostile, hostile_complaints):
    for payload in PAYLOADS:
        page.goto(f"{hostile.url}/?{urlencode({'planet': payload})}")
        assert payload in page.locator("#planet").text_content()
        page.locator("#planet-name").fill("")
        page.locator("#planet-name").press_sequentially(payload[:12])

    expect(page.locator("#suggestions")).to_be_visible()
    assert page.locator(f"main {MADE}").count() == 0
    assert hostile_complaints == []
