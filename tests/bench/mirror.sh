#!/usr/bin/env bash
# The mirror: load beside a plain Worker, conformance, size as deployed, kills.
set -euo pipefail
cd "$(dirname "$0")/../.."
built=$(./build.sh worker)
node tests/mirror/prepare.mjs
results=$(mktemp)
trap 'rm -f "$results"' EXIT
node --test --test-timeout=180000 --test-reporter=./tests/reporter.mjs --test-reporter-destination="$results" \
	tests/mirror/conformance.test.mjs || true
printf 'figure mirror.conformance_right %d cases\n' "$(grep -c '"result":"pass"' "$results")"
printf 'figure mirror.conformance_total %d cases\n' "$(wc -l <"$results")"
sed -n 's/^Worker, compressed: \(.*\) KiB$/\1/p' <<<"$built" | awk '{ printf "figure mirror.worker_gzip %d bytes\n", $1 * 1024 }'
node tests/bench/mirror.mjs
go run ./tests/bench/scale
