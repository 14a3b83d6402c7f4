# Everything a developer or a first-time user runs. Set-up leaves stamps, so a second call skips it.

PYTHON   ?= $(shell command -v python3.11 || command -v python3)
BIN      := .venv/bin
PACKAGES := .venv/.packages
MODULES  := frontend/node_modules/.installed
DIST     := frontend/dist/.built
SOURCES   = $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*')

.DEFAULT_GOAL := help
.PHONY: help run dev test check bench lock setup frontend format clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

run: setup ## set everything up, then start the hub with demo data
	@exec $(BIN)/hub run --demo

dev: setup ## the same, reloading when Python or the front end changes
	@exec $(BIN)/python -m tools.dev

test: setup ## the whole test suite, then its database part on PostgreSQL and Redis
	@exec $(BIN)/python -m tools.test $(TESTS)

check: setup ## format, lint, types, import contracts, migrations, locks, front-end types
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -W ignore::RuntimeWarning -m hub manage makemigrations --check --dry-run
	$(BIN)/python -m tools.lock --check
	$(BIN)/python -m tools.frontend check

bench: setup ## the benchmarks, one line per figure
	@exec $(BIN)/python -m bench

lock: $(PACKAGES) ## lock the dependencies anew (UPGRADE=1 takes the newest versions)
	$(BIN)/python -m tools.lock $(if $(UPGRADE),--upgrade)

setup: $(PACKAGES) $(DIST)

frontend: $(DIST)

format: setup ## put the code into its usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what set-up made; the data in var/ stays
	rm -rf .venv frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache

$(PACKAGES): requirements/dev.lock pyproject.toml tools/bootstrap.py
	@$(PYTHON) tools/bootstrap.py
	@touch $@

$(MODULES): frontend/package.json frontend/package-lock.json | $(PACKAGES)
	@$(BIN)/python -m tools.frontend install
	@touch $@

$(DIST): $(SOURCES) $(MODULES) | $(PACKAGES)
	@$(BIN)/python -m tools.frontend build
	@touch $@
