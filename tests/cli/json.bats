# SPDX-License-Identifier: GPL-2.0-or-later
# --json: one document in all cases, as docs/kmtool.schema.json and kmtool-json(5) describe it.

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	mkdir -p "$ROOT/etc/modules-load.d"
	printf '%s\n' ext4 not-there loop fs-ext3 usbcore >"$ROOT/etc/modules-load.d/a.conf"
	echo 'blacklist snd_dummy' >>"$ROOT/etc/modprobe.d/local.conf"
}

validate() {
	python3 "$top_srcdir/tests/cli/validate-json" "$top_srcdir/docs/kmtool.schema.json" "$1"
}

# fits NAME STATUS COMMAND...: it prints a document of this kind, and has rows unless NAME ends in "=".
fits() {
	local name=$1 want=$2

	shift 2
	expect_status "$want" "$@"
	validate "$name" <<<"$output" || {
		echo "$*"
		return 1
	}
}

@test "every command prints what the schema says, and no key is missing or new" {
	local command

	fits list 0 kmtool list --json
	fits list-available 0 kmtool list --available --json
	fits list-available 0 kmtool list --builtin --json
	fits info 0 kmtool info --json loop crc32c_generic usbcore e1000e
	fits deps 0 kmtool deps --all --json ext4 usbcore
	fits search 0 kmtool search --json bridge
	fits provides 0 kmtool provides --json fs:ext4 network-card llc_sap_open fs:ext2
	fits symbols 0 kmtool symbols --json br_netfilter
	fits needs 1 kmtool needs --json fs:ext4 fs:ext2 fs:none
	fits module-users 0 kmtool users --json llc loop
	fits params 0 kmtool params --json loop
	fits params 0 kmtool params --json usbcore
	fits check 3 kmtool check --json loop bridge
	fits config 0 kmtool config list --json
	fits config 0 kmtool config show --json loop
	fits config-files 0 kmtool config files --json
	fits config-lint 1 kmtool config lint --json
	fits autoload 0 kmtool autoload --json
	fits status 0 kmtool status --json
	fits status 0 kmtool status --report --json
	fits kernels 0 kmtool kernels --json
	fits why 0 kmtool why --json loop
	fits why 1 kmtool why --json ext4
	fits diff 0 kmtool diff --json "$FIXTURE_VERSION" "$FIXTURE_VERSION"
	fits index 0 kmtool index -n --json
	fits index-findings 0 kmtool index --check --json
	fits version 0 "$KMTOOL" version --json
	fits plan 0 kmtool load -n --json ext4
	fits plan 0 kmtool reload -n --json loop max_part=3
	fits plan 0 kmtool block -n --json loop
	fits plan 0 kmtool autoload add -n --json br_netfilter
	fits users 5 kmtool unload -n --json llc
	fits outcome 0 kmtool block --json bridge
	fits outcome 0 kmtool unblock --json bridge
	fits index 0 kmtool index --json
	fits index 0 kmtool index --quick --json
	for command in list info deps search provides check symbols "devices list" needs users why params status kernels diff index "config list" "autoload list"; do
		# shellcheck disable=SC2086 # two words
		[ "$command" = info ] || fits columns 0 "$KMTOOL" $command --list-columns --json
	done
}

@test "devices print what the schema says" {
	mkdir -p "$ROOT/sys/bus/pci/devices" "$ROOT/sys/devices/pci0/0000:00:02.0"
	echo 'pci:v00008086d000010D3sv00bd00bc02sc00i00' >"$ROOT/sys/devices/pci0/0000:00:02.0/modalias"
	ln -s ../../../devices/pci0/0000:00:02.0 "$ROOT/sys/bus/pci/devices/0000:00:02.0"
	fits devices 0 kmtool devices --json
	mkdir -p "$ROOT/sys/bus/pci/drivers/x"
	touch "$ROOT/sys/bus/pci/drivers/x/bind" "$ROOT/sys/bus/pci/devices/0000:00:02.0/driver_override"
	fits plan 0 kmtool devices bind -n --json --persist 00:02.0 x
	contains "$output" 0000:00:02.0
}

@test "the validator sees what is wrong" {
	run ! validate error <<<'{"schema": 1}'
	run ! validate error <<<'{"schema": 2, "error": {"kind": "usage", "errno": 1, "message": "", "hint": null}}'
	run ! validate error <<<'{"schema": 1, "error": {"kind": "odd", "errno": 1, "message": "", "hint": null}}'
	run ! validate error <<<'{"schema": 1, "error": {"kind": "usage", "errno": true, "message": "", "hint": null}}'
	run ! validate error <<<'{"schema": 1, "new": 1, "error": {"kind": "usage", "errno": 1, "message": "", "hint": null}}'
	validate error <<<'{"schema": 1, "error": {"kind": "usage", "errno": 1, "message": "", "hint": null}}'
}

