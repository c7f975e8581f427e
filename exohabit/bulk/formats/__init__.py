"""Formats of large files: the planets of a partition of CSV, NDJSON or Parquet, read by pyarrow.

Rows that pyarrow and the service may read differently are rechecked by the service's readers.
"""
