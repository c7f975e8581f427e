"""The page "Rank a table", in a browser."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from typing import Any

import pytest

from tests.bad_requests import EARTH
from tests.browser.pages import THEMES, WIDTHS, axe, fits, look, until, watch
from tests.browser.payloads import PAYLOADS

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

HEADER = "name,pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype,sy_dist\n"
BROKEN = HEADER + (
    "Good,1.1,0.9,365,255,G,12\nNo radius,-1,0.9,365,255,G,4\nHot,1.3,2,3,1500,K2 V,80\n"
    "No star,1,1,365,255,blue,9\nEmpty,,,,,,\n"
)
TOP_20 = "?source=catalog&max_distance=15&top=20"


@pytest.fixture
def complaints(page, server) -> list[str]:
    return watch(page, server)


@pytest.fixture
def opened(page, server, complaints) -> Any:
    page.goto(f"{server.url}/table")
    return page


def choose(page: Any, text: str | bytes, name: str = "mine.csv") -> None:
    content = text.encode() if isinstance(text, str) else text
    page.locator("#file").set_input_files({"name": name, "mimeType": "", "buffer": content})


def shown(page: Any) -> list[list[str]]:
    """Return the texts of the table's cells."""
    page.locator("#result").wait_for()
    return page.locator("#rows tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )


def download(page: Any, button: str) -> str:
    with page.expect_download() as started:
        page.get_by_role("button", name=button).click()
    return started.value.path().read_text(encoding="utf-8")


def test_two_broken_rows_are_shown_with_their_lines_and_the_others_ranked(
    opened, server, complaints
):
    choose(opened, BROKEN)
    opened.locator("#problems").wait_for()
    said = opened.locator("#problems").inner_text()
    look(opened, "table-problems")
    headers = {"Content_Type": "text/csv"}
    refused = server.post("/rank", BROKEN.encode(), **headers).json["problems"]

    assert [problem["line"] for problem in refused] == [3, 5]
    assert all(problem["message"] in said for problem in refused)
    assert "Line 3" in said
    assert "No radius,-1,0.9,365,255,G,4" in said

    opened.get_by_role("button", name="Go on without these rows").click()
    rows = shown(opened)
    ranking = server.post("/rank?on_invalid=skip", BROKEN.encode(), **headers).json

    planets = ranking["ranked_planets"]
    assert [row[:3] for row in rows[:2]] == [
        [str(i + 1), planet["name"], f"{planet['score']:.4f}"] for i, planet in enumerate(planets)
    ]
    assert sorted(row[1] for row in rows[2:]) == ["Empty", "No radius", "No star"]
    assert complaints == []


def test_a_link_shows_the_top_20_within_15_parsecs_and_saves_them(page, server, complaints):
    page.goto(f"{server.url}/table{TOP_20}")
    rows = shown(page)
    answer = server.get("/planets?max_distance=15&limit=20&fields=name,score,sy_dist").json
    wanted = answer["planets"]

    assert [row[1:4] for row in rows] == [
        [planet["name"], f"{planet['score']:.4f}", f"{planet['sy_dist']:.4g}"] for planet in wanted
    ]
    titles = page.locator("#rows tbody tr td:nth-child(4)").evaluate_all(
        "cells => cells.map(cell => Number(cell.title || cell.innerText))"
    )
    assert titles == [planet["sy_dist"] for planet in wanted]
    saved = list(csv.DictReader(io.StringIO(download(page, "Download CSV"), newline="")))
    assert [(row["name"], float(row["score"])) for row in saved] == [
        (planet["name"], planet["score"]) for planet in wanted
    ]
    as_json = json.loads(download(page, "Download JSON"))
    assert [(row["name"], row["score"], row["sy_dist"]) for row in as_json] == [
        (planet["name"], planet["score"], planet["sy_dist"]) for planet in wanted
    ]
    assert page.locator("#max_distance").input_value() == "15"
    assert complaints == []


def test_the_keyboard_alone_ranks_orders_and_pages(opened, complaints):
    opened.locator("#catalog").focus()
    opened.keyboard.press("Enter")
    best = shown(opened)[0][1]

    heading = opened.locator("[data-key=name]")
    heading.focus()
    opened.keyboard.press("Enter")
    expect(opened.locator("th[aria-sort=ascending]")).to_contain_text("Planet")
    expect(heading).to_be_focused()
    first = shown(opened)[0][1]
    opened.keyboard.press("Space")
    expect(opened.locator("th[aria-sort=descending]")).to_contain_text("Planet")
    assert shown(opened)[0][1] not in (first, best)

    following = opened.get_by_role("button", name="Next")
    following.focus()
    opened.keyboard.press("Enter")
    expect(opened.locator(".position")).to_contain_text("Rows 51 to 100 of 6,0")
    expect(following).to_be_focused()
    assert "sort=-name" in opened.url
    assert "page=2" in opened.url

    opened.reload()
    expect(opened.locator(".position")).to_contain_text("Rows 51 to 100 of 6,0")
    assert complaints == []


def test_filters_narrow_the_table_while_one_types_and_can_be_cleared(page, server):
    page.goto(f"{server.url}/table?source=catalog")
    shown(page)

    page.get_by_label("Name or type contains").fill("trappist")
    assert {row[1] for row in shown(page)} == {f"TRAPPIST-1 {letter}" for letter in "bcdefgh"}
    page.get_by_label("Score at least").fill("0.5")
    assert len(shown(page)) == 4
    page.get_by_label("Name or type contains").fill("no such planet")
    expect(page.locator(".position")).to_have_text("No rows")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator("#result-count")).to_contain_text("planets")
    assert len(shown(page)) == 50


