"""Limits: how much one request may carry. EXOHABIT_MAX_BODY_MIB sets the size of a body."""

from __future__ import annotations

MAX_PLANETS = 100_000
"""Planets in a request."""
MAX_EXPLAINED = 2_000
"""Planets in a request for explanations; each costs as much as hundreds of scores."""
MAX_INTERVALS = 10_000
"""Planets in a request for intervals; each costs as much as hundreds of scores."""
MAX_NAMED = 10_000
"""Planets of a request that are given by their names."""
MAX_CONTEXTS = 10_000
"""Planets in a request for contexts."""
MAX_KEPT_COLUMNS = 200
"""Columns of the input that an answer repeats."""
MAX_KEPT_VALUES = 5_000_000
"""Values of the input that an answer repeats: 50 columns of 100,000 planets."""
MAX_LISTED = 1_000
"""Known planets on a page of their list."""
MAX_NAME = 200
"""Characters in a planet's name."""
MAX_PARAMETERS = 200
"""Query parameters."""
MAX_HEADER = 1_000
"""Characters in a header that is parsed. Some parsers take time that is quadratic in the length,
and their caches would keep as many bytes as clients send."""
MAX_PROBLEMS = 100
"""Problems listed in one answer; all are counted."""

MAX_NESTED = 1_000_000
"""Brackets in a JSON body."""
MAX_LINES = 1_000_000
"""Lines in a table."""
MAX_LINE = 2**16
"""Characters in a line of a table, and in its header."""
MAX_COLUMNS = 2_000
"""Columns of a table; catalogues have a few hundred."""

MAX_RATIO = 100
"""Largest ratio of a body's size to its compressed size, for bodies over `RATIO_FROM` bytes."""
RATIO_FROM = 2**20
MAX_GZIP_MEMBERS = 1_000
"""Members in a gzip body: enough for one that was compressed in blocks."""

MAX_UNKNOWN_KEYS = 200
"""Unknown keys that are kept, because they may be misspelt."""
MAX_COMPARED_KEYS = 40
"""Unknown keys that are compared with a missing one; each comparison takes some 20 µs."""
MAX_NEAR_MISSES = 10
"""Misspelt keys that warnings name. A warning is longer than the key that causes it."""
