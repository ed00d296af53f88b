#!/usr/bin/env bash
# Revocation lists: sizes beside the information bound and other forms, and times in WebAssembly under Node. With --long also
# what a hundred million credentials take to build.
set -euo pipefail
cd "$(dirname "$0")/../.."
figures() { sed -n 's/^.*\(figure revocation\.\)/\1/p'; }
if [ "${1:-}" = --long ]; then export E2EID_LONG=1; fi
go test -count=1 -timeout 30m -v -run 'Figure|TestADayIsSmall|TestRealLists' ./revocation ./revocation/publisher ./revocation/publisher/standard | figures
go test -count=1 -v -run 'TestTwoYears' ./tests/redteam | figures

# Lines "Benchmark/NAME-2 COUNT NS ns/op ...": the name, what to divide by, and the unit.
bench=$(GOOS=js GOARCH=wasm go test -count=1 -run '^$' -exec "$PWD/tests/wasm_exec.sh" -benchtime 1s \
	-bench 'IndexList/N=100000000/R=1000000/(decode|decode-adaptive|lookup|lookup-revoked)$|SerialLookup' ./revocation)
line() { # figure benchmark divisor unit
	printf '%s\n' "$bench" | awk -v name="$1" -v bench="$2" -v by="$3" -v unit="$4" \
		'{ sub(/-[0-9]+$/, "", $1) } $1 == bench { printf "figure revocation.%s %.1f %s\n", name, $3 / by, unit }'
}
list=BenchmarkIndexList/N=100000000/R=1000000
line decode1e6_ms $list/decode 1000000 ms
line decode1e6_adaptive_ms $list/decode-adaptive 1000000 ms
line lookup_index_ns $list/lookup 1 ns
line lookup_index_revoked_ns $list/lookup-revoked 1 ns
line lookup_serial_ns BenchmarkSerialLookup/good 1 ns
line lookup_serial_revoked_ns BenchmarkSerialLookup/revoked 1 ns
