#!/bin/bash
# An .rpm from the staged tree: build.sh STAGE FILE VERSION ARCH COMPRESSION CHANGELOG.
set -euo pipefail
stage=$(realpath "$1") file=$2 version=$3 arch=$4 compression=$5 changelog=$6
here=$(dirname "$0")
umask 022
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
mkdir -p "$(dirname "$file")" "$top/tree"
cp -a "$stage/." "$top/tree/"
# There the text of the license is on every system; here the package brings it.
install -D -m 644 LICENSE "$top/tree/usr/share/doc/bailiff/LICENSE"
find "$top/tree" -exec touch -hcd "@$SOURCE_DATE_EPOCH" {} +
sed -e "s|@VERSION@|$version|; s|@STAGE@|$top/tree|" -e "/@CHANGELOG@/{r $changelog" -e 'd}' "$here/bailiff.spec.in" >"$top/bailiff.spec"
rpmbuild -bb --quiet --target "$arch-linux" \
	--define "_topdir $top" --define "_rpmdir $top/out" --define '_rpmfilename bailiff.rpm' \
	--define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' \
	--define '_buildhost reproducible' --define "_binary_payload $compression" "$top/bailiff.spec"
mv "$top/out/bailiff.rpm" "$file"
printf '%s: %s bytes\n' "$file" "$(stat -c %s "$file")"
