"""A Dask cluster that scores the partitions of a run: its client, what runs in its workers, errors.

One machine needs none of this: `exohabit.bulk.processes`.
"""
