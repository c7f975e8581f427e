"""Files larger than a request: scored partition by partition, on one machine or on a cluster.

`preparation` cuts the input into partitions, `partition_scores` scores one of them into a file of
its own, `joining` joins these files. `runs` puts the steps together.
"""
