# Two commands on a fresh machine: `make demo` and `make test`. Both set up their own .venv first.

# The newest Python that we support; override with `make demo PYTHON=/path/to/python`.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 13)))' >/dev/null 2>&1; then echo $$p; break; fi; done)
BIN := .venv/bin
STAMP := .venv/.installed
# Two at a time, a file at a time: what a file shares is made once, and the long files begin first.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: setup demo test quick lint types contracts check eval constraints clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "tenfour needs Python 3.11, 3.12 or 3.13 with venv; none was found. Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python"; exit 1; }
	@echo "Setting up .venv with $(PYTHON) (once; about two minutes) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(STAMP)

demo: setup
	@$(BIN)/tenfour demo

test: setup
	@$(PYTEST)

quick: setup
	@$(PYTEST) -m "not slow and not browser"

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup
	@$(BIN)/pyright

contracts: setup
	@$(BIN)/lint-imports

check: lint types contracts

# Two seeds of the Tuesday against floors.
eval: setup
	@$(BIN)/tenfour eval --seeds 2

# Pins for everything pyproject.toml names; holds no address of any registry.
constraints:
	uv pip compile --universal --python-version 3.11 --all-extras --no-annotate --no-header --upgrade pyproject.toml -o constraints.txt

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis build dist