PLANET = {**EARTH, "name": "mine", "sy_dist": 7.5}
NUMBERS = ("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt")
CSV = f"{','.join(PLANET)}\n{','.join(map(str, PLANET.values()))}\n"
FILES = {
    "mine.csv": CSV,
    "mine.tsv": CSV.replace(",", "\t"),
    "table.txt": CSV,
    "list.json": json.dumps([PLANET]),
    "envelope.json": json.dumps({"planets": [PLANET]}),
    "frame.json": json.dumps({key: {"0": value} for key, value in PLANET.items()}),
    "mine.ndjson": json.dumps(PLANET) + "\n",
    "mine.jsonl": json.dumps(PLANET) + "\n",
    "mine.csv.gz": gzip.compress(CSV.encode()),
    "list.json.gz": gzip.compress(json.dumps([PLANET]).encode()),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_ranked(opened, server, complaints, name):
    choose(opened, FILES[name], name)

    ((_, planet, score, distance, *_),) = shown(opened)
    expected = server.post("/rank", {"planets": [PLANET]}).json["ranked_planets"][0]["score"]
    assert (planet, score, distance) == ("mine", f"{expected:.4f}", "7.5")
    assert complaints == []


@pytest.mark.parametrize("text", [CSV, FILES["list.json"], FILES["mine.ndjson"] * 2])
def test_a_pasted_text_is_ranked_and_stays(opened, text):
    opened.get_by_text("Paste a table instead").click()
    opened.get_by_label("Table", exact=True).fill(text)
    opened.get_by_role("button", name="Rank this table").click()

    assert shown(opened)[0][1] == "mine"
    assert opened.get_by_label("Table", exact=True).input_value() == text


def test_a_file_can_be_dropped(opened, complaints):
    transfer = opened.evaluate_handle(
        "text => { const t = new DataTransfer(); "
        "t.items.add(new File([text], 'a.csv')); return t }",
        CSV,
    )
    opened.dispatch_event("body", "dragover", {"dataTransfer": transfer})
    opened.dispatch_event("body", "drop", {"dataTransfer": transfer})

    assert shown(opened)[0][1] == "mine"
    assert complaints == []


def as_rows(names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{**PLANET, "name": name, "note": name} for name in names]


def as_table(names: tuple[str, ...]) -> str:
    table = io.StringIO()
    writer = csv.DictWriter(table, as_rows(names)[0])
    writer.writeheader()
    writer.writerows(as_rows(names))
    return table.getvalue()


@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_payloads_in_names_appear_as_text(opened, complaints, name):
    choose(opened, as_table(PAYLOADS) if "csv" in name else json.dumps(as_rows(PAYLOADS)), name)

    names = opened.locator("#rows tbody th a")
    names.first.wait_for()
    assert names.all_text_contents() == list(PAYLOADS)
    names.nth(1).hover()
    assert download(opened, "Download CSV").count("alert(1)") == 2 * str(PAYLOADS).count("alert(1)")
    assert opened.locator("#rows :is(script, img, svg, iframe, style)").count() == 0
    assert complaints == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_in_values_and_messages_appear_as_text(opened, complaints, payload):
    choose(opened, json.dumps([{**PLANET, "st_spectype": payload, "pl_rade": payload}]), "a.json")
    opened.locator("#problems").wait_for()

    assert opened.locator("#problems tbody tr").count() == 2
    assert opened.locator("#problems tbody :is(script, img, svg, iframe, style, a)").count() == 0
    assert complaints == []


def fail_once(page: Any, status: int, body: dict[str, Any], **headers: str) -> None:
    """Let the next ranking fail in some way; status 0 stands for a broken connection."""

    def answer(route: Any) -> None:
        if status == 0:
            route.abort("connectionreset")
        else:
            route.fulfill(status=status, json=body, headers=headers)

    page.route("**/rank*", answer, times=2 if status in (0, 502) else 1)


FAILURES = [
    (429, {"code": "rate_limited", "message": "Too many requests"}, "Too many requests"),
    (
        503,
        {"code": "busy", "message": "Too many large requests at once."},
        "large requests at once",
    ),
    (503, {"code": "timeout", "message": "The request took too long."}, "took too long"),
    (502, {}, "does not answer"),
    (0, {}, "does not answer"),
]


@pytest.mark.parametrize(("status", "body", "said"), FAILURES)
def test_a_failure_is_said_plainly_and_the_table_can_be_sent_again(opened, status, body, said):
    fail_once(opened, status, body, **({"Retry-After": "1"} if status in (429, 503) else {}))
    choose(opened, CSV)

    expect(opened.locator("#failure")).to_contain_text(said)
    expect(opened.locator("#failure")).to_contain_text("still here")
    opened.get_by_role("button", name="Try again", exact=True).click()
    assert shown(opened)[0][1] == "mine"
    expect(opened.locator("#failure")).to_be_hidden()


def test_offline_is_said_and_the_table_is_kept(page, opened):
    page.context.set_offline(True)
    choose(opened, CSV)

    expect(opened.locator("#failure")).to_contain_text("offline")
    page.context.set_offline(False)
    assert shown(opened)[0][1] == "mine"


def test_a_ranking_can_be_stopped(opened):
    opened.route("**/rank*", lambda _: None)  # never answered
    choose(opened, CSV)

    opened.get_by_role("button", name="Stop").click()
    expect(opened.locator("#status")).to_contain_text("Stopped")


def test_a_file_over_the_limit_is_not_sent(opened):
    opened.evaluate("document.getElementById('input').dataset.maxBytes = 10")
    choose(opened, CSV)

    expect(opened.locator("#failure")).to_contain_text("Compress it")


def test_a_hundred_thousand_rows_are_ranked_ordered_and_paged(opened, complaints, capsys):
    rng = random.Random(1)  # noqa: S311 - nothing secret
    lines = [
        f"P{i},{rng.uniform(0.5, 20):.3f},,365,{rng.uniform(100, 2000):.0f},G,"
        for i in range(100_000)
    ]
    choose(opened, HEADER + "\n".join(lines))

    assert len(shown(opened)) == 50
    expect(opened.locator(".position")).to_have_text("Rows 1 to 50 of 100,000")
    milliseconds = opened.evaluate(ORDER, "name")
    opened.get_by_role("button", name="Last").click()
    expect(opened.locator(".position")).to_have_text("Rows 99,951 to 100,000 of 100,000")
    assert shown(opened)[-1][1] == "P99999"
    assert complaints == []
    with capsys.disabled():
        print(f"\nordering 100,000 rows by name: {milliseconds:.0f} ms")


ORDER = """key => {
  const began = performance.now();
  document.querySelector(`[data-key=${key}]`).click();
  document.body.getBoundingClientRect();
  return performance.now() - began;
}"""


def test_ordering_the_catalogue_is_measured(page, server, capsys):
    page.goto(f"{server.url}/table?source=catalog")
    shown(page)

    measured = {key: page.evaluate(ORDER, key) for key in ("name", "pl_rade", "sy_dist", "score")}
    assert len(shown(page)) == 50
    with capsys.disabled():
        print("\nordering the catalogue:", {key: f"{ms:.0f} ms" for key, ms in measured.items()})


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_every_width_and_axe_finds_nothing(page, server, complaints, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.goto(f"{server.url}/table")
    found = axe(page)
    page.goto(f"{server.url}/table{TOP_20}")
    shown(page)
    look(page, f"table-{width}-{theme}")
    found += axe(page)
    choose(page, BROKEN)
    page.locator("#problems").wait_for()
    found += axe(page)

    assert found == []
    assert fits(page)
    assert complaints == []


def test_without_javascript_the_page_says_what_to_do(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/table")

    assert f"'{server.url}/rank'" in page.inner_text("body")
    assert not page.locator("#file").is_visible()
    context.close()


def test_a_name_leads_to_the_page_of_its_planet(page, server):
    page.goto(f"{server.url}/table{TOP_20}")
    shown(page)
    names = page.locator("#rows tbody th a")

    first = names.first.text_content().replace(" ", "+")
    assert names.first.get_attribute("href") == f"{server.url}/?planet={first}"


def test_a_planet_of_ones_own_is_linked_with_its_values(opened, server):
    choose(opened, CSV)
    shown(opened)

    address = opened.locator("#rows tbody th a").get_attribute("href")
    assert address.startswith(f"{server.url}/?pl_rade=1.1&pl_bmasse=0.9&pl_orbper=365")
    assert address.endswith("&name=mine")
    path = address.removeprefix(server.url)
    until(lambda: server.get(path, Accept="text/html").status == 200)


WRONG = [
    ("Within", "abc", "Write a number"),
    ("Within", "15 pc", "Write a number"),
    ("Within", "-5", "Write a number"),
    ("Within", "1e999", "Write a number"),
    ("Within", "1,000", "without a comma: 1000"),
    ("Score at least", "80", "from 0 to 1"),
    ("Score at least", "-0.1", "from 0 to 1"),
    ("Only the first", "x", "whole number"),
    ("Only the first", "0", "whole number"),
    ("Only the first", "2.5", "whole number"),
]


def test_a_wrong_filter_is_marked_and_nothing_is_saved_without_it(page, server, complaints):
    page.goto(f"{server.url}/table?source=catalog")
    shown(page)
    save = page.get_by_role("button", name="Download CSV")
    for label, text, said in WRONG:
        field = page.get_by_label(label)
        field.fill(text)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"#{field.get_attribute('id')}-wrong")).to_contain_text(said)
        expect(page.locator("#result-count")).to_contain_text("is not applied")
        expect(save).to_be_disabled()
        assert axe(page) == []
        field.fill("")
        expect(field).not_to_have_attribute("aria-invalid", "true")
        expect(save).to_be_enabled()

    assert complaints == []


def test_a_link_with_a_wrong_filter_shows_it(page, server):
    page.goto(f"{server.url}/table?source=catalog&max_distance=abc")
    shown(page)

    expect(page.get_by_label("Within")).to_have_value("abc")
    expect(page.get_by_label("Within")).to_have_attribute("aria-invalid", "true")
    assert "max_distance=abc" in page.url


@pytest.mark.parametrize(
    ("label", "text", "address"),
    [("Score at least", "80 %", "min_score=0.8"), ("Within", "15,5", "max_distance=15.5")],
)
def test_per_cent_and_a_decimal_comma_are_understood(page, server, label, text, address):
    page.goto(f"{server.url}/table?source=catalog")
    shown(page)
    page.get_by_label(label).fill(text)

    expect(page.locator("#result-count")).to_contain_text(" of ")
    assert page.url.endswith(f"&{address}")
    key, least = address.split("=")
    count = server.get(f"/planets?{key}={least}&limit=1").json["count"]
    expect(page.locator("#result-count")).to_contain_text(f"{count:,} of ")


@pytest.mark.parametrize("name", ["mine.csv", "mine.csv.gz", "list.json"])
def test_a_table_is_there_again_after_going_back_and_after_a_reload(opened, server, name):
    choose(opened, FILES[name], name)
    shown(opened)
    opened.get_by_label("Name or type contains").fill("min")
    opened.locator("#rows tbody th a").click()
    opened.wait_for_url(f"{server.url}/?pl_rade=*")
    assert opened.url.endswith("name=mine")
    opened.go_back()
    assert shown(opened)[0][1] == "mine"
    opened.reload()
    assert shown(opened)[0][1] == "mine"

    opened.goto(f"{server.url}/table")
    opened.locator("#catalog").wait_for()
    expect(opened.locator("#result")).to_be_hidden()


def test_rows_that_were_left_out_stay_so_after_a_reload(opened):
    choose(opened, BROKEN)
    opened.get_by_role("button", name="Go on without these rows").click()
    shown(opened)
    opened.reload()

    assert len(shown(opened)) == 5


def test_a_table_that_cannot_be_kept_says_so_and_opens_planets_in_a_new_tab(opened):
    opened.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('no room') } }")
    choose(opened, CSV)
    shown(opened)

    assert opened.locator("#rows tbody th a").get_attribute("target") == "_blank"
    expect(opened.locator("#notes")).to_contain_text("choose it again")


