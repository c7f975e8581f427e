# One command for each task; each sets up what it needs on a fresh machine. `make run` serves from an
# environment without pandas and scikit-learn; all others use one with everything.

SHELL := bash
PYTHON ?= python3
# The folder of the tables that `make evaluate` measures on.
DATA ?= ../shared/data
CATALOG ?= $(DATA)/nasa_pscomppars_2025-12-30.csv
LABELS ?= $(DATA)/phl_hwc_labels_half.csv
OEC ?= $(DATA)/open_exoplanet_catalogue_2023-10.csv
KOI ?= $(DATA)/nasa_koi_cumulative_2019-01.csv
SEEDS ?= 5

SERVE := .venv-serve
FULL := .venv
PIP := -m pip install --quiet --disable-pip-version-check

# Modules whose coverage is checked one by one. Only tests/live runs the server; the stand-in for SciPy
# is tested in an environment without SciPy.
SERVING := $(filter-out exohabit/service/server.py exohabit/service/draining_server.py \
	exohabit/service/worker.py exohabit/scoring/xgboost_without_scipy.py exohabit/bulk/cluster/%,\
	$(wildcard *.py exohabit/*/*.py exohabit/*/*/*.py))

# These tests start services of their own, or measure times and memory: their coverage is not counted.
# Files that take long come first, because a file is tested by one process.
PROCESS_TESTS := tests/live tests/survive tests/bench tests/browser tests/bulk/cluster \
	tests/test_packaging.py
# With bytecode on the disk even where it is switched off: every worker, and every process that a test
# starts, would otherwise compile all modules again.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(FULL)/bin/python -m pytest --dist loadfile --no-loadscope-reorder

# The packages of the TypeScript example, if npm is there. Its tests are skipped without them.
NODE := $(if $(shell command -v npm),examples/typescript/node_modules/ready)

# Each has a module and a requirements file of its name in bench/peers.
PEERS := flask_tutorial fastapi_pydantic
MORE_PEERS := mlserver_xgboost bentoml_service

.PHONY: run adopt explain-adopt test test-slow check lint coverage chaos survive bench bench-all bench-operation peers train evaluate ablate catalog lock sbom image card screenshots bench-pages clean help

run: $(SERVE)/ready
	@exec $(SERVE)/bin/python -m exohabit.service.server app:create_app

# Makes a model of your own ready to serve (docs/own-model.md): MODEL and INTO, and perhaps COLUMNS;
# OPTIONS are further options of `exohabit model adopt`.
adopt: $(if $(and $(MODEL),$(INTO)),$(SERVE)/ready,explain-adopt)
	@$(SERVE)/bin/python -m exohabit model adopt "$(MODEL)" --into "$(INTO)" \
		$(if $(COLUMNS),--columns "$(COLUMNS)") $(OPTIONS)

explain-adopt:
	@echo 'Name your model, its columns and the folder to write:' >&2
	@echo '  make adopt MODEL=model.pkl COLUMNS=feature_columns.pkl INTO=mine' >&2
	@echo 'COLUMNS may be left out if the model was trained on a DataFrame; docs/own-model.md says more.' >&2
	@exit 2

# For two cores. Tests also wait, the process tests most of the time, so more than two run at once.
test: $(FULL)/ready-dev $(SERVE)/ready
	$(PYTEST) -n 3 -m "not slow" $(PROCESS_TESTS:%=--ignore %)
	$(PYTEST) -n 4 -m "not slow" $(PROCESS_TESTS)

# The tests that `make test` leaves out: a browser, an installed wheel, a client in TypeScript, the linters of
# deploy/, a cluster, every kind of model that can be adopted, long attacks on services. SLOW names the
# folders or files to run. A browser keeps a core busy.
SLOW ?= tests
test-slow: $(FULL)/ready-dev $(SERVE)/ready $(NODE)
	$(PYTEST) -n 2 -m slow $(SLOW)

check: lint test

lint: $(FULL)/ready-dev
	$(FULL)/bin/ruff format --check
	$(FULL)/bin/ruff check
	$(FULL)/bin/mypy

# The coverage of each module that serves, by the tests that start no service, the slow ones among them.
coverage: $(FULL)/ready-dev $(SERVE)/ready $(NODE)
	$(PYTEST) -n 3 --cov --cov-report= $(PROCESS_TESTS:%=--ignore %)
	$(FULL)/bin/coverage report
	@for module in $(SERVING); do \
		$(FULL)/bin/coverage report --include=$$module --fail-under=95 > /dev/null \
		|| { echo "less than 95 % of $$module is covered"; exit 1; }; done

# The tests of tests/live in their long form: twenty restarts under load, ten thousand requests.
chaos: $(FULL)/ready-dev $(SERVE)/ready
	LONG=1 $(FULL)/bin/python -m pytest tests/live -s

# Attacks on the service in their long form: time and memory per byte, full disks, wrong replies from
# Redis, killed and frozen processes, hostile HTTP and JSON.
survive: $(FULL)/ready-dev $(SERVE)/ready
	LONG=1 $(FULL)/bin/python -m pytest tests/survive -s

# Compares ExoHabit with other ways to serve the model, into bench/results. BENCH=--short takes a minute
# and only checks that /predict is fast enough.
bench: $(FULL)/ready-dev $(SERVE)/ready peers
	$(FULL)/bin/python -m bench $(BENCH)

peers: $(PEERS:%=.venv-peers/%/ready)

bench-all: $(MORE_PEERS:%=.venv-peers/%/ready)
	$(MAKE) bench BENCH="--all $(BENCH)"

# The cost of keys, limits, logs and large requests; BENCH=--short takes a minute.
bench-operation: $(FULL)/ready-dev $(SERVE)/ready
	$(FULL)/bin/python -m bench.operation $(BENCH)

.PHONY: bulk-long bench-bulk

# Millions of planets through `exohabit score`: formats, sizes of parts, kills, memory; then twenty kills
# of the workers of a Dask cluster; some minutes.
bulk-long: $(FULL)/ready-dev
	$(FULL)/bin/python -m tests.bulk.long_runs
	LONG=1 $(FULL)/bin/python -m pytest tests/bulk/cluster -s

# Processor time of `exohabit score` beside XGBoost's bare prediction and a usual script; two workers of a
# Dask cluster beside one process, with 20 million planets.
bench-bulk: $(FULL)/ready-dev
	$(FULL)/bin/python -m bench.bulk
	$(FULL)/bin/python -m bench.cluster

# The model, and the scores of the package's known planets.
train: $(FULL)/ready
	$(FULL)/bin/python -m training
	$(FULL)/bin/python -m training.catalog

# REPORT=--report writes models/card.md and its plots as well.
evaluate: $(FULL)/ready
	$(FULL)/bin/python -m training.evaluate --catalog $(CATALOG) --labels $(LABELS) \
		--oec $(OEC) --koi $(KOI) --seeds $(SEEDS) $(REPORT)

# The effect of each change to the model, into models/ablation.json; a quarter of an hour.
ablate: $(FULL)/ready
	$(FULL)/bin/python -m training.ablation --catalog $(CATALOG) --labels $(LABELS) \
		--oec $(OEC) --koi $(KOI)

# The package's catalogue of known planets, from the archive's table, and its scores.
catalog: $(FULL)/ready
	$(FULL)/bin/python -m training.catalog --catalog $(CATALOG)

# The hashes of the packages that serve, for all systems. After each change of them.
lock: $(FULL)/ready-dev
	$(FULL)/bin/uv --quiet pip compile requirements-serve.txt requirements-plots.txt \
		--output-file requirements-serve.lock --universal --python-version 3.11 \
		--no-deps --generate-hashes --no-annotate --no-emit-index-url \
		--custom-compile-command "make lock"

# What an image contains, as CycloneDX, into build/sbom.json.
sbom: $(FULL)/ready-dev $(SERVE)/ready
	@mkdir -p build
	$(FULL)/bin/cyclonedx-py environment $(SERVE) --pyproject pyproject.toml --output-reproducible \
		--output-file build/sbom.json

# Builds the image of deploy/Dockerfile, starts it as its user, sends the README's requests and stops
# it. IMAGE_BASE=registry fetches the base image; by default Debian's packages stand in for it.
image: $(FULL)/ready-dev
	@if [ "$$(id -u)" != 0 ] || ! command -v buildah > /dev/null || ! command -v debootstrap > /dev/null; then \
		echo "image: skipped, because it needs root, buildah and debootstrap (tests/debian-packages.sh)"; \
	else \
		deploy/build-image.sh $(IMAGE_BASE) && $(FULL)/bin/python -m pytest -s tests/deploy/image.py; \
	fi

# The pictures of the README, into docs/.
screenshots: $(FULL)/ready-dev $(SERVE)/ready
	$(FULL)/bin/python -m tests.browser.screenshots

# Sizes and times of the pages in a browser.
bench-pages: $(FULL)/ready-dev $(SERVE)/ready
	@$(FULL)/bin/python -m tests.browser.measure

# Computes every figure of models/card.md again; twenty minutes.
card:
	$(MAKE) ablate
	$(MAKE) evaluate REPORT=--report

# The table of docs/development.md, without what follows a colon or semicolon.
help:
	@sed -nE -e 's/\[([^]]*)\]\([^)]*\)/\1/g; s/`//g; s/[:;] [^|]*//; s/^\| (make [^|]+) \| ([^|]*[^| ]) ?\|.*/\1|\2/p' \
		docs/development.md | awk -F '|' '{ printf "%-22s%s\n", $$1, $$2 }'

clean:
	rm -rf $(SERVE) $(FULL) .venv-peers build examples/typescript/node_modules

# As in deploy/Dockerfile: without SciPy (see exohabit/scoring/xgboost_without_scipy.py), the libraries'
# tests and pip, which are two thirds of the size, and with ECharts alone of the package that holds it.
$(SERVE)/ready: requirements-serve.txt requirements-plots.txt requirements-serve.lock
	$(PYTHON) -m venv $(SERVE)
	$(SERVE)/bin/python $(PIP) --no-deps --require-hashes -r requirements-serve.lock
	@find $(SERVE) -type d -name tests -prune -exec rm -r {} +
	@find $(SERVE)/lib*/python*/site-packages/nicegui -type f ! -path '*/echart/dist/*.js' -delete
	@$(SERVE)/bin/python -m pip uninstall --quiet --disable-pip-version-check --yes setuptools pip
	@touch $@

$(FULL)/ready: requirements.txt requirements-serve.txt requirements-plots.txt
	$(PYTHON) -m venv $(FULL)
	$(FULL)/bin/python $(PIP) -r requirements.txt
	$(FULL)/bin/python $(PIP) --no-deps --no-compile -r requirements-plots.txt
	@touch $@

# Without warnings about requirements-plots.txt, whose package lacks its dependencies on purpose.
$(FULL)/ready-dev: requirements-dev.txt requirements-bulk.txt $(FULL)/ready
	$(FULL)/bin/python $(PIP) --no-warn-conflicts -r requirements-dev.txt
	@touch $@

examples/typescript/node_modules/ready: examples/typescript/package-lock.json
	@cd examples/typescript && npm ci --silent --no-audit --no-fund && touch node_modules/ready \
		|| echo "npm cannot install the packages of the TypeScript example: its tests are skipped"

# A peer's file pins every package, and may replace a dependency by one of another name.
.venv-peers/%/ready: bench/peers/%.txt
	$(PYTHON) -m venv .venv-peers/$*
	.venv-peers/$*/bin/python $(PIP) --no-deps -r $<
	@touch $@
