# `make demo` and `make test` need Python 3.11+ and git; each makes .venv and installs what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help demo test check format docs bench soak clean

help:  ## Say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Interlock needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev --editable '.[cli]'
	@touch $@

demo: $(VENV)/.installed  ## Run the gate on a safe and a breaking change, then validate the recorded scenarios
	$(BIN)/python tools/demo.py

tests/compat/suite/tests: $(VENV)/.installed
	$(BIN)/python tests/compat/suite/fetch.py
	@touch $@

tests/exports/specs/asyncapi-3.0.0.json: $(VENV)/.installed
	$(BIN)/python tests/exports/specs/fetch.py
	@touch $@

test: check tests/compat/suite/tests tests/exports/specs/asyncapi-3.0.0.json  ## Run every check and every test
	$(BIN)/python -m pytest -n auto -q

check: $(VENV)/.installed  ## Lint, types, import directions, and the shipped catalog
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/interlock lint

format: $(VENV)/.installed  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.installed  ## Write the pages that come from the code
	$(BIN)/python tools/docs.py

bench: $(VENV)/.installed  ## Run the benchmarks; they print ratios against named peers
	$(BIN)/python tests/benchmarks

soak: $(VENV)/.installed  ## Send 100,000 events through each transport, and 50,000 through an edge that is killed again and again
	$(BIN)/python tests/soak/transports.py
	$(BIN)/python tests/soak/edge.py

clean:  ## Remove what was made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
