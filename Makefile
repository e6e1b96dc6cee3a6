# Two commands need nothing else: make demo, make test. Each makes its own virtual environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check format lock bench soak catalogues clean

demo: $(VENV)/.app catalogues
	$(BIN)/python -m bot demo

test: $(VENV)/.dev catalogues
	$(BIN)/python -m pytest -q -n 4 --dist worksteal

check: $(VENV)/.dev catalogues
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(VENV)/.dev catalogues
	$(BIN)/python -m tests.bench

soak: $(VENV)/.dev catalogues
	SOAK=1 $(BIN)/python -m pytest -q -n 4 --dist worksteal

catalogues: $(VENV)/.app
	@$(BIN)/python packaging/compile_catalogs.py

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "The virtual environment cannot be made: install the system package python3-venv."; exit 1; }
	@touch $@

$(VENV)/.app: requirements.txt | $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.app

# Universal for 3.11 to 3.13, with hashes; the only target that needs uv.
lock:
	uv pip compile -q pyproject.toml --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements.txt
	uv pip compile -q pyproject.toml --extra postgres --group dev -c requirements.txt --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements-dev.txt

clean:
	rm -rf $(VENV) .demo
