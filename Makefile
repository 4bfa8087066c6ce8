# Two environments: what answers (requirements.txt), and what trains and tests (requirements-dev.txt).
PYTHON ?= python3.11
SERVE := .venv/serve
DEV := .venv/dev
PORT ?= 8000
# A process takes over what another has not begun; a test file stays together as long as it can.
PYTEST := $(DEV)/bin/pytest --numprocesses 3 --dist worksteal
export PORT
export FLASK_APP := wsgi.py

.PHONY: run train figures test prove bench mutate lint types audit bill image coverage format clean

run: $(SERVE)/installed
	@$(SERVE)/bin/flask db upgrade
	@test -n "$$FUTURISYS_MODEL" || test -e instance/model/manifest.json || $(MAKE) --no-print-directory train
	@test -e instance/development.key || { umask 077; mkdir -p instance; $(SERVE)/bin/flask keys issue --name development --scope predict,read,admin,console --tous-departements | tail -n 1 > instance/development.key; }
	@for name in secret subject numbers journal; do test -e instance/$$name.key || { umask 077; $(SERVE)/bin/python -c "import secrets; print(secrets.token_urlsafe(32))" > instance/$$name.key; }; done
	@echo
	@echo "Futurisys listens on http://127.0.0.1:$(PORT): people open it in a browser, programs ask it (/apidocs):"
	@echo
	@echo "  curl -H 'Content-Type: application/json' -d @futurisys/sample/employe.json http://127.0.0.1:$(PORT)/predict"
	@echo
	@echo "Predicting is open here. What is stored needs a key; yours is in instance/development.key:"
	@echo
	@echo "  curl -H \"Authorization: Bearer \$$(cat instance/development.key)\" http://127.0.0.1:$(PORT)/metrics"
	@echo
	@HOST=127.0.0.1 FUTURISYS_OPEN=predict SECRET_KEY=$$(cat instance/secret.key) FUTURISYS_SUBJECT_KEY=$${FUTURISYS_SUBJECT_KEY:-$$(cat instance/subject.key)} FUTURISYS_NUMBERS_KEY=$${FUTURISYS_NUMBERS_KEY:-$$(cat instance/numbers.key)} FUTURISYS_JOURNAL_KEY=$${FUTURISYS_JOURNAL_KEY:-$$(cat instance/journal.key)} exec $(SERVE)/bin/gunicorn -c gunicorn.conf.py wsgi:app

train: $(DEV)/installed
	@$(DEV)/bin/flask model train --quick

figures: $(DEV)/installed
	$(DEV)/bin/flask model evaluate --companies 20 --output futurisys/sample/evaluation.json
	$(DEV)/bin/python -m futurisys.training.figures docs/model.md

test: lint types $(SERVE)/installed
	$(PYTEST)

prove: $(DEV)/installed $(SERVE)/installed
	PROVE=1 $(DEV)/bin/pytest -m prove -s

bench: $(DEV)/installed $(SERVE)/installed
	$(DEV)/bin/python -m benchmarks.service

mutate: $(DEV)/installed
	$(DEV)/bin/python -m benchmarks.mutation

lint: $(DEV)/installed
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .

audit: $(DEV)/installed
	$(DEV)/bin/pip-audit --requirement requirements.txt --disable-pip

# What is served with which, as CycloneDX; without an answer for each of them there is no bill.
bill: $(DEV)/installed
	$(DEV)/bin/pip-audit --strict --requirement requirements.txt --disable-pip \
		--format cyclonedx-json --output sbom.json

# By the engine that is there: one that answers, or buildah, which needs none to.
image:
	@for engine in docker podman; do \
		if $$engine info > /dev/null 2>&1; then exec $$engine build --tag futurisys .; fi; \
	done; \
	if command -v buildah > /dev/null; then exec buildah build --tag futurisys .; fi; \
	echo "An image needs a Docker engine that runs, podman or buildah: apt-get install buildah." >&2; \
	exit 1

types: $(DEV)/installed
	$(DEV)/bin/mypy

coverage: $(DEV)/installed $(SERVE)/installed
	$(PYTEST) --cov=futurisys --cov-report=term-missing

format: $(DEV)/installed
	$(DEV)/bin/ruff check --fix .
	$(DEV)/bin/ruff format .

$(SERVE)/installed: requirements.txt
	$(PYTHON) -m venv --clear $(SERVE)
	$(SERVE)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEV)/installed: requirements-dev.txt
	$(PYTHON) -m venv --clear $(DEV)
	$(DEV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv instance build *.egg-info .coverage .mypy_cache .pytest_cache .ruff_cache
