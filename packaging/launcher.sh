#!/bin/sh
# Runs bailiff on the runtime beside it. The flags bound the time of every regular expression (src/system/regexp.ts).
here=$(dirname "$(readlink -f "$0")")
# shellcheck disable=SC2086 # several flags are several words
exec "$here/lib/node" --enable-experimental-regexp-engine --enable-experimental-regexp-engine-on-excessive-backtracks \
	--regexp-backtracks-before-fallback=2000 ${BAILIFF_NODE_FLAGS-} "$here/lib/bailiff.mjs" "$@"
