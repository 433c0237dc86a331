# Uppföljning. `make` lists the targets. Only Python 3.11, make and git are needed beforehand.

VENV   ?= .venv
PYTHON ?= $(shell command -v python3.11 || command -v python3)
YEAR   ?= 2020
DATA   ?= data
OUT    ?= out
N      ?= 600
SEED   ?= 1
SEEDS  ?= 200
STATES ?= 20
KILLS  ?= 20
FILES  ?= 20
FILLS  ?= 5
PYTEST_FLAGS ?= -n 2 --dist loadfile --no-loadscope-reorder
UV_FLAGS     ?=

BIN   := $(VENV)/bin
STAMP := $(VENV)/.requirements

# Nothing calls home.
export DAGSTER_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
# Every process that a target starts reads the code as it has been compiled before.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help report test test-all lint schema serve bench bench-full fuzz chaos damage attack lock clean

help: ## this list
	@awk -F ':.*## ' '/^[.a-z]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "Variables: VENV=$(VENV) YEAR=$(YEAR) DATA=$(DATA) OUT=$(OUT) N=$(N) SEED=$(SEED) SEEDS=$(SEEDS) PYTEST_FLAGS='$(PYTEST_FLAGS)' UV_FLAGS='$(UV_FLAGS)'"

.venv: $(STAMP) ## the virtual environment, made from requirements.lock

$(STAMP): requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	@touch $@

report: $(STAMP) ## the report of YEAR: demo deliveries into DATA, build, export to OUT
	$(BIN)/uppfoljning --home $(DATA) init --demo
	$(BIN)/uppfoljning --home $(DATA) build --year $(YEAR)
	$(BIN)/uppfoljning --home $(DATA) export --year $(YEAR) --out $(OUT)
	@echo
	@echo "Release:  $(DATA)/releases/current"
	@echo "Workbook: $(OUT)/uppfoljning_$(YEAR).xlsx"
	@echo "Tables:   $(OUT)/csv"

test: $(STAMP) ## the tests
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

test-all: $(STAMP) ## the tests and what is too dear for every change (nightly)
	$(BIN)/python -m pytest $(PYTEST_FLAGS) -m ""

lint: $(STAMP) ## ruff, mypy, the rooms and sqlfluff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 2 dbt/models

schema: $(STAMP) ## what repeats formats and column dictionary anew: dbt's sources and doc blocks, the table of raw tables
	$(BIN)/python -m dagster_project.sources.schema
	$(BIN)/python -m dagster_project.warehouse.columns

serve: $(STAMP) ## Dagster's web interface on DATA
	$(BIN)/uppfoljning --home $(DATA) serve

bench: $(STAMP) ## speed as ratios, measured in one run
	$(BIN)/python -m bench

bench-full: $(STAMP) ## the same at national size, into docs/performance.md; BENCH_DIR keeps the files (about 20 GB free)
	$(BIN)/python -m bench.waiting_times --full --write $(if $(BENCH_DIR),--folder $(BENCH_DIR))

fuzz: $(STAMP) ## N damaged deliveries, made from SEED: each is read right or told; RESULTS keeps what came of them and goes on where it was (docs/reliability.md)
	$(BIN)/python -m bench.fuzz --cases $(N) --seed $(SEED) $(if $(RESULTS),--results $(RESULTS))

chaos: $(STAMP) ## builds cut off before STATES of their steps and KILLS times at random (docs/reliability.md)
	$(BIN)/python -m bench.chaos --states $(STATES) --kills $(KILLS) --seed $(SEED)

damage: $(STAMP) ## FILES damaged files of a home folder, and FILLS builds on a full disk (docs/reliability.md; the disk takes root)
	$(BIN)/python -m bench.chaos.damage --files $(FILES) --fills $(FILLS) --seed $(SEED)

attack: $(STAMP) ## SEEDS random releases of each kind about persons: nothing hidden can be computed (docs/reliability.md)
	UPPFOLJNING_SEEDS=$(SEEDS) $(BIN)/python -m pytest -q -m "" tests/vantetid/test_marts_suppression.py
	UPPFOLJNING_SEEDS=$(SEEDS) $(BIN)/python -m pytest -q -m "" tests/dbt/test_dbt_sekretess.py

lock: $(STAMP) ## requirements.lock anew from pyproject.toml (UV_FLAGS=--upgrade raises every pin)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-strip-extras \
	  --no-annotate --no-header $(UV_FLAGS) --output-file requirements.lock pyproject.toml

clean: ## remove caches and OUT, never DATA
	rm -rf $(OUT) dbt/target dbt/logs .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
