# Everything that the README names.  Needs python3 (3.11 or newer) with venv, and make.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench torture differential mutants lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/run  ## install, start the demo on an embedded database, print how to sign in
	@exec $(BIN)/plainlab demo

test: $(VENV)/test  ## the whole suite
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(VENV)/test  ## formatting, lint, types, layers; changes nothing
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/plainlab ranges check
	@$(BIN)/plainlab locale check

fix: $(VENV)/test  ## format, and mend what lint can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/test  ## side by side with what you would use instead
	@$(BIN)/python -m benchmarks

torture: $(VENV)/test  ## 200 kills, full disks and failing calls each: is what was acknowledged stored?
	@$(BIN)/python -m tests.torture $(ARGS)

differential: $(VENV)/test  ## a million random panels through two classifiers that share no code
	@$(BIN)/python -m tests.differential $(ARGS)

mutants: $(VENV)/test  ## change the core bit by bit: do its tests notice?
	@$(BIN)/python -m tests.mutants $(ARGS)

lock:  ## renew requirements/*.txt (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 \
	  --generate-hashes --no-strip-extras --no-header --no-annotate -q -o requirements/run.txt
	uv pip compile pyproject.toml --group test --universal --python-version 3.11 \
	  --generate-hashes --no-strip-extras --no-header --no-annotate -q -o requirements/test.txt

clean:  ## remove the environment and all that was built; keeps var/, the demo's database
	rm -rf $(VENV) build dist *.egg-info .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run: $(BIN)/python requirements/run.txt pyproject.toml
	@echo "Installing what requirements/run.txt locks ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/test: $(VENV)/run requirements/test.txt
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@