def test_filters_of_an_address_whose_table_is_gone_say_so(page, server):
    page.goto(f"{server.url}/table?q=P777")

    expect(page.locator("#status")).to_contain_text("no table")


HOPELESS = {
    "no-size.csv": ("name,foo\nA,1\n", "has no size"),
    "every-row.csv": (HEADER + "A,-1,1,365,255,G,1\nB,-2,1,365,255,G,2\n", "-2"),
    "every-row.json": (json.dumps([{**PLANET, "pl_rade": -1}]), "-1"),
    "every-row.ndjson": (json.dumps({**PLANET, "pl_rade": -1}) + "\n", "-1"),
    "empty.csv": ("", "empty or has no rows below its header"),
    "header.csv": (HEADER, "empty or has no rows below its header"),
    "hello.txt": ("hello world", "empty or has no rows below its header"),
    "empty.json": ("", "empty or has no rows below its header"),
    "cut.json": ('[{"name":"a"', "stops before it is complete (line 1, column 13)"),
    "jupiter.csv": ("name,Radius\nA,1\n", '"Radius" may be in Jupiter radii'),
}


@pytest.mark.parametrize("name", HOPELESS)
def test_leaving_out_rows_is_not_offered_where_none_would_remain(opened, complaints, name):
    text, said = HOPELESS[name]
    choose(opened, text, name)

    expect(opened.locator("#problems")).to_contain_text(said)
    expect(opened.locator("#problems")).not_to_contain_text("curl")
    expect(opened.locator("#skip")).to_be_hidden()
    expect(opened.locator(".what-to-do")).not_to_contain_text("leave out")
    assert complaints == []


