# Tasks of the portal. `make` alone lists them.
PYTHON ?= python3
PIP = .venv/bin/pip --disable-pip-version-check install --quiet --require-hashes
SHELL := /bin/bash

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/ready  ## an invented cooperative on http://127.0.0.1:8000, with its mail worker
	@.venv/bin/python -m cooperen.demo.run

test: .venv/ready-to-test  ## all tests, on SQLite and, where there is one, on PostgreSQL
	@tests/run

check: .venv/ready-to-test  ## lint, types, import directions, migrations, deployment check
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/mypy
	DJANGO_SETTINGS_MODULE=tests.settings .venv/bin/python manage.py makemigrations --check --dry-run
	.venv/bin/pytest tests/test_layers.py tests/cooperen/test_deployment.py

bench: .venv/ready-to-test  ## the published benchmarks, each against a limit or a peer: make bench ARGS=--long
	@.venv/bin/python -m tests.bench $(ARGS)

attack: .venv/ready-to-test  ## attack drill on a temporary portal, or on your own site: make attack ARGS="--base URL"
	@.venv/bin/python -m tests.attacks.drill $(ARGS)

faults: .venv/ready-to-test  ## kill server, worker and connections, fill the disk, lose mail and Redis
	@.venv/bin/python -m tests.faults.drill $(ARGS)

fuzz: .venv/ready-to-test  ## 100,000 odd inputs for every form and file reader
	@FUZZ_LONG=1 FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-4200} .venv/bin/pytest -q tests/attacks/test_bytes.py tests/attacks/test_files.py \
	  tests/attacks/test_worst_input.py

instructivo: .venv/ready-to-test  ## the members' manual, docs/instructivo.md and .pdf, from the running portal
	@.venv/bin/pytest tests/journeys/instructivo -k "every_screen"
	@.venv/bin/python -m tests.journeys.instructivo.book

lighthouse: .venv/ready-to-test artefacts/lighthouse/node_modules  ## scores of the five main pages on a slow phone and line (needs npm)
	@set -o pipefail; .venv/bin/pytest -s tests/journeys/lighthouse.py | grep -E "^/|passed|failed"

artefacts/lighthouse/node_modules:
	@mkdir -p $(@D)
	@cd $(@D) && npm install --no-save --no-package-lock --no-audit --no-fund --prefix . lighthouse@12.8.2

requirements: .venv/ready-to-test  ## compile requirements*.in with hashes
	CUSTOM_COMPILE_COMMAND="make requirements" .venv/bin/pip-compile $(COMPILE) -o requirements.txt requirements.in
	CUSTOM_COMPILE_COMMAND="make requirements" .venv/bin/pip-compile $(COMPILE) -o requirements-dev.txt requirements-dev.in

COMPILE = --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-options --no-emit-index-url \
	--no-emit-find-links --no-emit-trusted-host

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed. On Debian: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python cannot make environments here. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Making the environment in .venv (once)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/ready: requirements.txt | .venv/bin/python
	@echo "Installing what the portal needs (once; a minute or two)"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/ready-to-test: requirements-dev.txt requirements.txt | .venv/bin/python
	@echo "Installing what portal and tests need (once; a few minutes)"
	@$(PIP) -r requirements-dev.txt
	@touch .venv/ready $@

.PHONY: help demo test check bench attack faults fuzz instructivo lighthouse requirements
.DEFAULT_GOAL := help
