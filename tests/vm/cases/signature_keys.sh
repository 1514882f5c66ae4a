# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Signatures are judged before the kernel is asked, and the kernel agrees: on one that insists on them, one that
# is locked down, and one that is neither.
. "${0%/*}/lib.sh"

own=/m/signed/certs.pem foreign=/m/unknown_key/cert.pem
policy=lax
grep -q '\[integrity\]' /sys/kernel/security/lockdown && policy=lockdown
[ "$(cat /sys/module/module/parameters/sig_enforce)" = Y ] && policy=enforce

# agrees NAME FILE CERTIFICATES LAX ENFORCE LOCKDOWN: what the test of the signature says on such a kernel,
# "RESULT" or "FAIL ERRNO"; and insmod's answer is that.
agrees() {
	local name=$1 file=$2 cert=$3 want=$4 got answer=0

	[ "$policy" != enforce ] || want=$5
	[ "$policy" != lockdown ] || want=$6
	case $want in
	*EKEYREJECTED) answer='Key was rejected by service' ;;
	*EPERM) answer='Operation not permitted' ;;
	esac
	got=$(kmtool check --cert "$cert" --raw -o test,result,errno "$file" |
		awk -F '\t' '$1 == "signature" { print $2 ($3 == "-" ? "" : " " $3) }')
	same "$policy: $name" "$want" "$got"
	run insmod "$file"
	if [ "$answer" = 0 ]; then
		same "$policy: $name: the kernel agrees" 0 "$status"
		rmmod "$(basename "$file" .ko)" 2>/dev/null
	else
		matches "$policy: $name: the kernel agrees" "$answer"
	fi
}

agrees "signed with a key of the kernel" /m/signed/dummy.ko "$own" pass pass pass
agrees "and changed after that" /m/corrupted/dummy.ko "$own" \
	'FAIL EKEYREJECTED' 'FAIL EKEYREJECTED' 'FAIL EKEYREJECTED'
agrees "signed with a foreign key" /m/unknown_key/km_hello.ko "$foreign" warn 'FAIL EKEYREJECTED' 'FAIL EPERM'
agrees "and changed after that, which nobody finds" /m/unknown_key_changed/km_hello.ko "$foreign" \
	warn 'FAIL EKEYREJECTED' 'FAIL EPERM'
agrees "not signed" /m/unsigned/dummy.ko "$foreign" warn 'FAIL EKEYREJECTED' 'FAIL EPERM'
same "nothing stayed" "" "$(modules)"
finish
