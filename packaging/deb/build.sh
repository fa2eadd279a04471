#!/bin/bash
# A .deb from the staged tree: build.sh STAGE FILE VERSION ARCH COMPRESSION.
set -euo pipefail
stage=$1 file=$2 version=$3 arch=$4 compression=$5
here=$(dirname "$0")
umask 022
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"
cp -a "$stage/." "$tree/"
mkdir -p "$tree/DEBIAN" "$(dirname "$file")"

# Debian has a place of its own for completions of zsh.
mkdir -p "$tree/usr/share/zsh/vendor-completions"
mv "$tree/usr/share/zsh/site-functions/_bailiff" "$tree/usr/share/zsh/vendor-completions/_bailiff"
rmdir "$tree/usr/share/zsh/site-functions"
install -D -m 644 "$here/lintian-overrides" "$tree/usr/share/lintian/overrides/bailiff"

install -m 755 "$here/postinst" "$here/prerm" "$here/postrm" "$tree/DEBIAN/"
install -m 644 "$here/conffiles" "$tree/DEBIAN/conffiles"
sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@SIZE@/$(du -sk --apparent-size "$stage" | cut -f1)/" \
	"$here/control.in" >"$tree/DEBIAN/control"
(cd "$tree" && find . -path ./DEBIAN -prune -o -type f ! -path './etc/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$tree" -exec touch -hcd "@$SOURCE_DATE_EPOCH" {} +
# shellcheck disable=SC2086 # several options are several words
dpkg-deb --root-owner-group --uniform-compression $compression -b "$tree" "$file" >/dev/null
printf '%s: %s bytes\n' "$file" "$(stat -c %s "$file")"
