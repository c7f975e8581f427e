"""OpenAPI operations: every route declares what it takes and returns."""

from __future__ import annotations

from exohabit.service.operation import Operation, operations


def test_every_route_declares_an_operation(stub_app):
    views = stub_app.view_functions.values()

    assert views
    assert all(isinstance(getattr(view, "operation", None), Operation) for view in views)


def test_pages_and_their_files_are_not_part_of_the_api(stub_app):
    paths = {path for path, _ in operations(stub_app)}

    assert {"/", "/predict", "/rank", "/model/card"} <= paths
    assert not paths & {"/docs", "/docs/<name>", "/model/card/<name>"}
