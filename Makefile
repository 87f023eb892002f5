# Two commands: `make serve` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: serve test lint check build clean

serve: $(VENV)/.ready  ## install, build the snapshot, serve on http://127.0.0.1:8000
	$(BIN)/passerelles serve

test: lint  ## every test
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.ready-dev  ## style, imports, the data itself
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/passerelles fmt --check
	$(BIN)/passerelles check

check: $(VENV)/.ready  ## the gate over the whole repository
	$(BIN)/passerelles check

build: $(VENV)/.ready  ## make a snapshot
	$(BIN)/passerelles build

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Passerelles needs Python >= 3.11: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --upgrade pip

$(VENV)/.ready: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(INSTALL) --editable '.[referee]' --group dev
	@touch $@

clean:  ## remove what was installed and built
	rm -rf $(VENV) .passerelles dist
