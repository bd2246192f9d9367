# make run   opens the companion at http://localhost:7860
# make test  runs the tests
# Both prepare .venv first (make install).

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# File that must be found -> Debian package that brings it.
LIBRARIES := libGL.so.1=libgl1 libEGL.so.1=libegl1 libglib-2.0.so.0=libglib2.0-0 libfontconfig.so.1=libfontconfig1
ROOT := $(filter 0,$(shell id -u))

.PHONY: install run test lint types pictures system browser clean

install: system .venv/installed

run: install
	$(BIN)/companion serve

test: install browser
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

pictures: install browser
	$(BIN)/python -m avatar.sheet docs/pictures
	$(BIN)/companion serve --port 7862 & server=$$!; trap "kill $$server" EXIT; \
	  until curl -sf http://127.0.0.1:7862/state >/dev/null; do sleep 0.5; done; \
	  $(BIN)/python -m tests.picture http://127.0.0.1:7862/ docs/pictures/page.png

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' || \
	  { echo "The companion needs Python 3.11 or 3.12; $(PYTHON) is $$($(PYTHON) -V). Set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@

# What the packages need of the system. Debian's root gets it installed; anyone else gets the one line to run.
system:
	@missing=""; \
	for pair in $(LIBRARIES); do \
	  /sbin/ldconfig -p | grep -q "$${pair%%=*}" || missing="$$missing $${pair##*=}"; \
	done; \
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || missing="$$missing python3-venv"; \
	if [ -n "$$missing" ]; then \
	  if [ -n "$(ROOT)" ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; \
	  else echo "Some system libraries are missing. Run: sudo apt-get install$$missing"; exit 1; fi; \
	fi

# Chromium for the browser test, which is skipped (and says so) where it cannot be had.
browser:
	@command -v chromium >/dev/null || { \
	  if [ -n "$(ROOT)" ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	  else echo "The browser test will be skipped. To run it: sudo apt-get install chromium"; fi; }

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
