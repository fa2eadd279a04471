#!/bin/bash
# Builds both packages from two copies of this commit, in folders of different names, at different times of day, and compares.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
epoch=${SOURCE_DATE_EPOCH:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -z "$(git status --porcelain)" ] || echo "note: the tree has changes that are not committed; they are compared too" >&2
for copy in one another-and-longer; do
	mkdir -p "$work/$copy"
	git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -C "$work/$copy" -xf -
	ln -s "$root/node_modules" "$work/$copy/node_modules"
	# Not the time of the files, their order or the umask may matter.
	(
		cd "$work/$copy"
		[ "$copy" = one ] || { umask 077; find . -type f -exec touch -d '2001-02-03' {} +; export TZ=Asia/Tokyo LC_ALL=C; }
		# The libraries are there already; what they are is in the lock file.
		SOURCE_DATE_EPOCH=$epoch make --no-print-directory deb rpm ARCH="${ARCH:-amd64}" DEB_Z="${DEB_Z:--Zxz -z1}" RPM_Z="${RPM_Z:-w1.xzdio}" >/dev/null
	)
done
(cd "$work/one/build/packages" && sha256sum -- *) | tee "$work/sums"
(cd "$work/another-and-longer/build/packages" && sha256sum --quiet -c "$work/sums")
echo "the same bytes from both"
