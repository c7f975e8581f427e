"""The page about one planet, as the server draws it: the same numbers as the API's."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, quote, urlencode

import pytest

from app import create_app
from exohabit.service.settings import Settings
from exohabit.web.planet_form import PRESETS, make_what_ifs
from exohabit.web.words import exact_text, score_text
from tests.service.callers import App
from tests.ways import new_settings
from tests.web.test_pages import get

OWN = {"pl_rade": "1.1", "pl_bmasse": "0.9", "pl_orbper": "365", "pl_eqt": "288"}
OWN |= {"st_spectype": "G"}


@pytest.fixture(scope="module")
def service(bundle):
    """The service with its real model."""
    return create_app(Settings(log="off"), bundle).test_client()


def look(client, **parameters: str) -> str:
    """Return the page for an address, without its HTML entities."""
    page = get(client, f"/?{urlencode(parameters)}")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    return html.unescape(page.text)


def shown_score(page: str) -> tuple[str, str]:
    (found,) = re.findall(r'<span class="big number" data-score="([^"]+)">([^<]+)<', page)
    return found


@pytest.mark.parametrize("name", PRESETS)
def test_a_known_planet_has_the_score_of_the_api(service, name):
    known = service.get(f"/planets/{name}?explain=true&uncertainty=true&context=true").json

    page = look(service, planet=name)

    assert shown_score(page) == (exact_text(known["score"]), score_text(known["score"]))
    assert known["label"] in page
    assert known["explanation"]["sentence"] in page
    low, high = map(score_text, known["score_interval"])
    said = f'between <strong class="number">{low}</strong> and <strong class="number">{high}'
    assert (said if low != high else f'stays at <strong class="number">{low}') in page
    for effect in known["explanation"]["themes"].values():
        assert f"{effect:+.2f}".replace("-", "−") in page
    for column in ("pl_rade", "pl_orbper", "st_teff"):
        value = known["planet"][column]
        assert f'value="{"" if value is None else repr(value).removesuffix(".0")}"' in page


def test_a_planet_of_ones_own_has_the_score_of_the_api(service):
    page = look(service, **OWN)

    score = service.get(f"/predict?{urlencode(OWN)}").json["score"]
    assert shown_score(page)[0] == exact_text(score)
    assert "No errors of measurement are known" in page


def test_what_is_not_entered_is_not_known(service):
    page = look(service, pl_rade="1.1", pl_insol="1")

    query = {"pl_rade": 1.1, "pl_insol": 1, "pl_bmasse": "", "pl_orbper": "", "pl_eqt": ""}
    query["st_spectype"] = ""
    score = service.get(f"/predict?{urlencode(query)}").json["score"]
    assert shown_score(page)[0] == exact_text(score)
    assert "<dt>Not known</dt><dd>mass, length of its year" in page


def test_a_change_of_a_known_planet_is_compared_with_it(service):
    page = look(service, planet="Earth", pl_rade="2")

    changed = service.get("/planets/Earth/predict?pl_rade=2").json
    assert shown_score(page)[0] == exact_text(changed["score"])
    assert f'Earth as it is: <strong class="number">{score_text(changed["catalog_score"])}' in page
    assert "radius, 1 Earth radius → 2 Earth radii." in page
    assert "You changed the radius, but Earth’s old mass still counts." in page
    assert '<a href="?planet=Earth&pl_rade=2&pl_bmasse=" data-ask>Leave the mass out</a>' in page


def test_a_form_that_was_sent_unchanged_changes_nothing(service):
    row = service.get("/planets/Kepler-186 f").json["planet"]
    unchanged = {
        name: "" if row[name] is None else str(row[name]).removesuffix(".0")
        for name in (*OWN, "pl_insol", "pl_orbsmax", "pl_orbeccen", "st_teff", "st_rad", "st_mass")
    }

    page = look(service, planet="Kepler-186 f", **unchanged)

    assert shown_score(page)[0] == exact_text(service.get("/planets/Kepler-186 f").json["score"])
    assert "as it is:" not in page
    assert "Only a limit, not used." in page
    assert "Computed, not used." in page
    assert "A disputed planet" in page


@pytest.mark.parametrize("name", PRESETS)
def test_every_change_that_is_offered_can_be_scored(service, name):
    offered = re.findall(
        r'href="\?(planet=[^"]*&pl_[^"]*|planet=[^"]*&st_[^"]*)"', look(service, planet=name)
    )

    assert len(offered) >= 3
    for query in offered:
        texts = parse_qs(query, keep_blank_values=True)
        page = look(service, **{key: value[0] for key, value in texts.items()})
        assert shown_score(page)
        assert "Old and new values mixed" not in page


def test_a_change_out_of_range_is_not_offered():
    row = dict.fromkeys(("pl_orbsmax", "st_spectype")) | {"pl_rade": 3000.0}

    texts = [each.text for each in make_what_ifs(row)]

    assert "half its radius" in texts
    assert "twice its radius" not in texts


def test_wrong_values_stay_in_the_form_with_what_is_wrong(service):
    page = look(service, pl_rade="abc", pl_eqt="-1", st_spectype="blue")

    assert 'value="abc"' in page
    assert page.count('aria-invalid="true"') == 3
    assert '<a href="#pl_eqt">Equilibrium temperature is “-1”; expected a number from 3' in page
    assert ">Please correct this</h2>" in page


def test_too_little_is_said_in_words(service):
    page = look(service, pl_rade="1")

    assert "Too little is known to score this planet. Give a radius or a mass, and one of" in page
    assert "pl_insol," not in page


@pytest.mark.parametrize(
    ("name", "choice"), [("TRAPPIST-1", "TRAPPIST-1+e"), ("Trapist-1 e", "TRAPPIST-1+e")]
)
def test_a_name_that_is_not_clear_offers_planets(service, name, choice):
    assert f'href="?planet={choice}"' in look(service, planet=name)


@pytest.mark.parametrize(
    ("typed", "meant"), [("1,5", "1.5"), ("0,500", "0.500"), (" 1,25 ", "1.25")]
)
def test_a_decimal_comma_is_read_as_a_point(service, typed, meant):
    assert shown_score(look(service, pl_rade=typed, pl_insol="0,9")) == shown_score(
        look(service, pl_rade=meant, pl_insol="0.9")
    )


@pytest.mark.parametrize("typed", ["1,000", "12,345,678", "1,5,2", ",5", "1,"])
def test_a_comma_that_may_separate_thousands_is_asked_about(service, typed):
    page = look(service, pl_rade=typed, pl_insol="1")

    assert f"Radius is “{typed}”" in page
    assert "data-score" not in page


@pytest.mark.parametrize("path", ["/?planet=Mars", "/answer?planet=Mars", "/table?", "/map?"])
def test_a_page_ignores_where_a_visitor_came_from(service, path):
    tracked = get(service, f"{path}&utm_source=x&fbclid=y&gclid=z")

    assert tracked.status_code == 200
    assert "utm_source" not in tracked.text
    assert ("data-score" in tracked.text) == ("Mars" in path)


def test_a_link_that_only_says_where_a_visitor_came_from_asks_for_no_key(tmp_path, stub):
    app = App(tmp_path, stub)

    assert "data-pending" not in get(app.client, "/?utm_source=x").text


def test_a_program_is_told_of_every_unknown_parameter(service):
    assert service.get("/predict?utm_source=x").json["code"] == "invalid_input"


def test_the_beginning_of_a_name_offers_all_planets_of_its_star(service):
    page = look(service, planet="trappist")

    assert all(f'href="?planet=TRAPPIST-1+{letter}"' in page for letter in "bcdefgh")
    assert 'No known planet is called "trappist". Did you mean one of these?' in page


def test_many_values_that_are_left_out_are_counted(service):
    star = {"st_spectype": "M4 V", "st_teff": "", "st_rad": "", "st_mass": ""}

    page = look(service, planet="Earth", **star)

    assert "type of its star, G2 V → M4 V; 3 old values of Earth are left out." in page


def test_a_planet_with_a_limit_only_is_not_said_to_have_no_mass(service):
    page = look(service, planet="UZ For c")

    assert "Too little is known: it has no radius or mass to use." in page
    assert "Mass: only a lower limit is known, so it counts as not measured." in page
    assert "unrounded" not in page


def test_a_bar_for_the_errors_is_drawn_and_explained_only_if_there_is_something_to_see(service):
    mars, earth = look(service, planet="Mars"), look(service, planet="Earth")

    assert "The mark below the bar is the range" in mars
    assert 'class="interval"' not in earth
    assert "The mark below the bar" not in earth


def test_a_planet_with_a_computed_value_is_not_said_to_have_all_inputs(service):
    page = look(service, planet="GJ 251 c")

    assert "<dt>Computed from other values</dt><dd>radius</dd>" in page
    assert "all inputs are there" not in page


def test_the_words_of_an_effect_stand_on_the_side_of_its_bar(service):
    page = look(service, planet="Jupiter")

    rows = re.findall(r'<rect class="(for|against)".*?<span class="help (\w+)">', page)
    assert {("for", "right"), ("against", "left")} == set(rows)


def test_the_part_of_the_page_is_that_of_the_whole(service):
    part = service.get("/answer?planet=Mars")

    assert part.mimetype == "text/html"
    assert "<html" not in part.text
    whole = get(service, "/?planet=Mars").text
    assert " ".join(part.text.split()) in " ".join(whole.split())


def test_with_keys_the_page_is_open_but_answers_nothing_without_one(tmp_path, stub):
    app = App(tmp_path, stub)

    page = get(app.client, "/?planet=Earth")
    refused = app.client.get("/answer?planet=Earth")

    assert page.status_code == 200
    assert "data-pending" in page.text
    assert "data-score" not in page.text
    assert refused.json["code"] == "unauthorized"


def test_a_question_counts_for_the_rate_limit_and_the_page_alone_does_not(stub):
    client = create_app(new_settings(rate_limit="3/minute"), stub).test_client()

    assert [get(client, "/").status_code for _ in range(5)] == [200] * 5
    assert [get(client, "/?pl_rade=1&pl_insol=1").status_code for _ in range(4)] == [
        *[200] * 3,
        429,
    ]


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "javascript:alert(1)",
    "</textarea><svg onload=alert(1)>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("parameter", ["planet", "pl_rade", "st_spectype", "name"])
def test_what_was_entered_is_shown_as_text(service, payload, parameter):
    page = get(service, f"/?{parameter}={quote(payload)}&pl_eqt=300&pl_bmasse=1").text

    assert not [tag for tag, _ in elements(page) if tag in ("img", "iframe")]
    assert all(dict(attributes).get("src") for tag, attributes in elements(page) if tag == "script")
    assert not [name for _, pairs in elements(page) for name, _ in pairs if name.startswith("on")]
    assert not [v for _, pairs in elements(page) for n, v in pairs if (n, v) == ("href", payload)]
    assert ">49<" not in page


def elements(page: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """Return the elements of a page with their attributes."""
    found: list[tuple[str, list[tuple[str, str | None]]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, attributes))
    parser.feed(page)
    return found
