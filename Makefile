# `make demo` and `make test` set everything up by themselves: a virtual environment, what the project needs, then the work.
# Another Python, another place:  make test PYTHON=python3.12 VENV=.venv312

PYTHON ?= python3
VENV ?= .venv
OUT ?= out/demo
PYTEST_ARGS ?= -n auto

python := $(VENV)/bin/python
pip := $(python) -m pip --disable-pip-version-check install --quiet
# Written last, so that an environment that was only half made is completed the next time.
run_ready := $(VENV)/.ready-to-run
test_ready := $(VENV)/.ready-to-test
peers_ready := $(VENV)/.ready-to-compare

.DEFAULT_GOAL := help
.PHONY: help demo test environment lint format types contracts notebooks benchmarks clean

help:
	@echo "make demo        a plan of the sample city in $(OUT)"
	@echo "make test        every test"
	@echo "make lint        ruff, biome: rules and format  make format      let ruff format"
	@echo "make types       mypy                          make contracts   who may import whom"
	@echo "make notebooks   run every notebook            make benchmarks  compare with peers"
	@echo "make clean       take away everything that was made"

demo: $(run_ready)
	$(python) -m kurihara_geo demo --out $(OUT)

test: $(test_ready)
	$(python) -m pytest $(PYTEST_ARGS)

environment: $(test_ready)

lint: $(test_ready)
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(VENV)/bin/biome lint --error-on-warnings

format: $(test_ready)
	$(python) -m ruff format .

types: $(test_ready)
	$(python) -m mypy

contracts: $(test_ready)
	$(VENV)/bin/lint-imports

notebooks: $(test_ready)
	$(python) -m pytest -m notebook

# Without KURIHARA_GEO_SHARED the comparison with peers says which input it needs, and the others run all the same.
benchmarks: $(peers_ready)
	@status=0; for file in benchmarks/[!_]*.py; do echo "== $$file"; $(python) "$$file" || status=1; done; exit $$status

clean:
	rm -rf $(VENV) out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(run_ready): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed. Name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(python) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Making a virtual environment in $(VENV)"; $(PYTHON) -m venv --clear $(VENV); } || \
	  { echo "On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing what the program needs (a minute or two, the first time only)"
	@$(pip) --upgrade "pip>=25.1"
	@$(pip) --editable .
	@touch $@

$(test_ready): $(run_ready)
	@echo "Installing what the tests need (a minute or two, the first time only)"
	@$(pip) --group dev
	@touch $@

$(peers_ready): $(test_ready)
	@echo "Installing the packages to compare with"
	@$(pip) --group peers
	@touch $@
