#!/usr/bin/env bash
# Vectors of verifiable credentials that get the right answer, by the folder that they are in, and the negatives of the W3C
# suite that are refused for their reason. Counted by the tests that assert them (tests/vectors): a count that is not said,
# and a folder that nobody counts, is missed.
set -euo pipefail
cd "$(dirname "$0")/../.."
go test -count=1 -v -run 'Vectors$' ./verifier ./credential/did ./internal/jose ./internal/jcs ./revocation/statuslist | awk '
	/ counted / { for (i = 1; i <= NF; i++) if ($i == "counted") { right[$(i+1)] += $(i+2); total[$(i+1)] += $(i+3); negatives += $(i+4); counts++ } }
	END {
		folders = split("bitstring-status-list data-integrity did-jwk did-key jcs ml-dsa-jose sd-jwt token-status-list userinfo-vc vc-jose-cose", folder)
		for (i = 1; i <= folders; i++) {
			if (!(folder[i] in total)) { print "no vectors counted: " folder[i] >"/dev/stderr"; exit 1 }
			print "figure vc.vectors_right." folder[i] " " right[folder[i]] " vectors"
			print "figure vc.vectors_total." folder[i] " " total[folder[i]] " vectors"
			allRight += right[folder[i]]; all += total[folder[i]]
		}
		if (counts != 12) { print counts " counts, want 12" >"/dev/stderr"; exit 1 }
		print "figure vc.vectors_right " allRight " vectors"
		print "figure vc.vectors_total " all " vectors"
		print "figure vc.negatives_right " negatives " vectors"
	}'

# SD-JWTs with key binding in Chromium, beside the @sd-jwt packages.
cd web
mkdir -p .build/bench
go run ../tests/bench/tokens >.build/bench/tokens.json
node .build/browser/bench/token.mjs
