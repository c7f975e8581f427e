"""Where things stood."""

from __future__ import annotations

import pytest

from exohabit.inputs.raw_planets import json_pointer


@pytest.mark.parametrize(
    ("keys", "pointer"),
    [
        ((), ""),
        ((None,), ""),
        (("planets", 3, "pl_rade"), "/planets/3/pl_rade"),
        (("pl_eqt", None), "/pl_eqt"),
        (("pl_eqt", ""), "/pl_eqt/"),
        (("a/b", "c~d"), "/a~1b/c~0d"),
        (("~1",), "/~01"),
    ],
)
def test_a_pointer_is_written_as_rfc_6901_has_it(keys, pointer):
    assert json_pointer(*keys) == pointer
