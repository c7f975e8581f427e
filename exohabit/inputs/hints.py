"""Hints: recognise common mistakes in a request, and say what to send instead.

One row for each mistake that was seen in bug reports and on forums. All patterns take linear time.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

RECORDS = 'write it with orient="records"'
_DECIMALS = "write decimals with a point (1.5), not a comma (1,5)"


class TextHint(NamedTuple):
    """What a text looks like, and what to do about it."""

    name: str
    pattern: re.Pattern[str]
    hint: str


def _rows(*rows: tuple[str, str, str]) -> tuple[TextHint, ...]:
    return tuple(TextHint(name, re.compile(pattern), hint) for name, pattern, hint in rows)


# A value in JSON follows one of these.
_VALUE = r"[:\[,]\s*+"
_HINTS_NEAR_ERROR = _rows(
    (
        "NaN",
        rf"{_VALUE}-?(?:NaN|nan|Infinity|inf|NA|None)\b",
        "NaN, Infinity and None are not valid JSON; send null",
    ),
    (
        "Python's repr",
        r"[:\[,{]\s*+'|[:\[,]\s*+(?:True|False)\b",
        "JSON needs double quotes, not single quotes (in Python: json.dumps(planet), or "
        "requests.post(…, json=planet))",
    ),
    ("a decimal comma", r":\s*+-?[0-9]+,[0-9]", f"W{_DECIMALS[1:]}"),
    ("288.", rf"{_VALUE}[+-]?[0-9]+\.(?![0-9])", "Write 288.0 or 288, not 288."),
    (".5", rf"{_VALUE}[+-]?\.[0-9]", "Write 0.5, not .5"),
    ("+1.1", rf"{_VALUE}\+[0-9.]", "Write 1.1, not +1.1"),
    ("1 000", rf"{_VALUE}-?[0-9]+ [0-9]", "Write 1000, not 1 000"),
    ("1d0", rf"{_VALUE}[+-]?[0-9.]+[dD][+-]?[0-9]", "Write exponents as in 1e0, not 1d0"),
    ("007", rf"{_VALUE}-?0[0-9]", "Write numbers without zeros in front"),
    ("curly quotes", "[“”„]", 'JSON needs straight double quotes ("), not curly ones'),
)
_HINTS_AT_START = _rows(
    (
        "quotes removed by a shell",
        r"'?\{\s*+(?:\\?\w+\\?)\s*+:",
        'The quotes are missing, which a Windows shell removes: write them as \\", or send a file '
        "(curl -d @planet.json)",
    ),
    (
        "a quoted document",
        r"'\s*+[\[{]",
        "The quotes around the document are part of it: cmd.exe does not remove single quotes",
    ),
    (
        "a form",
        r"[A-Za-z_]\w*+=[^\s&;]*+(?:&|\s*+\Z)",
        "This is a form: send JSON, or put the planet in the address (GET /predict?…)",
    ),
    (
        "PowerShell's text of an object",
        r"@\{",
        "This is PowerShell's text of an object: convert it with ConvertTo-Json -Depth 4",
    ),
    (
        "a table",
        r"[A-Za-z#][^\n{,;\t]*+[,;\t]",
        "If it is a table, send it with Content-Type: text/csv",
    ),
)
SEVERAL_LINES = "Several documents, one a line: send them with Content-Type: application/x-ndjson"
_OTHER_UNITS = {
    "pl_eqt": (-273.15, 3.0, "°C"),
    "pl_rade": (3200.0, 1e9, "km"),
    "pl_bmasse": (1e20, 1e30, "kg"),
    "pl_orbper": (1e9, 1e13, "seconds"),
    "pl_orbsmax": (1e5, 1e13, "km"),
    "st_teff": (-273.15, 200.0, "°C"),
    "st_rad": (2000.0, 1e10, "km"),
    "st_mass": (1e25, 1e35, "kg"),
}
"""Values that are out of range for a column, from and to, and the unit that they suggest."""
_POWERSHELL = re.compile(r"@\{|System\.(?:Collections\.|Management\.|Object\b)")
_QUOTED_NUMBER = "a number"
_HINTS_ON_NUMBERS = _rows(
    (
        "1,000",
        r"\s*+[+-]?[0-9]{1,3}(?:,[0-9]{3})+\s*+",
        "leave the comma out if it separates thousands; write a point if it is a decimal comma",
    ),
    ("a decimal comma", r"\s*+[+-]?[0-9]+,[0-9]+\s*+", _DECIMALS),
    (
        _QUOTED_NUMBER,
        r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?",
        "send it without quotes",
    ),
    ("288.", r"-?[0-9]+\.", "write 288.0 or 288, not 288."),
    (".5", r"-?\.[0-9]+", "write 0.5, not .5"),
    ("+1.1", r"\+[0-9.]+(?:[eE][+-]?[0-9]+)?", "write 1.1, not +1.1"),
    (
        "1 000",
        r"[0-9]{1,3}(?:[ '\u00a0\u2009\u202f][0-9]{3})+(?:\.[0-9]+)?",
        "write 1000, not 1 000",
    ),
    ("1,000.5", r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+", "write 1000.5, not 1,000.5"),
    ("1d0", r"[+-]?[0-9.]+[dD][+-]?[0-9]+", "write exponents as in 1e0, not 1d0"),
    ("007", r"-?0[0-9]+(?:\.[0-9]+)?", "write numbers without zeros in front"),
    (
        "an error",
        r"[0-9.]+\s*+(?:±|\+/-|\+-).*+",
        "send the value alone; errors have columns of their own",
    ),
    ("an upper or lower limit", r"\s*+[<>≤≥~].*+", "send the value, and 1 or -1 as its limit flag"),
    (
        "a + in an address",
        r" [0-9.]+|[0-9.]+[eE] [0-9]+",
        "in an address, + means a blank: leave it out",
    ),
)
_MAX_NUMBER = 100


def hint_at_start(text: str) -> str | None:
    """Return a hint for the beginning of a document that is not valid JSON; None if none fits."""
    return next((row.hint for row in _HINTS_AT_START if row.pattern.match(text)), None)


def hints_near_error(text: str) -> list[str]:
    """Return hints for the text around the place where a document is not valid JSON."""
    return [row.hint for row in _HINTS_NEAR_ERROR if row.pattern.search(text)]


def hint_number(text: str, key: str) -> str:
    """Return a hint for a text that stands where a number should, in brackets; empty if none."""
    if len(text) > _MAX_NUMBER:
        return ""
    found = next((row for row in _HINTS_ON_NUMBERS if row.pattern.fullmatch(text)), None)
    if found is None:
        return ""
    httpie = f"; httpie: {key}:={text}" if found.name == _QUOTED_NUMBER else ""
    return f" ({found.hint}{httpie})"


def hint_unit(column: str, value: float) -> str:
    """Return a hint for a number out of range that another unit would explain."""
    low, high, unit = _OTHER_UNITS.get(column, (0.0, 0.0, ""))
    return f" (is it in {unit}?)" if low < value < high else ""


def is_powershell_text(text: str) -> bool:
    """Whether a text is what PowerShell writes for an object below its depth."""
    return _POWERSHELL.match(text) is not None


def hint_list(values: list[Any]) -> str:
    """Return a hint for a list that stands where a value should."""
    if len(values) == 1:
        return " (in R: jsonlite::toJSON(…, auto_unbox = TRUE))"
    return f' (this looks like a list for each column, as pandas\' orient="list": {RECORDS})'
