# Dealbooks. Every target sets up what it needs; `make` alone prints this list.
.DEFAULT_GOAL := help
.PHONY: help setup chromium demo demo-reset demo-check test test-faults test-long check bench lock messages screenshots

# A machine may ask for no compiled files; then each of the many processes of a demo or a test run
# would compile the same packages again.
unexport PYTHONDONTWRITEBYTECODE

PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest -n auto --dist worksteal

help: ## Show this list
	@echo "Dealbooks: HubSpot and QuickBooks Online together. Targets:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r target text; do \
	  printf '%-20s %s\n' "$$target" "$$text"; done

setup: ## Create .venv and install the locked packages (again only when the locks change)
	@sh requirements/install.sh

chromium: ## Find Chromium for the browser tests, or install it on Debian as root
	@sh requirements/chromium.sh

demo: setup ## Start everything with simulated vendors and open the doors on http://127.0.0.1:8000
	@$(PYTHON) manage.py demo $(OPTIONS)

demo-reset: setup ## Remove the demo's data, so that the next `make demo` starts over
	@$(PYTHON) manage.py demo --reset

demo-check: setup ## Walk the main path without a person: connect, invoice, pay, compare
	@$(PYTHON) manage.py demo_check

test: setup chromium ## Run what everybody and CI run (at most 10 minutes)
	$(PYTEST) $(OPTIONS)

test-faults: setup ## Kill processes and cut connections at every crash point
	$(PYTEST) -m faults --timeout 600 $(OPTIONS)

test-long: setup ## Soaks and large generated sets
	HYPOTHESIS_PROFILE=long $(PYTEST) -m "long or not faults" --timeout 3600 $(OPTIONS)

check: setup ## Static checks: format, lint, types, imports, deployment, migrations, compose file
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PYTHON) -W error -m integration.as_production check --deploy --fail-level WARNING
	$(PYTHON) -W "ignore:Got an error checking:RuntimeWarning" manage.py makemigrations --check --dry-run
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

bench: setup ## Measure speed against the targets; writes var/bench.json
	@$(PYTHON) -m bench

screenshots: setup ## Photograph every page at 1280 and 390 pixels into var/screenshots
	@FONTS=1 sh requirements/chromium.sh
	@$(PYTHON) -m tests.browser.screenshots

messages: setup ## Collect the texts for translation and compile them (needs gettext)
	$(PYTHON) manage.py makemessages
	$(PYTHON) manage.py compilemessages --locale zh_Hant --ignore .venv

lock: setup ## Resolve requirements/*.in again into the hash-pinned locks
	@sh requirements/lock.sh
