#!/usr/bin/env bash
# Installs the packages on booted systems, and attacks them: run.sh DEB RPM [FILE...]. Needs root; everything happens in
# containers and network namespaces made here. Takes about ten minutes, and a minute more for each image the first time.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "bailiff: make e2e boots systems, and needs root" >&2; exit 1; }
DEB=$(realpath "$1") RPM=$(realpath "$2")
shift 2
cd "$(dirname "$0")/../.."
export DEB RPM PATH="$PWD/node_modules/.bin:/usr/local/sbin:/usr/sbin:/sbin:$PATH"
export BOXES=${BOXES:-$PWD/build/boxes} BOX_TAG=${BOX_TAG:-$$}
FIGURES=$(mktemp)
export FIGURES
clean() {
	for box in "$BOXES"/*/what; do
		[ -e "$box" ] && test/e2e/box.sh down "$(basename "$(dirname "$box")")" || true
	done
	test/e2e/box.sh net down
	rm -f "$FIGURES"
}
trap clean EXIT
trap 'exit 130' INT TERM
for suite in bookworm trixie; do test/e2e/box.sh image "$suite"; done
files=("$@")
[ ${#files[@]} != 0 ] || files=(test/e2e/*.e2e.ts)
status=0
node --test --test-concurrency=1 --test-timeout=900000 \
	--test-reporter=spec --test-reporter-destination=stdout \
	--test-reporter=./test/reporter.ts --test-reporter-destination=stdout "${files[@]}" || status=$?
echo
cat "$FIGURES"
exit "$status"
