"""Files larger than a request: scored partition by partition, on one machine or on a cluster.

The way of `exohabit score IN OUT`:

- `commands` turns the options into a request, which `runs` carries out step by step. `exits` turns
  errors into messages (`messages`).
- `preparation` checks IN and cuts it into partitions (`cutting`, `records`, `parquet_files`).
- `processes` or `cluster` hand out partitions; `partition_task` scores one of them into a part, a
  file in the folder OUT.parts (`part_files`, `part_writing`).
- `csv_rows`, `ndjson_rows` and `parquet_rows` read a partition, and `row_scores` scores its rows.
  The modules `arrow_*` and `decimal_texts` turn what pyarrow reads into the service's columns.
- `joining` makes OUT of the parts.
"""
