#!/usr/bin/env bash
# Asks ExoHabit with HTTPie: one planet, a ranking, a CSV table, an error.
#
#     bash examples/httpie.sh [http://127.0.0.1:5000]
#
# A value after == goes into the address, after := into the body as it is, after = as text.
# In a script HTTPie needs --ignore-stdin, or it waits for a body, and --check-status, or it takes
# an error for a success. Leave out --compress: it sends deflate, and the service reads gzip.

set -euo pipefail

service=${1:-http://127.0.0.1:5000}
cd "$(dirname "$0")"

title() {
    printf '\n# %s\n' "$1"
}

ask() {
    http --ignore-stdin --check-status --print=b --pretty=format "$@"
}

title 'One planet, told in the address; what is not known has an empty value.'
ask GET "$service/predict" pl_rade==1.1 pl_bmasse== pl_orbper==365 pl_eqt==288 'st_spectype==G2 V'

title 'One planet as JSON; what is not known is null.'
ask POST "$service/predict" \
    pl_rade:=1.1 pl_bmasse:=null pl_orbper:=365 pl_eqt:=288 'st_spectype=G2 V'

title 'The best three of many, and of each only the name and the score.'
ask POST "$service/rank" top==3 fields==name,score @known_planets.json

title 'A table, and a table back.'
ask POST "$service/rank" Content-Type:text/csv Accept:text/csv @planets.csv

title 'A request with two faults: the answer names both.'
ask POST "$service/predict" \
    pl_rade:=-1 pl_bmasse:=null pl_orbper:=365 pl_eqt=hot st_spectype=G ||
    title "http ended with $?: 4 is a request that the service refused."
