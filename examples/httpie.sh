#!/bin/sh
# Asks ExoHabit with HTTPie: one planet, a ranking, a CSV table, an error.
#
#     sh examples/httpie.sh [http://127.0.0.1:5000]
#
# HTTPie puts == values into the address, := values into the body as JSON, = values as text.
# In a script HTTPie needs --ignore-stdin, or it waits for a body, and --check-status, or it takes
# an error for a success. Leave out --compress: it sends deflate, and the service reads gzip only.

set -eu

service=${1:-http://127.0.0.1:5000}
cd "$(dirname "$0")"
# No proxy for this machine, even if http_proxy is set.
export no_proxy="127.0.0.1,localhost,${no_proxy:-}"

if ! http --ignore-stdin GET "$service/health" > /dev/null 2>&1; then
    echo "Nothing is listening at $service. Start ExoHabit with: make run" >&2
    exit 1
fi

title() {
    printf '\n# %s\n' "$1"
}

ask() {
    http --ignore-stdin --check-status --print=b --pretty=format "$@"
}

title 'One planet in the address; an unknown value is empty.'
ask GET "$service/predict" pl_rade==1.1 pl_bmasse== pl_orbper==365 pl_eqt==288 'st_spectype==G2 V'

title 'One planet as JSON; an unknown value is null.'
ask POST "$service/predict" \
    pl_rade:=1.1 pl_bmasse:=null pl_orbper:=365 pl_eqt:=288 'st_spectype=G2 V'

title 'The best three of many, each with its name and score only.'
ask POST "$service/rank" top==3 fields==name,score @known_planets.json

title 'A table; the answer is a table too.'
ask POST "$service/rank" Content-Type:text/csv Accept:text/csv @planets.csv

title 'A request with two problems: the answer names both.'
ask POST "$service/predict" \
    pl_rade:=-1 pl_bmasse:=null pl_orbper:=365 pl_eqt=hot st_spectype=G ||
    title "http ended with $?: 4 means that the service refused the request."
