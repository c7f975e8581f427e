"""The pages of a service whose model was adopted."""

from __future__ import annotations

import html

import pytest

from app import create_app
from exohabit.scoring.bundle import Bundle
from exohabit.service.settings import Settings
from exohabit.web.words import exact_text
from tests.custom_model.models import adopt, classifier, save
from tests.web.test_pages import get

NAME = "<b>Course</b>"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("adopted")
    model, columns = save(folder, classifier())
    done = adopt(model, "--columns", columns, "--name", NAME, into=folder / "bundle")
    assert done.exit_code == 0, done.output
    root = folder / "bundle"
    return create_app(Settings(log="off", model_root=root), Bundle.load(root)).test_client()


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/?planet=Earth", "/model/card", "/docs", "/nothing"])
def test_every_page_says_whose_model_it_is(service, path):
    page = get(service, path).text

    assert "Not ExoHabit’s own model." in page
    assert "“&lt;b&gt;Course&lt;/b&gt;”" in page
    assert "ExoHabit has not calibrated them." in page
    assert NAME not in page


def test_its_score_is_shown_with_its_own_columns(service):
    page = html.unescape(get(service, "/?planet=Earth&pl_rade=2").text)

    answer = service.get("/planets/Earth/predict?pl_rade=2&explain=true").json
    assert f'data-score="{exact_text(answer["score"])}"' in page
    assert "it gives no reasons in words" in page
    assert "Before anything is known" not in page
    strongest = next(iter(answer["explanation"]["contributions"].values()))
    assert f"{strongest:+.2f}".replace("-", "−") in page
