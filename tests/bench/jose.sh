#!/usr/bin/env bash
# The JOSE front: bad inputs refused for their reason, those of them that jwx/v2 accepts, and Wycheproof's JWS and JWK. Counted
# by the tests that assert them; a figure that is not said is missed.
set -euo pipefail
cd "$(dirname "$0")/../.."
go test -count=1 -v -run 'TestBadInputsAreRefused|TestWycheproof$' ./internal/jose | awk '
	sub(/^.*figure jose\./, "figure jose.") { print; figures++ }
	END { if (figures != 4) exit 1 }'
