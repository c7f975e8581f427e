"""Jobs: everything that decides the bytes of a run's output.

A job is made once, by `preparation`, and is stored in the manifest of the run. It can be pickled.
"""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

from exohabit.bulk.file_formats import PARQUET, FileFormat
from exohabit.inputs.query import Query
from exohabit.inputs.query_parameters import BY_SCORE

PARTITION_BYTES = 16 * 2**20
"""Size of the partitions of a text, in bytes."""
PARTITION_ROWS = 200_000
"""Rows of the partitions of a Parquet file, at least; a row group is not cut."""
TOP_COUNT = 10
"""Best planets that a summary lists."""
_DIGITS = 12
"""Of a fingerprint."""


class InputFile(Struct, frozen=True):
    """A file of the input, and what tells that it is still the same."""

    path: str
    size: int
    modified_ns: int
    sha256: str


class Source(Struct, frozen=True):
    """The input of a run."""

    kind: str
    files: tuple[InputFile, ...]
    names: tuple[str, ...] = ()
    """Of the columns of a table."""
    separator: str = ","
    default_only: bool = False
    """Whether only rows with a `default_flag` of 1 count."""


class Options(Struct, frozen=True):
    """What a run writes: options of the API, and the size of the partitions."""

    fields: tuple[str, ...] | None = None
    keep: tuple[str, ...] | None = None
    top: int | None = None
    min_score: float | None = None
    explain: bool = False
    uncertainty: bool = False
    context: bool = False
    partition_bytes: int = PARTITION_BYTES
    partition_rows: int = PARTITION_ROWS

    @property
    def query(self) -> Query:
        """The options as a query that lists every planet."""
        return Query(
            fields=self.fields,
            keep=self.keep,
            explain=self.explain,
            uncertainty=self.uncertainty,
            context=self.context,
            order_by=BY_SCORE,
        )

    @property
    def lists_unscored(self) -> bool:
        """Whether planets without a score are written."""
        return self.top is None and self.min_score is None


class Model(Struct, frozen=True):
    """The model of a run."""

    root: str | None
    """Its folder; None is the installed one."""
    version: str
    sha256: str
    """Of its manifest."""
    fast_engines: bool = True
    """Whether to use the fast engines; XGBoost alone gives the same scores."""
    threshold: float = 0.5


class Writer(Struct, frozen=True):
    """The versions that write the output: others may write other bytes."""

    pyarrow: str
    numpy: str
    exohabit: str


class Partition(Struct, frozen=True):
    """A piece of the input that is scored as a unit."""

    number: int
    file: int
    """Index of its file."""
    start: int
    """First byte of a text, or first row group of a Parquet file."""
    stop: int
    first_line: int
    """Number of its first line, or row of a Parquet file, from 1."""
    first_index: int
    """Index of its first planet, from 0."""
    rows: int
    """Number of its planets."""
    is_plain: bool = True
    """Whether pyarrow reads its quotes and line ends as the service does."""


class Job(Struct, frozen=True):
    """A run: its input, options, model and writer, and its partitions."""

    source: Source
    options: Options
    model: Model
    writer: Writer
    target: str
    """Kind of the output."""
    is_gzip: bool
    columns: tuple[str, ...]
    """Of the output."""
    folder: str
    """Where its parts are written, as an absolute path."""
    partitions: tuple[Partition, ...]
    fingerprint: str = ""
    """Hash of everything that decides the bytes. It is in the names of the parts, so that a process
    left over from a run with other options cannot replace them."""

    @property
    def with_fingerprint(self) -> Job:
        """The job with its fingerprint."""
        model = msgspec.structs.replace(self.model, root=None, fast_engines=True)
        same = msgspec.structs.replace(self, model=model, folder="", fingerprint="")
        digest = hashlib.sha256(msgspec.json.encode(same)).hexdigest()
        return msgspec.structs.replace(self, fingerprint=digest[:_DIGITS])

    @property
    def part_format(self) -> FileFormat:
        """The format of its parts; the best planets are chosen from tables of Parquet."""
        is_ranking = self.options.top is not None
        return FileFormat(PARQUET) if is_ranking else FileFormat(self.target, self.is_gzip)

    @property
    def without_partitions(self) -> Job:
        """The job for a process that gets its partitions one by one."""
        return msgspec.structs.replace(self, partitions=())

    def to_json(self) -> bytes:
        """Return it as JSON."""
        return msgspec.json.format(msgspec.json.encode(self))


class Receipt(Struct, frozen=True):
    """The counts of a partition; its file is written when the part is complete."""

    number: int
    rows: int
    """Planets that were read."""
    written: int
    """Rows of its part."""
    size: int
    """Bytes of its part."""
    scored: int
    habitable: int
    invalid: int
    problems: int
    histogram: tuple[int, ...]
    """Scores by tenths."""
    top: tuple[tuple[str | None, float, int], ...]
    """Name, score and index of its best planets."""
    unused: dict[int, int]
    """Rows with a size in another unit where ours is empty, by the position of that column."""

    def to_json(self) -> bytes:
        """Return it as JSON."""
        return msgspec.json.encode(self)


def decode_job(content: bytes) -> Job:
    """Return the job of a manifest; raises ValueError if it is not one."""
    return msgspec.json.decode(content, type=Job)


def decode_receipt(content: bytes) -> Receipt:
    """Return the receipt; raises ValueError if it is not one."""
    return msgspec.json.decode(content, type=Receipt)
