#!/bin/sh
# Asks ExoHabit with curl: one planet, a ranking, a CSV table, a compressed body, an explanation, an
# error.
#
#     sh examples/curl.sh [http://127.0.0.1:5000]
#
# --fail-with-body (curl 7.76 or newer) shows the body of an error, which says what is wrong, and
# still exits with an error that a script can see. --fail alone would hide the body.

set -eu

service=${1:-http://127.0.0.1:5000}
cd "$(dirname "$0")"
# No proxy for this machine, even if http_proxy is set.
export no_proxy="127.0.0.1,localhost,${no_proxy:-}"

if ! curl --silent --output /dev/null "$service/health"; then
    echo "Nothing is listening at $service. Start ExoHabit with: make run" >&2
    exit 1
fi

title() {
    printf '\n# %s\n' "$1"
}

ask() {
    curl --silent --show-error --fail-with-body "$@"
}

title 'One planet in the address; an unknown value is empty.'
ask "$service/predict?pl_rade=1.1&pl_bmasse=&pl_orbper=365&pl_eqt=288&st_spectype=G2%20V"

title 'One planet as JSON; an unknown value is null.'
ask "$service/predict" -H 'Content-Type: application/json' \
    -d '{"pl_rade": 1.1, "pl_bmasse": null, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G2 V"}'

title 'The best three of many, each with its name and score only.'
ask "$service/rank?top=3&fields=name,score" -H 'Content-Type: application/json' \
    -d @known_planets.json

# -d would join the lines of a table; --data-binary keeps them.
title 'A table, as downloaded from the NASA Exoplanet Archive; the answer is a table too.'
ask "$service/rank" -H 'Content-Type: text/csv' -H 'Accept: text/csv' --data-binary @planets.csv

title 'The same, compressed on the way there and back.'
gzip --stdout planets.csv | ask "$service/rank" --compressed --data-binary @- \
    -H 'Content-Type: text/csv' -H 'Content-Encoding: gzip' -H 'Accept: text/csv'

title 'Kepler-186 f with its errors: the score explained, its uncertainty and its context.'
ask "$service/predict?explain=true&uncertainty=true&context=true" \
    -H 'Content-Type: application/json' -d '{
        "name": "Kepler-186 f", "pl_rade": 1.17, "pl_radeerr1": 0.08, "pl_radeerr2": -0.08,
        "pl_bmasse": null, "pl_orbper": 129.9441, "pl_eqt": 177, "st_spectype": "M1 V",
        "st_teff": 3755, "st_tefferr1": 90, "st_tefferr2": -90
    }'

title 'A request with two problems: the answer names both.'
ask "$service/predict" -H 'Content-Type: application/json' \
    -d '{"pl_rade": -1, "pl_bmasse": null, "pl_orbper": 9, "pl_eqt": "hot", "st_spectype": "G"}' ||
    title "curl ended with $?: 22 means that the service refused the request."
