#!/usr/bin/env bash
# Runs the tests: run.sh [FILE...]. As root, suites that need the kernel make namespaces of their own. Without root the
# whole run happens in a user namespace, where most of them work; those that do not are skipped loudly and counted.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:/usr/local/sbin:/usr/sbin:/sbin:$PATH"
if [ "$(id -u)" != 0 ] && [ -z "${BAILIFF_TEST_USERNS:-}" ]; then
	echo "not root: the tests run in a user namespace; suites that need more are skipped" >&2
	if unshare --user --map-root-user --net --mount true 2>/dev/null; then
		exec env BAILIFF_TEST_USERNS=1 unshare --user --map-root-user --net --mount bash -c \
			'mount -t tmpfs tmpfs /run && ip link set lo up && exec "$0" "$@"' "$0" "$@"
	fi
	echo "this machine allows no user namespaces either: suites that need the kernel are skipped" >&2
fi
files=("$@")
if [ ${#files[@]} = 0 ]; then mapfile -t files < <(find test -name '*.test.ts' | LC_ALL=C sort); fi
exec node --enable-experimental-regexp-engine --enable-experimental-regexp-engine-on-excessive-backtracks \
	--regexp-backtracks-before-fallback=2000 --test --test-concurrency=2 --test-timeout="${TEST_TIMEOUT_MS:-300000}" \
	--test-reporter=spec --test-reporter-destination=stdout \
	--test-reporter=./test/reporter.ts --test-reporter-destination=stdout "${files[@]}"
