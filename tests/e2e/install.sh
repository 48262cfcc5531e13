#!/bin/sh
# Install the pinned node parts beside this file, once. Without node the tests that need them say so and are skipped.
set -eu
cd "$(dirname "$0")"
if ! command -v npm >/dev/null; then
  echo "No npm here: the tests in the Teams client are skipped. They need Node.js 20 and chromium."
  exit 0
fi
if [ ! -d node_modules/playwright-core ] || [ package.json -nt node_modules ]; then
  npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error
  touch node_modules
fi
