#!/usr/bin/env bash
# Every verb a person needs. Without one it lists them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly out=$PWD/.build

usage() {
	cat <<'EOF'
usage: ./build.sh verb

  test              all of it: lint, Go natively, Go as WebAssembly under Node, the package in Node and in Chromium
  demo              build everything and serve the demo on this machine
  wasm              the verifier, and its signature backend, as WebAssembly modules
  web               the npm package, with the modules in it
  worker            the mirror as a Cloudflare Worker, and how large it is compressed
  lint              vet, staticcheck, gofmt, tsc, shellcheck
  fuzz [seconds]    every fuzz target, 60 seconds each unless told
  figures [group]   measured figures, as lines "figure NAME VALUE UNIT"; revocation --long also those that take minutes
  clean             remove what was built
EOF
}

# --- what a fresh machine lacks

apt_install() {
	local as=()
	if [ "$(id -u)" != 0 ]; then as=(sudo); fi
	"${as[@]}" apt-get update -qq
	"${as[@]}" apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

need() { # command package
	command -v "$1" >/dev/null || apt_install "$2"
}

need_chromium() {
	if [ -z "${CHROMIUM:-}" ]; then need chromium chromium; fi
}

need_npm() {
	if ! cmp -s web/package-lock.json "$out/installed-lock.json" || [ ! -d web/node_modules ]; then
		(cd web && npm ci --no-audit --no-fund --loglevel=error)
		mkdir -p "$out" && cp web/package-lock.json "$out/installed-lock.json"
	fi
}

need_npm_worker() {
	if ! cmp -s worker/package-lock.json "$out/installed-worker-lock.json" || [ ! -d worker/node_modules ]; then
		(cd worker && npm ci --no-audit --no-fund --loglevel=error)
		mkdir -p "$out" && cp worker/package-lock.json "$out/installed-worker-lock.json"
	fi
}

# --- builds

build_wasm() {
	mkdir -p web/dist "$out/unpacked"
	go_module verifier ./wasm
	go_module backend ./wasm/backend
}

# Our own packages without inlining: 4 % smaller, and the time is in the signatures (docs/architecture.md). The unpacked
# module is for the search for errors: its stack traces have positions.
go_module() { # name package
	local unpacked=$out/unpacked/$1.wasm overlay=$out/unpacked/overlay.json
	printf '{"Replace": {"%s/src/internal/godebug/godebug.go": "%s/wasm/godebug/godebug.go"}}\n' "$(go env GOROOT)" "$PWD" >"$overlay"
	GOEXPERIMENT=nogreenteagc GOOS=js GOARCH=wasm go build -overlay "$overlay" -trimpath -ldflags='-s -w' -gcflags='github.com/e2eid/e2eid/...=-l' -o "$unpacked" "$2"
	go run ./wasm/pack "$unpacked" "web/dist/$1.wasm"
}

build_web() {
	build_wasm
	need_npm
	(cd web && node build.mjs)
}

# As it is deployed, in worker/build/dist. workers-assets-gen empties the folder it writes to.
build_worker() {
	need_npm_worker
	go tool workers-assets-gen -mode=go -o worker/build
	GOOS=js GOARCH=wasm go build -trimpath -ldflags='-s -w' -o worker/build/app.wasm ./worker
	(cd worker && CI=true WRANGLER_SEND_METRICS=false node node_modules/wrangler/bin/wrangler.js deploy --dry-run --outdir build/dist) |
		sed -n 's/^Total Upload: .* gzip: /Worker, compressed: /p'
}

# --- lint

lint_gofmt() {
	local unformatted
	unformatted=$(find . -name '*.go' -not -path './.*' -not -path '*/node_modules/*' -exec gofmt -l {} +)
	[ -z "$unformatted" ] || {
		printf 'not formatted:\n%s\n' "$unformatted"
		return 1
	}
}

lint_vet() {
	go vet ./...
	GOOS=js GOARCH=wasm go vet ./wasm/... ./web/test/mortal ./worker
}

lint_staticcheck() {
	# Built first: it runs here, whatever platform it looks at.
	(cd tools && go build -o "$out/staticcheck" honnef.co/go/tools/cmd/staticcheck)
	"$out/staticcheck" ./...
	# What only the host calls it takes for unused: it does not know go:wasmexport.
	GOOS=js GOARCH=wasm "$out/staticcheck" -checks inherit,-U1000 ./wasm/... ./web/test/mortal ./worker
}

# The sources, the tests, and a consumer of what was built.
lint_tsc() {
	need_npm
	(
		cd web
		if [ ! -f src/wasm_exec.js ] || [ ! -f dist/index.d.ts ]; then ../build.sh web; fi
		for project in tsconfig.json tsconfig.test.json tsconfig.dist.json; do
			node node_modules/typescript/bin/tsc -p "$project" --noEmit
		done
	)
}

lint_shell() {
	need shellcheck shellcheck
	shellcheck build.sh .ci/run tests/*.sh tests/bench/*.sh
}

lints=(gofmt vet staticcheck tsc shell)

# --- tests

# Runs one suite to its end, whatever becomes of it, and notes its exit status for the tally. The subshell stands alone
# because bash ignores -e inside a condition.
suite() { # name command...
	local name=$1
	shift
	printf '\n== %s\n' "$name"
	set +e
	(
		set -e
		"$@"
	)
	printf '%s\n' "$?" >"$out/results/$name.status"
	set -e
}

go_native() {
	go test -json ./... | node tests/gotest.mjs "$out/results/native.ndjson"
}

# The verifying packages, compiled as the module is, and what runs them through the public API.
go_wasm() {
	local packages=() dir
	for dir in signature credential revocation verifier internal/sha256 internal/sha512 wasm/abi tests/conformance tests/redteam; do packages+=("./$dir/..."); done
	GOOS=js GOARCH=wasm go test -json -short -exec "$PWD/tests/wasm_exec.sh" "${packages[@]}" |
		node tests/gotest.mjs "$out/results/wasm.ndjson"
}

node_tests() { # name folder
	cd web
	node --enable-source-maps --test --test-reporter=spec --test-reporter-destination=stdout \
		--test-reporter=../tests/reporter.mjs --test-reporter-destination="$out/results/$1.ndjson" "$2"/*.test.mjs
}

# The mirror natively and in workerd. What a client gets from it is asked with the package that was built before.
mirror_tests() {
	build_worker
	node tests/mirror/prepare.mjs
	node --test --test-timeout=180000 --test-reporter=spec --test-reporter-destination=stdout \
		--test-reporter=./tests/reporter.mjs --test-reporter-destination="$out/results/mirror.ndjson" tests/mirror/*.test.mjs
}

run_tests() {
	if [ "${CI:-}" = true ]; then export E2EID_VECTORS_REQUIRED=1; fi
	need_chromium
	rm -rf "$out/results" && mkdir -p "$out/results"
	build_web
	(cd web && node build.mjs test)
	local lint
	for lint in "${lints[@]}"; do suite "$lint" "lint_$lint"; done
	suite native go_native
	suite wasm go_wasm
	suite node node_tests node .build/test
	suite mirror mirror_tests
	suite chromium node_tests chromium .build/browser/browser
	node tests/tally.mjs "$out/results"
}

# --- figures, fuzzing

run_figures() { # [group [--long]]
	local group only=${1:-}
	if [ $# -gt 0 ]; then shift; fi
	need brotli brotli
	need wrk wrk
	need_chromium
	build_web
	(cd web && node build.mjs test)
	for group in tests/bench/*.sh; do
		if [ -z "$only" ] || [ "$(basename "$group" .sh)" = "$only" ]; then "$group" "$@"; fi
	done
}

run_fuzz() { # [seconds]
	local seconds=${1:-60} package target failed=0
	for package in $(go list ./...); do
		for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
			printf '== %s %s\n' "$package" "$target"
			go test -run '^$' -fuzz "^$target\$" -fuzztime "${seconds}s" -fuzzminimizetime 20x "$package" || failed=1
		done
	done
	return "$failed"
}

verb=${1:-}
if [ $# -gt 0 ]; then shift; fi
case $verb in
test) run_tests ;;
demo) build_web && go run ./cmd/e2eid demo "$@" ;;
wasm) build_wasm ;;
web) build_web ;;
worker) build_worker ;;
lint) for lint in "${lints[@]}"; do "lint_$lint"; done ;;
fuzz) run_fuzz "$@" ;;
figures) run_figures "$@" ;;
clean) rm -rf "$out" web/.build web/dist web/src/wasm_exec.js worker/build worker/.wrangler ;;
*)
	usage
	[ -z "$verb" ]
	;;
esac
