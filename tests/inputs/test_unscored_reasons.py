"""Why a planet cannot be scored."""

from __future__ import annotations

import pytest

from exohabit.inputs.unscored_reasons import why_unscored


@pytest.mark.parametrize(
    ("no_size", "no_light", "parts"),
    [
        (True, False, ["neither radius nor mass"]),
        (False, True, ["its irradiation is not known"]),
        (True, True, ["neither radius nor mass", "its irradiation is not known"]),
        (False, False, []),
    ],
)
def test_a_reason_names_what_is_lacking(no_size, no_light, parts):
    reason = why_unscored(no_size, no_light)

    assert [part in reason for part in parts] == [True] * len(parts)
    assert bool(reason) == bool(parts)
