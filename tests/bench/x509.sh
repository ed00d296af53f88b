#!/usr/bin/env bash
# Conformance of X.509 credentials, counted by the test that asserts it.
set -euo pipefail
cd "$(dirname "$0")/../.."
go test -count=1 -v -run 'TestX509KeyPackages|TestPKITS' ./tests/conformance | sed -n 's/^.*\(figure x509\.\)/\1/p'

# Wrong answers to the signatures of Project Wycheproof, and to those with points of small order, of all backends. Each run
# says its own number; a run that says none is missed.
runs() {
	go test -count=1 -v -run TestWycheproof ./signature/native ./signature/portable || true
	GOOS=js GOARCH=wasm go test -count=1 -v -run TestWycheproof -exec "$PWD/tests/wasm_exec.sh" ./signature/portable || true
	cd web
	node .build/test/wycheproof.test.mjs || true
	node .build/browser/browser/wycheproof.test.mjs || true
}
runs | awk '
	sub(/^.*figure x509\.wycheproof_wrong /, "") { wrong += $1; runs++ }
	END { if (runs != 5) exit 1; print "figure x509.wycheproof_wrong", wrong, "cases" }'

# A CRL of a million entries: natively, and as the module is compiled.
go run ./tests/bench/crl
GOOS=js GOARCH=wasm go run -gcflags='github.com/e2eid/e2eid/...=-l' -exec "$PWD/tests/wasm_exec.sh" ./tests/bench/crl wasm

# The NIST suite through the module, and paths in Chromium beside PKI.js.
cd web
node .build/test/pkits.test.mjs | sed -n 's/^# \(figure x509\.\)/\1/p'
mkdir -p .build/bench
go run ../tests/bench/chains >.build/bench/chains.json
node .build/browser/bench/chain.mjs
