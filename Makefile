# Row by Row: install, run, test. `make` alone lists what there is.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

HOST ?=
PORT ?= 8501
JOBS ?= 2
VENV := .venv
PY := $(VENV)/bin/python

# What we need of Python; the first interpreter here that has it is taken.
PYTHON_OK := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c '$(PYTHON_OK)' >/dev/null 2>&1 && echo $$p && break; done)

# Which build of PyTorch: cpu (its own CPU-only pair, from its index), cuda (the registry's, on Linux
# 5 GB larger), or nothing said. Then an environment stays as it is, and a new one on Linux gets the
# CPU-only pair where no GPU is seen and the index answers within TORCH_WAIT seconds.
GPU = $(wildcard /dev/nvidia0 /proc/driver/nvidia/version)$(shell nvidia-smi -L 2>/dev/null)
LINUX = $(filter Linux,$(shell uname -s))
NEW = $(if $(wildcard $(VENV)/.installed $(VENV)/.torch-cpu),,new)
TORCH ?= $(if $(wildcard $(VENV)/.torch-cpu),cpu,$(if $(NEW),$(if $(LINUX),$(if $(GPU),,light))))
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
TORCH_STAMP := $(if $(filter cpu cuda light,$(TORCH)),$(VENV)/.torch-$(TORCH))
TORCH_PAIR = $(shell grep -E '^(torch|torchvision)==' requirements.txt)
TORCH_WAIT = 10

PIP := $(PY) -m pip --disable-pip-version-check --no-input
SOURCES = $(wildcard app.py pages rnndemo tests benchmarks)

.PHONY: help run test check format bench catalogues clean \
	check-format check-lint check-types check-imports check-texts

help:  ## list these commands
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20
	@echo
	@echo 'make run takes PORT=8501, HOST=localhost (0.0.0.0 lets a class in over the network),'
	@echo "HTTPS=1 (a certificate and a QR code for phones) and TORCH=cpu or TORCH=cuda (which build"
	@echo 'of PyTorch; without it the small CPU build is taken where no GPU is seen).'

run: $(VENV)/.installed  ## install what is missing, start the app and print its address
	@$(PY) -m rnndemo serve $(if $(HOST),--host '$(HOST)') --port '$(PORT)' $(if $(HTTPS),--https)

test: $(VENV)/.installed-dev  ## run all tests, in a real browser too; ARGS='-k name' to choose
	$(PY) -m tests.ensure_chromium
	$(PY) -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.installed-dev  ## format, lint, types, import contract, docstrings, translations
	@$(MAKE) --keep-going --no-print-directory check-format check-lint check-types check-imports check-texts

check-format:
	$(PY) -m ruff format --check $(SOURCES)

check-lint:
	$(PY) -m ruff check $(SOURCES)

check-types:
	$(PY) -m mypy

check-imports:
	$(VENV)/bin/lint-imports --no-logo

check-texts:
	$(PY) -m pytest -q tests/unit/test_public_docs.py tests/unit/test_catalogues.py

format: $(VENV)/.installed-dev  ## bring the code into its standard form
	$(PY) -m ruff format $(SOURCES)
	$(PY) -m ruff check --fix $(SOURCES)

bench: $(VENV)/.installed-dev  ## measure the figures that README and docs state
	$(PY) -m benchmarks all

catalogues: $(VENV)/.installed-dev  ## collect messages, update and compile the translations
	$(PY) -m tests.catalogues

clean:  ## remove the environment; the next command installs anew
	rm -rf $(VENV)

# --- the environment: each stamp is newer than what it was made from -----------------------------

$(VENV)/.created:
	@test -n '$(PYTHON)' || { echo 'Row by Row needs Python 3.11 or newer; none was found (PYTHON=/path/to/python names one).' >&2; exit 1; }
	@$(PYTHON) -c '$(PYTHON_OK)' 2>/dev/null || { echo 'Row by Row needs Python 3.11 or newer; $(PYTHON) is not one.' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo 'This Python cannot make environments; on Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@echo 'Installing into $(VENV), once; this takes some minutes.'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# The pair comes alone (its index may lag behind with the rest), and by force: another build of the
# same version would count as installed. No "+cpu" is named, since some platforms' wheels lack it;
# the index holds no other builds.
TAKE_CPU = $(PIP) install --force-reinstall --no-deps --index-url $(TORCH_INDEX) $(TORCH_PAIR)

$(VENV)/.torch-cpu: requirements.txt | $(VENV)/.created
	$(TAKE_CPU)
	@rm -f $(VENV)/.torch-cuda; touch $@

$(VENV)/.torch-cuda: requirements.txt | $(VENV)/.created
	@test ! -e $(VENV)/.torch-cpu || $(PIP) install --force-reinstall --no-deps $(TORCH_PAIR)
	@rm -f $(VENV)/.torch-cpu; touch $@

# As .torch-cpu, where that can be had; else the registry's build, which comes with the rest.
$(VENV)/.torch-light: requirements.txt | $(VENV)/.created
	@if timeout $(TORCH_WAIT) $(PY) -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1])' \
		$(TORCH_INDEX)/torch/ 2>/dev/null && $(TAKE_CPU); then touch $(VENV)/.torch-cpu; \
	else echo "PyTorch's index of CPU builds cannot be reached: taking the registry's build."; fi
	@touch $@

$(VENV)/.installed: requirements.txt $(TORCH_STAMP) | $(VENV)/.created
	$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt requirements-cluster.txt $(VENV)/.installed
	$(PIP) install --quiet -r requirements-dev.txt
	@touch $@