def test_leaving_out_rows_is_offered_once_for_a_compressed_table(opened):
    choose(opened, gzip.compress(HOPELESS["every-row.csv"][0].encode()), "a.csv.gz")
    opened.locator("#skip").click()

    expect(opened.locator("#skip")).to_be_hidden()
    expect(opened.locator("#problems")).to_be_visible()


@pytest.mark.parametrize(
    ("start", "said"),
    [(b"\x89PNG\r\n\x1a\n", "a picture"), (b"PK\x03\x04", "a spreadsheet"), (b"%PDF-1", "a PDF")],
)
def test_a_file_of_another_kind_is_not_sent(opened, start, said):
    sent: list[str] = []
    opened.on("request", lambda request: sent.append(request.url))
    choose(opened, start + bytes(40), "planets.csv")

    expect(opened.locator("#failure")).to_contain_text(f"This is {said}")
    expect(opened.get_by_role("button", name="Try again")).to_have_count(0)
    assert not [url for url in sent if "/rank" in url]


def test_the_example_is_ranked_and_its_columns_are_explained(opened, complaints):
    opened.get_by_text("Which columns, and an example").click()
    look(opened, "table-example")
    columns = opened.locator(".columns-help tbody code").all_inner_texts()
    found = axe(opened)
    saved = download(opened, "Save it as a file")
    opened.get_by_role("button", name="Rank this example").click()

    assert {"name", *NUMBERS, "st_spectype"} < set(columns)
    assert saved == opened.locator("#example").text_content()
    assert shown(opened)[0][1] == "Like Earth"
    assert found == []
    assert complaints == []


