# `make run` answers calls on this machine; `make test` shows that it does. Both work in a fresh clone.

BIN := .venv/bin
PEERS := sip-tester baresip baresip-core sipsak sox chromium gcc libc6-dev postgresql
PURE := voice_agent/conversation/*,voice_agent/turns/*,voice_agent/journeys/*,voice_agent/understanding/*,voice_agent/agent/*,voice_agent/insights/*,telephony/*
SHELLS := telephony/rtp/port.py,telephony/rtp/wheel.py,telephony/sip/endpoint.py
LOCK := uv pip compile pyproject.toml --quiet --python-version 3.11 --python-platform linux --generate-hashes \
        --no-annotate --custom-compile-command "make lock"

# What another project left in the environment must not reach this one's interpreter.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.PHONY: run test check format setup peers install-check lock drills

run: setup
	$(BIN)/voice-agent serve examples/riverside_broadband

# What rings a server of its own in real time has the machine to itself; all the rest shares its cores.
ALONE := tests/faults tests/system
test: setup peers
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --cov --cov-report= $(ALONE:%=--ignore=%)
	$(BIN)/python -m pytest --cov --cov-append --cov-report= $(ALONE)
	$(BIN)/coverage report --format=total
	$(BIN)/coverage report --include='$(PURE)' --omit='$(SHELLS)' --fail-under=95

check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.check_size

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

setup: .venv/.ready

.venv/.ready: requirements-dev.lock requirements-files.lock pyproject.toml tools/create_venv.sh
	tools/create_venv.sh
	touch $@

# Other implementations that tests call. Where they can't be installed, their tests are skipped and say so.
peers:
	@(for program in sipp baresip sipsak sox chromium gcc pg_ctlcluster; do command -v $$program >/dev/null || exit 1; done) \
	|| test "$$(id -u)" -ne 0 \
	|| { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PEERS); } \
	|| echo "peers: could not install $(PEERS); tests that need them are skipped" >&2

# What users get, in an environment of its own: complete, without torch, under 1.2 GB.
install-check: setup
	$(BIN)/python -m tools.check_install

# What breaks in the field, for an hour: `make drills MINUTES=480` soaks for a night. Results are in drill-results/.
MINUTES := 10
drills: setup peers
	$(BIN)/python -m benchmarks.drills --minutes $(MINUTES)

# The framework that `voice_to_voice` is compared with, in an environment of its own: its dependencies don't agree with ours.
.venv-peers/.ready: benchmarks/peers/requirements.lock
	$(BIN)/python -m venv --clear .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	touch $@

# Takes new versions within the ranges of pyproject.toml; needs uv.
lock:
	$(LOCK) --upgrade --output-file requirements.lock
	$(LOCK) --upgrade --constraint requirements.lock --group dev --output-file requirements-dev.lock
	$(LOCK:pyproject.toml=benchmarks/peers/requirements.in) --upgrade --output-file benchmarks/peers/requirements.lock
