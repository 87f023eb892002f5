# Two commands: `make serve` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

FRONTEND := src/graph/web/frontend
BUNDLE := src/graph/web/static/bundle/manifest.json

.PHONY: serve test lint check build clean

serve: $(VENV)/.ready $(BUNDLE)  ## install, build the snapshot, serve on http://127.0.0.1:8000
	$(BIN)/passerelles serve

test: lint $(BUNDLE)  ## every test
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

$(BUNDLE): $(wildcard $(FRONTEND)/*.*)
	@command -v npm >/dev/null || echo "Without Node >= 18 and npm the pages do without the query editor." >&2
	@! command -v npm >/dev/null || { cd $(FRONTEND) && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error; } && npm run --silent build; }

clean:  ## remove what was installed and built
	rm -rf $(VENV) .passerelles build dist $(FRONTEND)/node_modules $(dir $(BUNDLE))
