# Each target does all its own set-up; a second run finds it done. Set PYTHON=... to choose the interpreter.

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
export PIP_ROOT_USER_ACTION = ignore

.PHONY: help
help:  ## This list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):[^#]*## */\1\t/' | awk -F '\t' '{printf "  make %-9s %s\n", $$1, $$2}'

.PHONY: run
run: .venv/.run static/vendor/.done  ## Serve Twofeet, with a rehearsal event to play with, on http://localhost:8000
	@$(BIN)/python -m solver --warm search
	@$(BIN)/twofeet run

.PHONY: test
test: prerequisites compiled static/vendor/.done  ## Run every test
	@$(BIN)/python -m pytest -n 2 --dist worksteal

.PHONY: prerequisites
prerequisites: .venv/.dev
	@$(BIN)/python tools/prerequisites.py

.PHONY: compiled
compiled: .venv/.dev
	@$(BIN)/python -m solver --warm

# Parts of their own, so that `make --jobs=2` has mypy on one core and the rest on the other.
.PHONY: lint types style scripts
lint: types style scripts  ## Check style, types and the direction of imports

types: .venv/.dev
	@$(BIN)/mypy

style: .venv/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/python tools/texts.py check

scripts: .venv/.dev static/vendor/.done
	@$(BIN)/python tools/lint_scripts.py

.PHONY: texts
texts: .venv/.run  ## Find all texts for translators, after some were added or changed
	@$(BIN)/python tools/texts.py update
	@$(BIN)/python tools/texts.py missing

.PHONY: bench
bench: .venv/.dev static/vendor/.done  ## Measure pages, votes, streams and the solver on this machine (about ten minutes)
	@$(BIN)/python -m bench.pages
	@$(BIN)/python -m bench.first_visit
	@$(BIN)/python -m bench.votes
	@$(BIN)/python -m bench.streams
	@$(BIN)/python -m bench.follow
	@$(BIN)/python -m bench.solver --quick

.PHONY: wheel
wheel: .venv/.run static/vendor/.done  ## Make an installable package of all this in dist/
	@rm -rf build
	@$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@rm -rf build
	@ls dist/*.whl

.PHONY: clean
clean:  ## Remove what set-up made; the data in var/ stays
	rm -rf .venv node_modules static/vendor static/packed

.venv/.made: tools/environment.sh
	@sh tools/environment.sh "$(PYTHON)"
	@touch $@

.venv/.run: .venv/.made requirements-build.lock requirements.lock pyproject.toml setup.py
	@echo "Installing what Twofeet runs on"
	@$(PIP) install --quiet --require-hashes --requirement requirements-build.lock --requirement requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	@echo "Installing what the tests need"
	@$(PIP) install --quiet --no-compile --require-hashes --requirement requirements-dev.lock
	@touch $@

static/vendor/.done: .venv/.run package.json package-lock.json requirements-node.lock tools/assets.py tools/node.py
	@$(BIN)/python tools/assets.py
	@touch $@
