#!/usr/bin/env bash
# How long a roster of 1,000 members takes in Chromium beside its bare signature checks, and how soon the verifier is ready
# beside an empty Go program.
set -euo pipefail
cd "$(dirname "$0")/../../web"
mkdir -p .build/bench
go run ../tests/bench/roster -n 1000 >.build/bench/roster.json
GOOS=js GOARCH=wasm go build -trimpath -ldflags='-s -w' -o .build/bench/empty.wasm ../tests/bench/empty
node .build/browser/bench/verify.mjs
