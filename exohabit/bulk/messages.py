"""Messages: the service's errors about a whole input, in words that fit a file.

Problems of single rows keep the service's words.
"""

from __future__ import annotations

FOR_FILES = {
    # Whole sentences first: the last ones also match parts of them.
    "JSON, not a table; send it as application/json.": (
        "JSON, not a table: write one planet per line, and give --from ndjson."
    ),
    (
        "send a header and, below it, a row for each planet. Keep the line breaks "
        "(curl --data-binary keeps them, curl -d does not)."
    ): "it needs a header and, below it, a row for each planet.",
    (
        "is compressed with gzip, which the request does not say: send the header "
        "Content-Encoding: gzip too, or send it uncompressed"
    ): "is compressed with gzip twice: uncompress it once",
    (
        "is a Parquet file: save the table as CSV in UTF-8 and send it with Content-Type: text/csv "
        "(pandas: df.to_csv(index=False))"
    ): "is a Parquet file: give --from parquet",
    "send it uncompressed or as gzip": "uncompress it, or compress it with gzip",
    "send the table itself as CSV": "save the table itself as CSV",
    " and send it with Content-Type: text/csv": "",
    "; send commas": "; write commas",
    ": send pl_": ": it needs pl_",
    **{f"{name}=true in the query": f"--{name}" for name in ("explain", "uncertainty", "context")},
    " in the request: ": ": ",
    "The body ": "The file ",
}
"""What to write instead of the service's words."""


def word_for_files(message: str) -> str:
    """Return a message of the service without what only holds for a request."""
    for words, instead in FOR_FILES.items():
        message = message.replace(words, instead)
    return message
