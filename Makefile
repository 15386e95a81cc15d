# The doors of the project. `make help` lists them; a value in capitals can be given: PORT=8001 make run

HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= var
VENV ?= .venv
T ?= tests
# Four on two cores: much of a test is waiting for a browser, a worker or a lease.
JOBS ?= 4
ARGS ?=

BIN := $(VENV)/bin
PY := $(BIN)/python
INSTALLED_RUN := $(VENV)/.installed-run
INSTALLED_DEV := $(VENV)/.installed-dev
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard webapp/translations/*/LC_MESSAGES/*.po))

# Where it is set, every process of an installation and of the tests would compile all sources at each start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run dev test check fmt bench bench-web soak reset vendor bundle lock translations

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  HOST=$(HOST) PORT=$(PORT) DATA=$(DATA); one part of the tests: make test T=tests/voting"

run: $(INSTALLED_RUN) $(CATALOGUES) ## Start the whole site with a demo (HOST, PORT, DATA)
	@exec $(BIN)/fanmade up --host "$(HOST)" --port "$(PORT)" --data "$(DATA)"

dev: $(INSTALLED_DEV) $(CATALOGUES) ## The same, started again whenever a source file changes
	@exec $(BIN)/fanmade up --host "$(HOST)" --port "$(PORT)" --data "$(DATA)" --reload

test: $(INSTALLED_DEV) $(CATALOGUES) ## Run the tests on SQLite and PostgreSQL, with Redis, SMTP and a browser (T, JOBS, ARGS)
	@exec $(PY) -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder $(T) $(ARGS)

check: $(INSTALLED_DEV) ## Check style, formatting, types and templates
	@$(BIN)/mypy & types=$$!; faults=0; \
	$(BIN)/ruff check --quiet . || faults=1; \
	$(BIN)/ruff format --quiet --check . || { echo "Some files are not formatted: make fmt"; faults=1; }; \
	$(BIN)/djlint --quiet --lint webapp contests voting preorders || faults=1; \
	wait $$types || faults=1; exit $$faults

fmt: $(INSTALLED_DEV) ## Repair style and formatting where a machine can
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

bench: $(INSTALLED_DEV) ## Measure speed and keep the figures in bench/history (ARGS)
	@exec $(PY) -m bench $(ARGS)

bench-web: $(INSTALLED_DEV) $(CATALOGUES) ## Measure pages on a phone: Lighthouse and a concert's network (ARGS)
	@exec $(PY) -m bench.browser $(ARGS)

soak: $(INSTALLED_DEV) $(CATALOGUES) ## Run every fault at its full count, then rehearsals while processes are killed (ARGS)
	@faulty=0; \
	SOAK=1 $(PY) -m pytest -q --timeout 7200 -n 2 --dist loadscope --no-loadscope-reorder -m "not alone" tests/faults \
	  || faulty=1; \
	SOAK=1 $(PY) -m pytest -q --timeout 7200 -m alone tests/faults || faulty=1; \
	$(PY) -m bench.soak $(ARGS) || faulty=1; \
	exit $$faulty

reset: ## Forget all data in DATA
	@exec sh tools/python.sh tools/reset.py "$(DATA)"

translations: $(INSTALLED_DEV) ## Collect the messages of the sources and merge them into the catalogues
	@$(PY) tools/translations.py

vendor: $(INSTALLED_DEV) ## Fetch the pinned third-party scripts, fonts and icons again
	@PYTHON=$(PY) exec $(BIN)/node tools/vendor.mjs $(ARGS)

bundle: $(INSTALLED_DEV) ## Bundle the studio's modules into the file its page loads
	@exec $(BIN)/node tools/bundle.mjs

lock: $(INSTALLED_DEV) ## Pin all requirements anew, with hashes (ARGS=--upgrade)
	@exec sh tools/lock.sh $(PY) $(ARGS)

%.mo: %.po | $(INSTALLED_RUN)
	@$(BIN)/pybabel -q compile -i $< -o $@

$(INSTALLED_RUN): requirements/run.txt pyproject.toml
	@sh tools/install.sh $(VENV) requirements/run.txt $@

$(INSTALLED_DEV): requirements/dev.txt pyproject.toml
	@sh tools/install.sh $(VENV) requirements/dev.txt $@
	@touch $(INSTALLED_RUN)
