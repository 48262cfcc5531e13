# Every target sets up what it needs from a bare Python 3.11+; nothing has to be installed first.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
LOCK    = $(BIN)/python -m uv pip compile -q --generate-hashes --no-header --no-emit-index-url --universal --python-version 3.11 pyproject.toml
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo run test proofs lint bench chaos e2e lock clean

help:    ## Show what can be made.
	@grep -E '^[a-z0-9]+: .*##|^[a-z0-9]+:  +##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 10

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Handshake needs Python 3.11 or newer; try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) (once, about half a minute) ..."
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Adding what the tests need ..."
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.run   ## Try everything: a sample company, no accounts needed.
	@$(BIN)/handshake demo $(ARGS)

run: $(VENV)/.run    ## Run Handshake as the environment (or .env) says.
	@$(BIN)/handshake run $(ARGS)

lint: $(VENV)/.dev   ## Style, types and who may import whom.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

test: lint           ## Everything: lint, then all tests on SQLite and a real PostgreSQL.
	@$(BIN)/python -m pytest -n 2 $(ARGS)

proofs: $(VENV)/.dev ## Thousands of cases, simulated years and killed processes; CI runs them after the tests.
	@$(BIN)/python -m pytest -n 2 -m "(proof or hypothesis) and not chaos" --hypothesis-profile=proofs -o timeout=900 $(ARGS)

chaos: $(VENV)/.dev  ## Kill, pause and fill the disk; judged from the fake platform's log.
	@$(BIN)/python -m pytest tests/chaos -m chaos -n 0 $(ARGS)

bench: $(VENV)/.dev  ## Speed as ratios to the bare library doing the same.
	@$(BIN)/python -m tests.benchmarks $(ARGS)

e2e: $(VENV)/.dev    ## The product driven as a user would: the command line, Teams in a browser, and a Slack by others.
	@sh tests/e2e/install.sh $(BIN)/python
	@$(BIN)/python -m pytest tests/journeys tests/e2e -m e2e -n 0 -rs $(ARGS)

lock: | $(BIN)/python  ## Compile the locked requirements anew, with hashes and without addresses.
	@$(INSTALL) uv
	@$(LOCK) --extra build -o requirements.txt
	@$(LOCK) --extra dev -c requirements.txt -o requirements-dev.txt

clean:   ## Remove the virtual environment and caches (never your store).
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info
