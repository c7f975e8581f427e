"""Files larger than a request: scored partition by partition, on one machine or on a cluster.

How `exohabit score IN OUT` works:

- `commands` turns the options (`command_options`) into a request, which `runs` carries out step by
  step, in a folder of its own (`run_folder`). `exits` turns errors into messages.
- `preparation` checks IN (`paths`, `file_formats`, `csv_head`), and cuts it into partitions
  (`cutting`, `records`, `parquet_files`). The result is a job (`jobs`).
- `processes` or `cluster` hand out partitions; `partition_task` scores one of them into a part, a
  file in the folder OUT.parts (`part_files`, `part_columns`, `part_writing`).
- `csv_rows`, `ndjson_rows` and `parquet_rows` read a partition (`row_source`), and `row_scores`
  scores its rows. The modules `arrow_*` turn what pyarrow reads into the
  service's columns. `csv_recheck` and `parquet_planets` give rows that may have problems to the
  service's own validation.
- `joining` makes OUT of the parts, `problem_files` OUT.problems.csv, and `summaries` the counts.
"""
