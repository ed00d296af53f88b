#!/usr/bin/env bash
# How fast the package's host checks signatures in Chromium, by how many are in flight.
set -euo pipefail
cd "$(dirname "$0")/../../web"
node .build/browser/bench/host.mjs
