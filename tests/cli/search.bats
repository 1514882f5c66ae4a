# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool search

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	TREE=$ROOT/lib/modules/$FIXTURE_VERSION
}

@test "where it matched, index first, then files by name" {
	expect_status 0 kmtool search bridge
	[ "$output" = 'MODULE               STATE     FIELD       HITS MATCH
bridge               live      name           1 bridge
bridge               live      alias          1 rtnl_link_bridge
br_netfilter         available description    1 Linux ethernet netfilter firewall bridge' ]
	[ -z "$stderr" ]
	expect_status 0 kmtool search --raw --no-headings BRIDGE
	[ "$output" = $'bridge\tlive\tname\t1\tbridge
bridge\tlive\talias\t1\trtnl_link_bridge
br_netfilter\tavailable\tdescription\t1\tLinux ethernet netfilter firewall bridge' ]
}

@test "every field" {
	write_module "$TREE/kernel/all.ko" license=GPL alias=some:needle-alias "author=A. Needle <a@needle>" \
		"author=no other" "parm=needle:what it does" "parmtype=needle2:int" firmware=needle.bin \
		"description=finds the needle" export:needle_export
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	expect_status 0 kmtool search --raw -o field,hits,match needle
	[ "$output" = $'alias\t1\tsome:needle_alias
symbol\t1\tneedle_export
description\t1\tfinds the needle
author\t1\tA. Needle <a@needle>
param\t2\tneedle:what it does
firmware\t1\tneedle.bin' ] || [ "$output" = $'description\t1\tfinds the needle
alias\t1\tsome:needle_alias
author\t1\tA. Needle <a@needle>
param\t2\tneedle:what it does
symbol\t1\tneedle_export
firmware\t1\tneedle.bin' ]
	expect_status 0 kmtool search --all --raw -o match --in param needle
	[ "$output" = $'needle:what it does\nneedle2' ]
	expect_status 0 kmtool search --in symbol,firmware --raw -o field needle
	[ "$output" = $'symbol\nfirmware' ]
	expect_status 4 kmtool search --in author bin
}

@test "all texts have to match, in whatever field" {
	expect_status 0 kmtool search --raw -o module intel e1000e
	[ "$(sort -u <<<"$output")" = e1000e ]
	expect_status 4 kmtool search intel loop
	contains "$stderr" "'intel' and 'loop'"
	expect_status 0 kmtool search --raw -o module,field throttl e1000
	[ "$output" = $'e1000e\tname\ne1000e\tdescription\ne1000e\tparam' ] || [ "$output" = $'e1000e\tname\ne1000e\tparam' ]
}

@test "built-in modules, and loaded ones that have no file" {
	expect_status 0 kmtool search --raw ext2
	[ "$output" = $'ext2\tbuilt-in\tname\t1\text2\next2\tbuilt-in\talias\t1\tfs-ext2' ]
	expect_status 0 kmtool search --raw -o module,state,file vendor
	[ "$output" = $'vendor\tlive\t-' ]
}

@test "patterns and spellings" {
	expect_status 0 kmtool search --raw -o module --in name 'SND-*'
	[ "$output" = snd_dummy ]
	expect_status 4 kmtool search --in name 'nd?dummy'
	expect_status 0 kmtool search --raw -o module --in alias 'pci:*8086*'
	[ "$output" = e1000e ]
	expect_status 2 kmtool search ''
	expect_status 2 kmtool search
	expect_status 2 kmtool search --in nothing x
	contains "$stderr" "firmware"
}

@test "modules that the index does not know, or knows another file of" {
	write_module "$TREE/extra/fresh.ko" license=GPL alias=fresh-alias
	write_module "$TREE/extra/loop.ko" license=GPL "description=another loop"
	expect_status 0 kmtool search --raw -o module,state,field,match fresh
	[ "$output" = $'fresh\tunindexed\tname\tfresh\nfresh\tunindexed\talias\tfresh-alias' ]
	expect_status 0 kmtool search --raw -o module,state,match another
	[ "$output" = $'loop\tshadowed\tanother loop' ]
}

@test "without an index everything comes from the files" {
	rm "$TREE"/modules.alias.bin
	expect_status 0 kmtool search --in alias --raw -o module,match fs-ext3
	[ "$output" = $'ext4\tfs-ext3' ]
	contains "$stderr" "modules.alias.bin is missing"
	rm "$TREE"/modules.*
	expect_status 0 kmtool search --raw -o module,field,match fs-ext3 ext4
	[ "$output" = $'ext4\tname\text4\next4\talias\tfs-ext4' ] || [ "$output" = $'ext4\tname\text4\next4\talias\tfs-ext3' ]
	echo garbage >"$TREE/modules.dep"
	expect_status 0 kmtool search ext3
}

@test "files that cannot be read are named" {
	echo 'no module' >"$TREE/kernel/bad.ko"
	expect_status 3 kmtool search bridge
	contains "$output" netfilter
	contains "$stderr" "kernel/bad.ko: too short for a kernel module"
	contains "$stderr" "1 of 10 module files could not be searched"
	expect_status 0 kmtool search --in name bridge
}

@test "JSON and sorted output" {
	expect_status 0 kmtool search --json bridge
	python3 - "$output" <<-'END'
		import json, sys
		doc = json.loads(sys.argv[1])
		assert doc["schema"] == 1 and len(doc["hits"]) == 3, doc
		assert doc["hits"][0] == {"module": "bridge", "state": "live", "field": "name", "hits": 1,
			"match": "bridge"}, doc
	END
	expect_status 0 kmtool search --sort -module --raw -o module bridge
	[ "$output" = $'bridge\nbridge\nbr_netfilter' ]
	expect_status 4 kmtool search --json nowhere
	python3 -c 'import json, sys; assert json.loads(sys.argv[1])["hits"] == []' "$output"
}

@test "nothing found: near names" {
	expect_status 4 kmtool search brige
	contains "$stderr" "did you mean bridge"
	[ -z "$output" ]
}

@test "the same from the cache, and with any number of threads" {
	local plain

	for i in $(seq 80); do
		cp "$TREE/kernel/sound/snd-dummy.ko" "$TREE/kernel/sound/copy$i.ko"
	done
	find "$TREE" -name '*.ko' -exec touch -d '2001-01-01' {} +
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	plain=$(kmtool search --raw enable)
	[ "$(grep -c . <<<"$plain")" = 81 ]
	for n in 1 2 8; do
		[ "$(kmtool search --raw --threads "$n" enable)" = "$plain" ]
	done
	sleep 2.1
	kmtool index --cache yes
	[ "$(kmtool search --raw enable)" = "$plain" ]
}

@test "hostile text is escaped" {
	write_module "$TREE/kernel/evil.ko" license=GPL 'description=red 12345 needle67'
	LC_ALL=C sed -i 's/red 12345 needle67/red \x1b[31m needle\x0a\xff/' "$TREE/kernel/evil.ko"
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	expect_status 0 kmtool search needle
	[[ $output != *$'\e'* ]]
	contains "$output" 'red \x1b[31m needle\x0a\xff'
	expect_status 0 kmtool search --json needle
	python3 -c 'import json, sys; json.loads(sys.argv[1])' "$output"
}
