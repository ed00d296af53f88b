#!/usr/bin/env bash
# Vectors of verifiable credentials that get the right answer, and the negatives of the W3C suite that are refused for their
# reason. Counted by the tests that assert them; a count that is not said is missed.
set -euo pipefail
cd "$(dirname "$0")/../.."
go test -count=1 -v -run 'Vectors$|TestVectors|TestSuiteOfVCJOSECOSE|TestUserInfoVC$|TestEveryExampleOfSDJWT|TestOtherSuitesAreUnsupported' \
	./credential/vc ./credential/did ./credential/dataintegrity ./internal/jcs ./revocation/statuslist | awk '
	/ counted / { for (i = 1; i <= NF; i++) if ($i == "counted") { right += $(i+2); total += $(i+3); negatives += $(i+4); folders++ } }
	END {
		if (folders != 11) exit 1
		print "figure vc.vectors_right " right " vectors"
		print "figure vc.vectors_total " total " vectors"
		print "figure vc.negatives_right " negatives " vectors"
	}'

# SD-JWTs with key binding in Chromium, beside the @sd-jwt packages.
cd web
mkdir -p .build/bench
go run ../tests/bench/tokens >.build/bench/tokens.json
node .build/browser/bench/token.mjs
