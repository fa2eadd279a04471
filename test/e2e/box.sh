#!/usr/bin/env bash
# Boots a real systemd as PID 1 in a container (systemd-nspawn) with journald, sshd and nftables, in a network of its own.
#
#   box.sh up BOX SUITE [NUMBER]   boot; SUITE is bookworm or trixie; NUMBER 1 (default) or 2 gives it its addresses
#   box.sh exec BOX CMD...         run CMD inside, in all of its namespaces, as root with all capabilities
#   box.sh apt BOX ARGS...         apt-get inside: downloads through the outer network, maintainer scripts run in the box
#   box.sh put BOX FILE PATH       copy a file in
#   box.sh reboot BOX              power off and boot again with what is on its disk
#   box.sh down BOX                power off, throw the disk away
#   box.sh net up|down             the outside world: a namespace with the addresses of attackers and bystanders
#   box.sh ssh SOURCE TARGET USER  one login with a wrong password by a real ssh client from SOURCE
#   box.sh send SOURCE CMD...      run CMD in the outside world
#
# Traffic stays in the namespaces made here; addresses are those of documentation. BOXES is where disks are kept; the
# image of each suite stays there, for it takes a minute to make.
set -euo pipefail
BOXES=${BOXES:?where to keep the boxes}
TAG=${BOX_TAG:-e2e}
OUT=bailiff-$TAG-out
PACKAGES=systemd-sysv,dbus,nftables,openssh-server,iproute2,iputils-ping,procps,libcap2-bin,ca-certificates,man-db,bash-completion
OUTSIDE4='198.51.100.7 198.51.100.8 198.51.100.9 198.51.100.10 203.0.113.9'
OUTSIDE6='2001:db8:bad::7 2001:db8:bad:1::7 2001:db8:bad:2::7'

say() { printf '%s\n' "$*" >&2; }

# The packet filter inside must be the box's own; only downloads may use the network outside.
leader() { local p; p=$(cat "$BOXES/$1/nspawn.pid" 2>/dev/null) && pgrep -P "$p" -x systemd | head -1; }
clean_env() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
inside() {
	local pid
	pid=$(leader "$1") && [ -n "$pid" ] || { say "box $1 is not up"; return 1; }
	shift
	clean_env nsenter -t "$pid" -m -u -i -n -p -C -r -w "$@"
}

