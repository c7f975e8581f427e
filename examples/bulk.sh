#!/bin/sh
# Scores files of any size: sh examples/bulk.sh [FOLDER]. It needs the command `exohabit` with the extra
# `bulk`: pip install '.[bulk]' in the checkout, or pip install -r requirements-bulk.txt and
# `alias exohabit='python -m exohabit'`.
set -eu
here=$(dirname "$0")
folder=${1:-.}

# A table to another one, in the same order; then the best three as Parquet, with columns of the input.
exohabit score "$here/planets.csv" "$folder/scores.csv" --summary
exohabit score "$here/planets.csv" "$folder/best.parquet" --top 3 --keep pl_rade,pl_eqt

# Rows with problems make a run fail. Here they are left without a score, and listed in
# scores.ndjson.problems.csv; the run continues where it failed.
sed '2s/,[0-9.]*,/,big,/' "$here/planets.csv" > "$folder/with_a_mistake.csv"
exohabit score "$folder/with_a_mistake.csv" "$folder/scores.ndjson" || echo "failed, as it should"
exohabit score "$folder/with_a_mistake.csv" "$folder/scores.ndjson" --on-invalid skip --resume
cat "$folder/scores.ndjson.problems.csv"

# From another program to another one.
gzip -c "$here/planets.csv" | exohabit score - - --fields name,score | head -n 3
