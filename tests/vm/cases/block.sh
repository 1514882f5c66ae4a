# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Modules that ship a soft dependency: a plain install line does not keep them out, kmtool block does,
# whoever asks; unblock leaves what was there before.
. "${0%/*}/lib.sh"
d=/etc/modprobe.d

# The kernel itself asks: for fs-ask_NAME (mount(2)), and for NAME (an ioctl about a network interface
# of that name).
ask_by_alias() {
	mount -t "ask_$1" none /mnt 2>/dev/null
	true
}

ask_by_name() {
	ifconfig "$1" >/dev/null 2>&1
	true
}

# answers NAME: the alias that ask_by_alias makes the kernel ask for, beside a line that a person wrote.
answers() {
	printf '# a line of somebody else\nalias fs-ask_%s %s\noptions dummy numdummies=1\n' "$1" "$1" >$d/a.conf
}

bytes() {
	(cd $d && find . -type f ! -name .kmtool-undo -exec sha256sum {} + | sort)
}

# controls NAME: the ways that lead to the module while nothing blocks it.
controls() {
	answers "$1"
	echo "install $1 /bin/false" >$d/plain.conf
	run modprobe "$1"
	check "$1 is loaded past 'install $1 /bin/false'" loaded "$1"
	clean_up
	answers "$1"
	ask_by_alias "$1"
	check "$1 is loaded when the kernel asks for its alias" loaded "$1"
	clean_up
	ask_by_name "$1"
	check "$1 is loaded when the kernel asks for its name" loaded "$1"
	clean_up
}

# stays_out NAME WHAT COMMAND...: afterwards the module is not there.
stays_out() {
	local name=$1 what=$2

	shift 2
	run "$@"
	check "$name stays out: $what" not_loaded "$name"
}

blocked() {
	local name=$1 alias=$2 before

	answers "$name"
	before=$(bytes)
	expect 0 "$name can be blocked" 'softdep .* pre:' 'wrote .*kmtool-block' -- kmtool block "$name"
	expect not0 "modprobe $name fails" -- modprobe "$name"
	stays_out "$name" "by name" modprobe -q "$name"
	stays_out "$name" "by an alias of the configuration" modprobe "fs-ask_$name"
	[ -z "$alias" ] || stays_out "$name" "by its alias $alias" modprobe "$alias"
	stays_out "$name" "asked for by the kernel, by alias" ask_by_alias "$name"
	stays_out "$name" "asked for by the kernel, by name" ask_by_name "$name"
	echo "softdep dummy pre: $name" >$d/b.conf
	stays_out "$name" "as a soft dependency" modprobe dummy
	check "what has it as a soft dependency is loaded" loaded dummy
	rm -f $d/b.conf
	expect 5 "kmtool load $name is refused, and names the line" 'kmtool-block-.*:3' -- kmtool load "$name"
	rmmod dummy
	expect 3 "the proof says so: insmod cannot be closed by configuration, and no initramfs image was found" 'name +closed' 'alias +closed' 'kernel-request +closed' 'insmod +open' \
		'loaded-now +closed' -- kmtool block --verify "$name"
	check "$name can be unblocked" kmtool unblock "$name"
	same "and what was configured before $name was blocked is there again" "$before" "$(bytes)"
	check "modprobe $name works again" modprobe "$name"
	check "$name is there" loaded "$name"
	clean_up
}

while read -r name alias; do
	controls "$name"
	blocked "$name" "$alias"
done <<'END'
ext4 fs-ext4
jbd2
btrfs fs-btrfs
f2fs fs-f2fs
nfsd fs-nfsd
r8169 pci:v000010ECd00008168sv00001849sd00008168bc02sc00i00
xts crypto-xts
libcrc32c
END

# As a hard dependency; and by a mount of the filesystem itself.
while read -r name user; do
	check "block $name" kmtool block "$name"
	expect not0 "modprobe $user fails without $name" -- modprobe "$user"
	stays_out "$name" "as a dependency of $user" true
	check "$user stays out, too" not_loaded "$user"
	stays_out "$name" "by mount -t $user" mount -t "$user" none /mnt
	expect 3 "the proof has $user" 'dependency +closed .*tried' -- kmtool block --verify "$name"
	clean_up
done <<'END'
jbd2 ext4
libcrc32c btrfs
END

# What a block leaves open is told, and true.
check "block xts" kmtool block xts
check "insmod goes past it" insmod "$(modinfo -n xts)"
expect 1 "that it is loaded is told" 'loaded-now +open .*kmtool unload xts' -- kmtool block --verify xts
clean_up

# A line of somebody else.
echo 'blacklist xts' >$d/a.conf
expect 5 "unblock leaves the lines of others alone" 'a\.conf:1' -- kmtool unblock xts
same "the line is there" 'blacklist xts' "$(cat $d/a.conf)"
echo 'softdep xts post: dummy' >$d/00-a.conf
expect 5 "a block that would not hold is refused" '00-a\.conf:1' -- kmtool block xts
check "and not written" test ! -e $d/kmtool-block-xts.conf
clean_up
expect 5 "without privilege nothing is written, and the sudo line is printed" 'sudo kmtool block xts' -- \
	as_nobody kmtool block xts
finish
