# Two commands: `make run` serves the app, `make test` runs everything.
# They need Python 3.11 or later and nothing else; what they install stays in .venv.

PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
# Each file by its hash; no source that would be built with tools which nothing pins, unless WHEELS=.
# A lock is complete: to look for what is needed once more takes a fifth of the time.
WHEELS ?= --only-binary :all:
PIP := -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes $(WHEELS)
# Each keeps to what the one before it pins; the last stands for itself.
LOCKED := requirements.txt .deploy/requirements-hospital.txt requirements-dev.txt .deploy/requirements-supply.txt
SUPPLY := $(VENV)/supply

# The first interpreter on the path that is new enough; PYTHON=/path/to/python overrides it.
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in $(CANDIDATES); do \
	"$$p" -c '$(NEW_ENOUGH)' 2>/dev/null && echo "$$p" && break; done)

.PHONY: help install run test long-test lint data screenshots benchmark lock sbom audit

help:
	@echo "make run          serve the app on http://localhost:$(PORT) (PORT=8600 make run: elsewhere)"
	@echo "make test         lint and run every test"
	@echo "make long-test    run the tests that take minutes: imports killed, disks full"
	@echo "make install      only install what the tests need"
	@echo "make data         rebuild data/case_series from the publication"
	@echo "make screenshots  take the pictures of the README"
	@echo "make benchmark    measure the app beside a trivial one"
	@echo "make lock         pin what the requirements need, with hashes (UPGRADE=1: the newest)"
	@echo "make audit        ask whether weaknesses of what the app installs are known"

# `--clear` also empties a half-made environment, stamps included.
$(BIN)/pip:
	@test -n "$(PYTHON)" && "$(PYTHON)" -c '$(NEW_ENOUGH)' || { \
		found=$$("$(or $(PYTHON),python3)" --version 2>&1) || found=none; \
		echo "Python 3.11 or later is needed; found: $$found." >&2; \
		echo "Install it, or name it: PYTHON=/path/to/python make run" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV) || { \
		rm -rf $(VENV); \
		echo "$(PYTHON) cannot make a virtual environment." >&2; \
		echo "On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }

# A stamp says which requirements are installed: it is older than a file that changed since.
$(VENV)/run.stamp: .deploy/requirements.lock | $(BIN)/pip
	@echo "Installing what the app needs into $(VENV) ..."
	@$(BIN)/python $(PIP) -r .deploy/requirements.lock
	@touch $@

$(VENV)/dev.stamp: .deploy/requirements-dev.lock .deploy/requirements.lock | $(BIN)/pip
	@echo "Installing what the app and its tests need into $(VENV) ..."
	@$(BIN)/python $(PIP) -r .deploy/requirements-dev.lock
	@touch $(VENV)/run.stamp $@

# Apart: it needs more than the app, and in other versions.
$(SUPPLY)/stamp: .deploy/requirements-supply.lock | $(BIN)/pip
	@$(BIN)/python -m venv --clear $(SUPPLY)
	@$(SUPPLY)/bin/python $(PIP) -r .deploy/requirements-supply.lock
	@touch $@

install: $(VENV)/dev.stamp

# On this computer alone, and under no other name: a page of others could have one for 127.0.0.1.
run: export ALLOWED_HOSTS ?= localhost,127.0.0.1
run: $(VENV)/run.stamp
	@exec $(BIN)/python -m streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT)

lint: $(VENV)/dev.stamp
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

# SQL is linted by tests/test_queries.py. Two workers; the browser tests share one of them, and with it one server and one Chromium.
test: lint
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

# One process: figures of the killed imports are printed. As root it mounts small disks of its own.
long-test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m long --capture no

data: $(VENV)/dev.stamp
	$(BIN)/python -m lib.publication.build

screenshots: $(VENV)/dev.stamp
	$(BIN)/python -m tests.browser.screenshots

benchmark: $(VENV)/dev.stamp
	$(BIN)/python -m tests.benchmarks.app

# One lock for all systems, from Python 3.11 on. What is pinned stays, unless it no longer fits or
# UPGRADE=1. A hospital and the tests run with the very files that the app runs with.
lock: $(SUPPLY)/stamp
	@before=; for file in $(LOCKED); do \
		lock=.deploy/$$(basename $$file .txt).lock; \
		case $$file in *supply*) before=;; esac; \
		$(SUPPLY)/bin/uv pip compile --quiet --universal --python-version 3.11 \
			--fork-strategy fewest --generate-hashes --no-emit-index-url --no-emit-find-links \
			--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
			$${before:+-c $$before} $$file --output-file $$lock || exit 1; \
		before=$$lock; \
	done
	@$(MAKE) --no-print-directory sbom

sbom: $(SUPPLY)/stamp
	@$(SUPPLY)/bin/python .deploy/lists.py

audit: $(SUPPLY)/stamp
	@$(SUPPLY)/bin/python .deploy/audit.py
