#!/usr/bin/env bash
# Runs a Go test that was compiled as WebAssembly under Node: "go test -exec" calls it. Go's own launcher passes the
# whole environment on, which js/wasm refuses above 8 KiB, so only what tests read goes through.
set -euo pipefail
keep=("PATH=$PATH" "HOME=${HOME:-/}" "TMPDIR=${TMPDIR:-/tmp}")
for name in "${!E2EID_@}"; do keep+=("$name=${!name}"); done
exec env -i "${keep[@]}" "$(go env GOROOT)/lib/wasm/go_js_wasm_exec" "$@"