def test_a_ranking_is_saved_with_the_name_once_and_rows_from_1(opened):
    choose(opened, CSV.replace("name", "pl_name", 1))
    shown(opened)
    (saved,) = csv.DictReader(io.StringIO(download(opened, "Download CSV"), newline=""))

    assert saved["row"] == "1"
    assert saved["name"] == "mine"
    assert not {"pl_name", "index"} & set(saved)
    expect(opened.locator("#status")).to_contain_text("1 planet ranked")


def test_a_tiny_score_is_not_shown_as_0(page, server):
    page.goto(f"{server.url}/table?source=catalog&sort=score")

    scores = {row[2] for row in shown(page)}
    assert "0.0000" not in scores
    assert "<0.0001" in scores


def test_at_360_px_messages_fit_scores_are_in_sight_and_more_columns_are_announced(opened):
    opened.set_viewport_size({"width": 360, "height": 900})
    choose(opened, BROKEN)
    opened.locator("#problems").wait_for()
    look(opened, "table-problems-360")
    scroller = opened.locator("#problems .scroll")
    assert scroller.evaluate("each => each.scrollWidth <= each.clientWidth")

    opened.get_by_role("button", name="Go on without these rows").click()
    shown(opened)
    look(opened, "table-result-360")
    box = opened.locator("#rows tbody tr td.number").nth(1).bounding_box()
    assert box["x"] + box["width"] <= 360
    expect(opened.locator(".scroll-hint")).to_be_visible()
    opened.set_viewport_size({"width": 1900, "height": 900})
    expect(opened.locator(".scroll-hint")).to_be_hidden()
