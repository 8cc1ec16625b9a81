#!/bin/sh
# Creates .venv and installs exactly the locked packages. Does nothing when they are there already.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/.installed
wanted=$(cat requirements/uv.lock requirements/dev.lock requirements/install.sh | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
  exit 0
fi

find_python() {
  for candidate in ${DEALBOOKS_PYTHON:-} python3.13 python3.12 python3.11 python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Dealbooks needs Python 3.11 or newer, and none was found. Install it" \
    "(Debian 12, Ubuntu 24.04: apt-get install python3 python3-venv; macOS: brew install python@3.13)" \
    "or name one: DEALBOOKS_PYTHON=/path/to/python3 make setup" >&2
  exit 1
}

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  python=$(find_python)
  echo "Creating .venv with $("$python" --version)"
  if ! "$python" -m venv --clear .venv; then
    echo "Python cannot make a virtual environment here. On Debian and Ubuntu:" \
      "apt-get install python3-venv" >&2
    exit 1
  fi
fi

echo "Installing the locked packages"
pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check "$@"; }
if pip install --only-binary :all: --require-hashes -r requirements/uv.lock; then
  .venv/bin/python -m uv pip sync --quiet --python .venv/bin/python --require-hashes \
    requirements/uv.lock requirements/dev.lock
else
  echo "uv has no build for this machine; pip does the same, slower"
  pip install --require-hashes -r requirements/dev.lock
fi
echo "$wanted" > "$stamp"