mirror() {
	local url
	url=$(awk '/^URIs:/{print $2; exit}' /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
	[ -n "$url" ] || url=$(awk '/^deb /{for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) {print $i; exit}}' /etc/apt/sources.list)
	printf '%s' "${url%/}"
}

image() {
	local suite=$1 base=$BOXES/base-$1 new
	[ -e "$base/.complete" ] && return
	say "making an image of $suite (about a minute)"
	mkdir -p "$BOXES"
	new=$(mktemp -d "$BOXES/.new.XXXXXX")
	if ! debootstrap --variant=minbase "--include=$PACKAGES" "$suite" "$new" "$(mirror)" >"$BOXES/debootstrap-$suite.log" 2>&1; then
		tail -5 "$BOXES/debootstrap-$suite.log" >&2
		rm -rf "$new"
		return 1
	fi
	rm -rf "$new"/var/cache/apt/archives/*.deb "$new"/var/log/*.log
	printf 'PasswordAuthentication yes\nUsePAM yes\nMaxAuthTries 3\nPermitRootLogin yes\nMaxStartups 100\nLoginGraceTime 30\n' >"$new/etc/ssh/sshd_config.d/box.conf"
	# From 9.8 on OpenSSH refuses guessers by itself for a while, which would look like a ban.
	[ "$suite" = bookworm ] || echo 'PerSourcePenalties no' >>"$new/etc/ssh/sshd_config.d/box.conf"
	chroot "$new" useradd -m -s /bin/bash alice
	echo alice:Correct-Horse-9 | chroot "$new" chpasswd
	# minbase leaves man pages out; the package's own must be there.
	rm -f "$new"/etc/dpkg/dpkg.cfg.d/docker* "$new/etc/machine-id"
	: >"$new/etc/machine-id"
	mkdir -p "$new/var/log/journal"
	touch "$new/.complete"
	rm -rf "$base"
	mv "$new" "$base"
}

net_up() {
	net_down
	local ip
	ip netns add "$OUT"
	ip -n "$OUT" link set lo up
	ip netns exec "$OUT" sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	for ip in $OUTSIDE4; do ip -n "$OUT" addr add "$ip/32" dev lo; done
	for ip in $OUTSIDE6; do ip -n "$OUT" -6 addr add "$ip/128" dev lo nodad; done
}

net_down() { ip netns del "$OUT" 2>/dev/null || true; }

# Box 1 is 192.0.2.10 and 2001:db8:1::10, box 2 is 192.0.2.130 and 2001:db8:2::10; the outside world joins them.
attach() {
	local ns=bailiff-$TAG-$1 number=$2 v4=192.0.2.10 gw4=192.0.2.1
	[ "$number" = 1 ] || { v4=192.0.2.130 gw4=192.0.2.129; }
	# A namespace that was deleted lives on for a moment, and its wire with it.
	ip -n "$OUT" link del "wire$number" 2>/dev/null || true
	ip netns del "$ns" 2>/dev/null || true
	ip netns add "$ns"
	ip -n "$OUT" link add "wire$number" type veth peer name host0 netns "$ns"
	ip -n "$ns" link set lo up
	ip -n "$ns" link set host0 up
	ip -n "$OUT" link set "wire$number" up
	ip -n "$ns" addr add "$v4/25" dev host0
	ip -n "$ns" -6 addr add "2001:db8:$number::10/64" dev host0 nodad
	ip -n "$OUT" addr add "$gw4/25" dev "wire$number"
	ip -n "$OUT" -6 addr add "2001:db8:$number::1/64" dev "wire$number" nodad
	ip -n "$ns" route add default via "$gw4"
	ip -n "$ns" -6 route add default via "2001:db8:$number::1"
}

up() {
	local box=$1 suite=$2 number=${3:-1} dir=$BOXES/$1
	image "$suite"
	mkdir -p "$dir"/{upper,work,root}
	printf '%s %s\n' "$suite" "$number" >"$dir/what"
	attach "$box" "$number"
	mount -t overlay "$box" -o "lowerdir=$BOXES/base-$suite,upperdir=$dir/upper,workdir=$dir/work" "$dir/root"
	echo "$box" >"$dir/root/etc/hostname"
	cp -L /etc/resolv.conf /etc/hosts "$dir/root/etc/" 2>/dev/null || true
	# Unified cgroups inside, whatever the machine outside has. With a network namespace of ours, nspawn would take
	# CAP_NET_ADMIN from the box, and ambient capabilities would silently give nothing.
	SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 setsid systemd-nspawn --quiet --boot "--directory=$dir/root" "--machine=$TAG-$box" \
		--register=no --keep-unit --link-journal=no --console=passive "--network-namespace-path=/run/netns/bailiff-$TAG-$box" \
		--capability=CAP_NET_ADMIN,CAP_BPF,CAP_PERFMON --system-call-filter=bpf --resolv-conf=off --timezone=off \
		>"$dir/console.log" 2>&1 </dev/null &
	echo $! >"$dir/nspawn.pid"
	local state=''
	for _ in $(seq 600); do
		state=$(inside "$box" systemctl is-system-running 2>/dev/null || true)
		case $state in running | degraded) break ;; esac
		kill -0 "$(cat "$dir/nspawn.pid")" 2>/dev/null || { tail -20 "$dir/console.log" >&2; say "box $box died"; return 1; }
		sleep 0.1
	done
	[ "$state" = running ] || { inside "$box" systemctl --failed --no-pager >&2 || true; }
	case $state in running | degraded) ;; *) say "box $box does not boot: $state"; return 1 ;; esac
}

halt() {
	local dir=$BOXES/$1 pid nspawn
	if pid=$(leader "$1") && [ -n "$pid" ]; then
		nspawn=$(cat "$dir/nspawn.pid")
		kill -s RTMIN+4 "$pid" 2>/dev/null || true
		for _ in $(seq 200); do kill -0 "$nspawn" 2>/dev/null || break; sleep 0.1; done
		kill -9 "$nspawn" 2>/dev/null || true
	fi
	rm -f "$dir/nspawn.pid"
	umount -R -l "$dir/root" 2>/dev/null || true
	ip netns del "bailiff-$TAG-$1" 2>/dev/null || true
}

apt() {
	local box=$1 pid
	shift
	pid=$(leader "$box")
	if [ "$1" = update ]; then
		clean_env nsenter -t "$pid" -m -u -i -p -C -r -w apt-get -q "$@"
	else
		clean_env nsenter -t "$pid" -m -u -i -p -C -r -w apt-get -y -q --download-only "$@"
		inside "$box" apt-get -y -q "$@"
	fi
}

# The client says why it got nowhere on its last line: "Permission denied" is an open door, "timed out" a closed one.
wrong_password() {
	local source=$1 target=$2 user=$3 ask status=0
	ask=$(mktemp)
	printf '#!/bin/sh\necho wrong-%s\n' "$$" >"$ask"
	chmod 755 "$ask"
	SSH_ASKPASS_REQUIRE=force SSH_ASKPASS=$ask DISPLAY=:0 ip netns exec "$OUT" setsid -w timeout 30 \
		ssh -F none -b "$source" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
		-o PreferredAuthentications=password -o NumberOfPasswordPrompts=1 -o ConnectTimeout=3 "$user@$target" true 2>&1 |
		tail -1 | tr -d '\r' || status=$?
	rm -f "$ask"
	return "$status"
}

command=${1:?up|exec|apt|put|reboot|down|net|ssh|send}
shift
case $command in
up) up "$@" ;;
exec) inside "$@" ;;
apt) apt "$@" ;;
put) install -m 644 "$2" "$BOXES/$1/root$3" ;;
reboot) read -r suite number <"$BOXES/$1/what"; halt "$1"; up "$1" "$suite" "$number" ;;
down) halt "$1"; rm -rf "${BOXES:?}/$1" ;;
net) "net_$1" ;;
ssh) wrong_password "$@" || true ;;
send) ip netns exec "$OUT" "$@" ;;
image) image "$1" ;;
*) say "unknown: $command"; exit 2 ;;
esac
