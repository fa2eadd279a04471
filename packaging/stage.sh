#!/bin/bash
# Lays out what the packages hold: stage.sh STAGE MADE RUNTIME DIST. Called by make, after the program is built.
set -euo pipefail
stage=$1 made=$2 runtime=$3 dist=$4
cd "$(dirname "$0")/.."

node packaging/generate.ts "$made" "$dist/meta.json"

put() { install -D -m "$1" "$2" "$stage$3"; }
zipped() { mkdir -p "$stage$(dirname "$2")"; gzip -9n <"$1" >"$stage$2"; chmod 644 "$stage$2"; }

put 755 "$runtime/node" /usr/lib/bailiff/node
put 644 "$dist/lib/bailiff.mjs" /usr/lib/bailiff/bailiff.mjs
for file in "$dist"/lib/parts/*.mjs; do put 644 "$file" "/usr/lib/bailiff/parts/$(basename "$file")"; done
# The launcher of the checkout, with the places of an installed one.
sed -e '/^here=/d' -e 's|"$here/lib/\([a-z.]*\)"|/usr/lib/bailiff/\1|g' packaging/launcher.sh >"$made/launcher"
put 755 "$made/launcher" /usr/bin/bailiff
for file in src/filters/*.json; do put 644 "$file" "/usr/share/bailiff/filters/$(basename "$file")"; done
for file in "$dist"/lib/filters/proven/*.json; do put 644 "$file" "/usr/share/bailiff/filters/proven/$(basename "$file")"; done
for file in schemas/*.json; do put 644 "$file" "/usr/share/bailiff/schemas/$(basename "$file")"; done

put 640 packaging/etc/bailiff.json /etc/bailiff/bailiff.json
chmod 750 "$stage/etc/bailiff"
install -d -m 750 "$stage/etc/bailiff/conf.d" "$stage/etc/bailiff/filters"

for unit in packaging/systemd/*.service packaging/systemd/*.socket; do
	sed "s/@SERVICES@/$(cat "$made/services")/" "$unit" >"$made/unit"
	put 644 "$made/unit" "/usr/lib/systemd/system/$(basename "$unit")"
done
for file in packaging/systemd/examples/*.conf; do put 644 "$file" "/usr/share/doc/bailiff/examples/$(basename "$file")"; done
put 644 packaging/sysusers.conf /usr/lib/sysusers.d/bailiff.conf
put 644 packaging/tmpfiles.conf /usr/lib/tmpfiles.d/bailiff.conf

scdoc <"$made/bailiff.8.scd" >"$made/bailiff.8"
zipped "$made/bailiff.8" /usr/share/man/man8/bailiff.8.gz
zipped "$made/bailiff.json.5" /usr/share/man/man5/bailiff.json.5.gz
zipped "$made/bailiff-filter.5" /usr/share/man/man5/bailiff-filter.5.gz
put 644 "$made/bailiff.bash" /usr/share/bash-completion/completions/bailiff
put 644 "$made/_bailiff" /usr/share/zsh/site-functions/_bailiff
put 644 "$made/bailiff.fish" /usr/share/fish/vendor_completions.d/bailiff.fish

zipped packaging/changelog /usr/share/doc/bailiff/changelog.gz
put 644 packaging/copyright /usr/share/doc/bailiff/copyright
zipped "$runtime/LICENSE" /usr/share/doc/bailiff/node-LICENSE.gz
zipped "$made/libraries-LICENSE" /usr/share/doc/bailiff/libraries-LICENSE.gz
