#!/usr/bin/env bash
# Conformance of X.509 credentials, counted by the test that asserts it.
set -euo pipefail
cd "$(dirname "$0")/../.."
go test -count=1 -v -run 'TestX509KeyPackages|TestPKITSPaths' ./tests/conformance ./verifier | sed -n 's/^.*\(figure x509\.\)/\1/p'
