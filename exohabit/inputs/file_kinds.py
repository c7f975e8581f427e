"""File kinds: files that are neither JSON nor tables, recognised by their first bytes."""

from __future__ import annotations

import re

_AS_CSV = "save the table as CSV in UTF-8 (Content-Type: text/csv)"
_KINDS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), message)
    for pattern, message in (
        (
            rb"\x1f\x8b",
            "is compressed with gzip, perhaps twice: uncompress it, or declare the compression "
            "(Content-Encoding: gzip)",
        ),
        (rb"PK\x03\x04", f"is an xlsx or another zip file: {_AS_CSV}"),
        (rb"\xd0\xcf\x11\xe0", f"is an xls file of a spreadsheet: {_AS_CSV}"),
        (
            rb"PAR1(?![\w,;\t ])",
            f"is a Parquet file: {_AS_CSV} (pandas: df.to_csv(index=False)), or score the file "
            "with exohabit score --from parquet",
        ),
        (rb"ARROW1|FEA1", f"is an Arrow or Feather file: {_AS_CSV} (pandas: df.to_csv)"),
        (rb"\x89HDF", f"is an HDF5 file: {_AS_CSV} (pandas: df.to_csv)"),
        (rb"SIMPLE  =", f"is a FITS file: {_AS_CSV} (astropy: table.write(…, format='csv'))"),
        (
            rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,200}-->\s*)?<(?:\w{1,20}:)?VOTABLE\b",
            "is a VOTable: ask the service for CSV (TAP: format=csv), or save it as CSV (astropy: "
            "table.write(…, format='csv'))",
        ),
        (
            rb"\s*<(?:!doctype html|html|head|body)\b",
            "is an HTML page, not a table: open it, because it may hold an error message of the "
            "site that it was downloaded from",
        ),
        (rb"\s*<(?:\?xml|\w{1,40}[\s>])", f"is XML: {_AS_CSV}"),
        (rb"%PDF", "is a PDF file: save the table itself as CSV"),
        (
            rb"BZh|\xfd7zXZ|\x28\xb5\x2f\xfd",
            "is compressed: uncompress it, or compress it with gzip",
        ),
        (rb"\{\\rtf", f"is an RTF document: {_AS_CSV}"),
        (
            rb"\s*\\begin\{|\s*%%BeginMachineReadable|Title: ",
            f"is a table of a paper, not CSV: {_AS_CSV}",
        ),
    )
)
_READ = 1000
"""First bytes that are looked at."""


def describe_other_file(body: bytes) -> str | None:
    """Say what a file is, and what to do instead; None if it may be JSON or a table."""
    start = body[:_READ]
    for pattern, message in _KINDS:
        if pattern.match(start):
            return f"The input {message}."
    return None
