"""Endpoints: every route declares what it takes and returns."""

from __future__ import annotations

from exohabit.service.endpoints import Endpoint, endpoints


def test_every_route_declares_an_endpoint(stub_app):
    views = stub_app.view_functions.values()

    assert views
    assert all(isinstance(getattr(view, "endpoint", None), Endpoint) for view in views)


def test_pages_and_their_files_are_not_part_of_the_api(stub_app):
    paths = {path for path, _ in endpoints(stub_app)}

    assert {"/", "/predict", "/rank", "/model/card"} <= paths
    assert not paths & {"/docs", "/docs/<name>", "/model/card/<name>"}
