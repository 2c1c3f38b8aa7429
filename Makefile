# Needs Python 3.11, and nothing else: databases and tools come as Python wheels into .venv.
PORT ?= 8000
IS_311 := -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null
# Read only when the environment is made: the first of these that is a Python 3.11, else whatever python3 is.
PYTHON ?= $(shell for p in python3.11 python3 python; do $$p $(IS_311) && echo $$p && exit; done; echo python3)
BIN := .venv/bin
UV := $(BIN)/uv pip
export PORT
# With it, which some systems set, every process that is started compiles anew all that it imports.
unexport PYTHONDONTWRITEBYTECODE
# Tests wait for servers and browsers about as often as they compute: one more than there are cores.
TESTERS ?= $(shell $(BIN)/python -c 'import os; print(1 + len(os.sched_getaffinity(0)))' 2>/dev/null || echo 2)
# The name and the docstring's first line of each file there that can be run.
LIST_BENCHMARKS := awk 'FNR == 1 { name = FILENAME; gsub(/.*\/|\.py$$/, "", name); line = $$0; gsub(/"""/, "", line) } \
	/^if __name__ == / { printf "  make bench NAME=%-12s %s\n", name, line }' benchmarks/*.py

.DEFAULT_GOAL := help
.PHONY: help run test bench lint lock screenshots reset

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: .venv/.installed  ## run Winnow at http://127.0.0.1:8000/ (PORT=… for another port) until Ctrl-C
	@$(BIN)/python manage.py dev

test: .venv/.installed-dev  ## run all tests (ARGS="tests/labeling -x" for some)
	@$(BIN)/python -m pytest -n $(TESTERS) --dist worksteal $(ARGS)

bench: .venv/.installed-dev  ## list the benchmarks, or run one: NAME=queue
	@$(if $(NAME),$(BIN)/python -m benchmarks.$(NAME) $(ARGS),$(LIST_BENCHMARKS))

lint: .venv/.installed-dev  ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .

screenshots: .venv/.installed-dev  ## take the README's screenshots again
	@$(BIN)/python -m docs.screenshots

lock: .venv/.installed  ## pin the newest versions that requirements*.in allow
	@$(UV) compile --quiet --upgrade --python-version 3.11 requirements.in -o requirements.txt
	@$(UV) compile --quiet --upgrade --python-version 3.11 requirements-dev.in -o requirements-dev.txt

reset: .venv/.installed  ## delete all data of this machine, after asking
	@$(BIN)/python manage.py reset

.venv/bin/uv:
	@python="$(PYTHON)"; "$$python" $(IS_311) || { \
		echo "Winnow needs Python 3.11, and '$$python' is: $$("$$python" --version 2>&1)" >&2; \
		echo "Point at one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }; \
	echo "Making the environment in .venv (once) …"; "$$python" -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/.installed: requirements.txt | .venv/bin/uv
	@echo "Installing what Winnow needs …"
	@$(UV) install --quiet --python $(BIN)/python -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@$(UV) install --quiet --python $(BIN)/python -r requirements-dev.txt
	@touch $@
