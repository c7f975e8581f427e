# One command for each thing a person wants; every one sets up what it needs on a fresh machine.
# `make run` serves from an environment without pandas and scikit-learn; the rest has everything.

SHELL := bash
PYTHON ?= python3
# Where the measured tables lie, for `make evaluate`.
DATA ?= ../shared/data
CATALOG ?= $(DATA)/nasa_pscomppars_2025-12-30.csv
LABELS ?= $(DATA)/phl_hwc_labels_half.csv
SEEDS ?= 5

SERVE := .venv-serve
FULL := .venv
PIP := -m pip install --quiet --disable-pip-version-check

# What tests of their own process cover. tests/live start the server itself; what stands in for SciPy
# is tested where that is not installed.
SERVING := $(filter-out exohabit/service/server.py exohabit/scoring/xgboost_without_scipy.py,\
	$(wildcard *.py exohabit/*/*.py))

# These tests start services, load them and measure times: no others run beside them, and nothing
# counts the lines that they reach.
SERIAL_TESTS := tests/bench tests/browser tests/live tests/survive

# Each has a file of this name in bench/peers, and requirements beside it.
PEERS := flask_tutorial fastapi_pydantic
MORE_PEERS := mlserver_xgboost bentoml_service

.PHONY: run test check lint coverage chaos survive bench bench-all bench-operation peers train evaluate ablate card clean

run: $(SERVE)/ready
	@$(if $(HOST),EXOHABIT_HOST=$(HOST)) $(if $(PORT),EXOHABIT_PORT=$(PORT)) \
		exec $(SERVE)/bin/python -m exohabit.service.server app:create_app

test: $(FULL)/ready-dev $(SERVE)/ready
	$(FULL)/bin/python -m pytest -n 2 --dist loadfile $(TEST_OPTIONS) $(SERIAL_TESTS:%=--ignore %)
	$(FULL)/bin/python -m pytest $(filter-out --cov%,$(TEST_OPTIONS)) $(SERIAL_TESTS)

check: lint
	$(MAKE) test TEST_OPTIONS="--cov --cov-report="
	$(MAKE) coverage

lint: $(FULL)/ready-dev
	$(FULL)/bin/ruff format --check
	$(FULL)/bin/ruff check
	$(FULL)/bin/mypy

# Of the last tests that were run with --cov.
coverage: $(FULL)/ready-dev
	$(FULL)/bin/coverage report
	@for module in $(SERVING); do \
		$(FULL)/bin/coverage report --include=$$module --fail-under=95 > /dev/null \
		|| { echo "less than 95 % of $$module is covered"; exit 1; }; done

# What `make test` does for seconds, for minutes: twenty ends under load, ten thousand requests.
chaos: $(FULL)/ready-dev $(SERVE)/ready
	LONG=1 $(FULL)/bin/python -m pytest tests/live -s

# Attacks on the service, in their long form: time and memory per byte, full disks, lying Redis,
# killed and frozen processes, hostile HTTP and JSON.
survive: $(FULL)/ready-dev $(SERVE)/ready
	LONG=1 $(FULL)/bin/python -m pytest tests/survive -s

# Beside other ways to serve the model, into bench/results; BENCH=--short only says, in a minute,
# whether /predict keeps its distance.
bench: $(FULL)/ready-dev $(SERVE)/ready peers
	$(FULL)/bin/python -m bench $(BENCH)

peers: $(PEERS:%=.venv-peers/%/ready)

bench-all: $(MORE_PEERS:%=.venv-peers/%/ready)
	$(MAKE) bench BENCH="--all $(BENCH)"

# What keys, limits, logs and large requests cost; BENCH=--short takes a minute.
bench-operation: $(FULL)/ready-dev $(SERVE)/ready
	$(FULL)/bin/python -m bench.operation $(BENCH)

train: $(FULL)/ready
	$(FULL)/bin/python -m training

# REPORT=--report writes models/card.md and its plots as well.
evaluate: $(FULL)/ready
	$(FULL)/bin/python -m training.evaluate --catalog $(CATALOG) --labels $(LABELS) \
		--seeds $(SEEDS) $(REPORT)

# Which changes to the model gave what, into models/ablation.json; some twenty minutes.
ablate: $(FULL)/ready
	$(FULL)/bin/python -m training.ablation --catalog $(CATALOG) --labels $(LABELS) --seeds $(SEEDS)

# Every figure of models/card.md anew; half an hour.
card:
	$(MAKE) ablate
	$(MAKE) evaluate REPORT=--report

clean:
	rm -rf $(SERVE) $(FULL) .venv-peers build

# As in deploy/Dockerfile: without what XGBoost asks for and is not used (exohabit/scoring/xgboost_without_scipy.py), the
# libraries' tests, and pip: two thirds of all.
$(SERVE)/ready: requirements-serve.txt
	$(PYTHON) -m venv $(SERVE)
	$(SERVE)/bin/python $(PIP) --no-deps -r requirements-serve.txt
	@find $(SERVE) -type d -name tests -prune -exec rm -r {} +
	@$(SERVE)/bin/python -m pip uninstall --quiet --disable-pip-version-check --yes setuptools pip
	@touch $@

$(FULL)/ready: requirements.txt requirements-serve.txt
	$(PYTHON) -m venv $(FULL)
	$(FULL)/bin/python $(PIP) -r requirements.txt
	@touch $@

$(FULL)/ready-dev: requirements-dev.txt $(FULL)/ready
	$(FULL)/bin/python $(PIP) -r requirements-dev.txt
	@touch $@

# Of a peer all is pinned, and what one asks for may come under another name.
.venv-peers/%/ready: bench/peers/%.txt
	$(PYTHON) -m venv .venv-peers/$*
	.venv-peers/$*/bin/python $(PIP) --no-deps -r $<
	@touch $@
