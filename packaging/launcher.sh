#!/bin/sh
# Runs bailiff on the runtime beside it. The settings keep its memory small: of the C library that what is freed goes back to
# the system, of the engine that short-lived things are swept up early and that what outlived them and is garbage after all
# never comes to more than half of what is needed. None of them reaches the programs it starts.
here=$(dirname "$(readlink -f "$0")")
export MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=1048576
# shellcheck disable=SC2086 # several flags are several words
exec "$here/lib/node" --max-semi-space-size=4 --heap-growing-percent=50 ${BAILIFF_NODE_FLAGS-} "$here/lib/bailiff.mjs" "$@"
