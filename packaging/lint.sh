#!/bin/bash
# Looks over the packages as distributions do: lint.sh DEB RPM STAGE. Fails on any error or warning that is not overridden.
set -euo pipefail
deb=$1 rpm=$2 stage=$3
cd "$(dirname "$0")/.."
status=0
check() {
	local what=$1
	shift
	if "$@"; then echo "ok: $what"; else echo "FAILED: $what" >&2; status=1; fi
}

check lintian lintian --allow-root --fail-on error,warning --suppress-tags no-copyright-file "$deb"
# rpmlint tells its errors and warnings by its exit status, and by its last line.
rpm_clean() {
	local said
	said=$(rpmlint -c packaging/rpm/rpmlint.toml "$1" 2>&1 || true)
	printf '%s\n' "$said" | grep -E ': [EW]: |packages? and' || true
	printf '%s\n' "$said" | grep -qE '0 errors?, 0 warnings'
}
check rpmlint rpm_clean "$rpm"
check shellcheck shellcheck -S warning packaging/launcher.sh packaging/*.sh packaging/deb/{postinst,prerm,postrm,build.sh} packaging/rpm/build.sh test/e2e/*.sh

pages() {
	local page
	for page in "$stage"/usr/share/man/man*/*.gz; do
		# scdoc writes paragraph macros where none is due; they do no harm.
		if gzip -dc "$page" | mandoc -T lint -W warning | grep -v 'skipping paragraph macro'; then return 1; fi
		if LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null | grep .; then return 1; fi
	done
}
check 'manual pages' pages
check 'completion for bash' bash -n "$stage/usr/share/bash-completion/completions/bailiff"
if command -v zsh >/dev/null; then check 'completion for zsh' zsh -n "$stage/usr/share/zsh/site-functions/_bailiff"; fi
if command -v fish >/dev/null; then check 'completion for fish' fish -n "$stage/usr/share/fish/vendor_completions.d/bailiff.fish"; fi

exposure() { systemd-analyze security --offline=yes --threshold=15 "$stage/usr/lib/systemd/system/bailiff.service" >/dev/null; }
check 'exposure of the unit at most 1.5' exposure
check 'no native modules' bash -c '! find "$1" -name "*.node" | grep -q .' sh "$stage"
floor=$(objdump -T "$stage/usr/lib/bailiff/node" | grep -o 'GLIBC_2\.[0-9]*' | sort -uV | tail -1)
check "glibc 2.28 is enough (needs $floor)" test "$(printf '%s\n' GLIBC_2.28 "$floor" | sort -V | tail -1)" = GLIBC_2.28
for file in "$deb" "$rpm"; do
	check "$(basename "$file") has at most 30 MB" test "$(stat -c %s "$file")" -le 30000000
done
exit "$status"
