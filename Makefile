# Two commands: `make serve` and `make test`. Each sets up what it needs, once.
PYTHON ?= python3
BIN := .venv/bin
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

.PHONY: serve check test test-fast lint bench lock clean

serve: .venv/.ready
	$(BIN)/legation serve

check: .venv/.ready
	$(BIN)/legation check

test: .venv/.ready-test lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup

test-fast: .venv/.ready-test
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow"

lint: .venv/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.ready-bench
	$(BIN)/python -m bench

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Legation needs Python 3.11 or later; name one with make PYTHON=…"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "python3 cannot make a virtual environment: apt-get install python3-venv"; exit 1; }

# The locked packages first, then the project on top of them: an editable install has no hash.
.venv/.ready: requirements.txt pyproject.toml hatch_build.py server/web/package-lock.json | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@test -f server/static/vendor/.stamp || \
	  echo "Browser libraries could not be fetched: pages will do without scripts. Run make clean and try again with a network."
	@touch $@

.venv/.ready-test: .venv/.ready requirements-test.txt requirements-java.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-java.txt
	@touch $@

.venv/.ready-bench: .venv/.ready requirements-bench.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

# Needs uv. Addresses of package indexes stay out of the files.
lock:
	$(LOCK) pyproject.toml --group build -o requirements.txt
	$(LOCK) pyproject.toml --group build --group test -c requirements.txt -o requirements-test.txt
	$(LOCK) --no-deps --group java -o requirements-java.txt
	$(LOCK) --group bench -c requirements-test.txt -o requirements-bench.txt

clean:
	rm -rf .venv .cache server/static/vendor
