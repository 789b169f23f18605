# make run · make test · make bench — everything else is a part of these.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DIST   := src/keng/web/static/dist/manifest.json
WEB    := $(shell find web -type f -not -path 'web/node_modules/*' 2>/dev/null)

.PHONY: run install check test test-long nightly bench bench-peers lock clean

run: install            ## install all, start the centre with the demo province
	$(BIN)/keng up --demo

install: $(VENV)/.installed $(DIST)   ## install into .venv and build the console

$(VENV)/.installed: requirements-dev.lock pyproject.toml hatch_build.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(DIST): $(WEB)
	cd web && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build
	touch $@

check: install          ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The browser tests run in a process of their own: Playwright keeps an event loop running in its thread, and the
# centre that they share holds the one chDB folder that a process may have open.
test: check             ## all checks and tests (below 15 minutes on 2 cores)
	$(BIN)/pytest -n 2 --dist loadgroup -m "not long and not browser"
	$(BIN)/pytest -m "browser and not long"

test-long: install      ## the longer proofs
	$(BIN)/pytest -n 2 --dist loadgroup -m "not browser"
	$(BIN)/pytest -m browser

nightly: install        ## faults 1 to 10 at their nightly size, 50,000 fuzz cases of each parser and receiver
	$(BIN)/pytest -n 2 --dist loadgroup -m long tests/chaos tests/unit/runtime/test_overload.py tests/fuzz tests/unit/collect

bench: install          ## measurements, each prints a table; what docs/bench.md says of each
	-$(MAKE) --no-print-directory build/peers/.installed
	$(BIN)/python -m bench

bench-peers: install build/peers/.installed    ## the same events through other Sigma engines and through ours
	$(BIN)/python -m bench peers

build/peers/.installed: pyproject.toml
	test -x build/peers/bin/python || $(PYTHON) -m venv build/peers
	$(BIN)/python -m pip --python build/peers/bin/python install --quiet --disable-pip-version-check --group peers orjson
	touch $@

lock:                   ## resolve the dependencies anew: hashes, no addresses
	$(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements-dev.lock

clean:
	rm -rf $(VENV) web/node_modules src/keng/web/static/dist build dist
