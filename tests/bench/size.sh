#!/usr/bin/env bash
# Sizes of the modules as they are shipped.
set -euo pipefail
dist=$(dirname "$0")/../../web/dist
size() { # name file
	printf 'figure size.%s_raw %d bytes\n' "$1" "$(wc -c <"$dist/$2")"
	printf 'figure size.%s_brotli %d bytes\n' "$1" "$(brotli -q 11 -w 24 -c "$dist/$2" | wc -c)"
}
size wasm verifier.wasm
size backend backend.wasm
