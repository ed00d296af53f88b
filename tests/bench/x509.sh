#!/usr/bin/env bash
# Conformance of X.509 credentials, counted by the test that asserts it.
set -euo pipefail
cd "$(dirname "$0")/../.."
go test -count=1 -v ./tests/conformance | sed -n 's/^.*\(figure x509\.\)/\1/p'