# error_is KIND COMMAND...: one document with an error of this kind, and the same on stderr.
error_is() {
	local kind=$1 want

	case $kind in failed) want=1 ;; usage) want=2 ;; not-found) want=4 ;; refused) want=5 ;; esac
	shift
	fits error "$want" "$@"
	python3 -c '
import json, sys
error = json.loads(sys.argv[1])["error"]
assert error["kind"] == sys.argv[2], error
assert error["message"] and error["message"].split("\n")[0] in sys.argv[3], error' "$output" "$kind" "$stderr"
}

@test "errors are a document, too" {
	error_is usage kmtool list --json --nosuch
	error_is usage kmtool list --nosuch --json
	error_is usage kmtool --json
	error_is usage kmtool nosuch --json
	error_is usage kmtool config nosuch --json
	error_is usage kmtool config --json nosuch
	error_is usage kmtool deps --json
	error_is usage kmtool list --json --sort nosuch
	error_is usage kmtool list --json --raw
	error_is usage "$KMTOOL" browse --json
	error_is usage "$KMTOOL" help --json nosuch
	error_is not-found kmtool info --json nosuch
	error_is not-found kmtool info --json nosuch nosuch2
	error_is not-found kmtool deps --json nosuch
	error_is not-found kmtool params --json nosuch
	error_is not-found kmtool load -n --json nosuch
	error_is not-found kmtool devices --json
	error_is not-found kmtool log --json
	error_is not-found kmtool index --json 1.2.3
	error_is not-found "$KMTOOL" --root "$BATS_TEST_TMPDIR/nowhere" list --json
	rm "$ROOT/lib/modules/$FIXTURE_VERSION/modules.dep"
	error_is failed kmtool deps --json ext4
}

@test "an error after the document adds none" {
	expect_status 4 kmtool list --json nosuch
	[ "$(python3 -c 'import json, sys; print(json.load(sys.stdin))' <<<"$output")" = "{'schema': 1, 'modules': []}" ]
	fits info 3 kmtool info --json loop nosuch
	[ "$(kmtool info --json loop nosuch 2>/dev/null | grep -c '"schema"')" = 1 ]
	# A name behind "--" is no option.
	expect_status 4 kmtool info -- --json
	[ -z "$output" ]
}

@test "states are one vocabulary" {
	[ "$(kmtool deps --raw -o module,state br_netfilter | paste -sd' ')" = \
		$'br_netfilter\tavailable bridge\tlive stp\tlive llc\tlive' ]
	[ "$(kmtool autoload --raw -o name,state | paste -sd' ')" = \
		$'ext4\tavailable not_there\tmissing loop\tlive fs_ext3\tavailable usbcore\tbuilt-in' ]
	[ "$(kmtool provides --raw -o state fs:ext4)" = available ]
	[ "$(kmtool provides --raw -o state network-card)" = live ]
	[ "$(kmtool search --raw -o module,state wakeup)" = $'wakeup\tloading' ]
	[ "$(kmtool list --raw -o state wakeup loop | paste -sd' ')" = "live loading" ]
}

@test "a row about a module names it, an origin has a file and a line" {
	kmtool params --json loop | python3 -c '
import json, sys
p = json.load(sys.stdin)["parameters"]
assert [x["module"] for x in p] == ["loop", "loop"], p
assert p[1]["origin"] == {"file": "/etc/modprobe.d/local.conf", "line": 2}, p'
	kmtool autoload --json | python3 -c '
import json, sys
a = json.load(sys.stdin)["autoload"]
assert [x["module"] for x in a] == ["ext4", None, "loop", "ext4", "usbcore"], a
assert a[3]["where"] == {"file": "/etc/modules-load.d/a.conf", "line": 4}, a'
	# Scripts that read columns get what they had.
	[ "$(kmtool params --raw loop | head -n 1)" = \
		$'max_loop\tint\t-\t8\t0644\t8\t/proc/cmdline\t-\tMaximum number of loop devices' ]
}

@test "every kind of document of the schema is tested here" {
	local kind

	for kind in $(python3 -c '
import json, sys
print(*(x["$ref"].split("/")[-1] for x in json.load(open(sys.argv[1]))["anyOf"]))' "$top_srcdir/docs/kmtool.schema.json"); do
		[ "$kind" = log ] || grep -qw -e "fits $kind" "$BATS_TEST_FILENAME"
	done
}
