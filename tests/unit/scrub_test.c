/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What identifies a machine goes out of lines as kernels and people write them; the rest stays. */
#include "unit.h"

#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/source/scrub.h>

static char *scrub(const char *text)
{
	static const char *host[] = {"web01.example.com", "example.com", "web01", "b"};
	static const char *user[] = {"alice", "bob-2"};
	const struct kmt_strv hosts = {.v = host, .n = KMT_ARRAY_SIZE(host)};
	const struct kmt_strv users = {.v = user, .n = KMT_ARRAY_SIZE(user)};
	struct kmt_strbuf out = KMT_STRBUF_INIT;

	kmt_scrub(text, &hosts, &users, &out);
	kmt_strbuf_addstr(&out, "");
	return kmt_strbuf_steal(&out);
}

static void expect(const char *text, const char *want)
{
	kmt_autofree char *got = scrub(text);

	assert_string_equal(got, want);
}

static void hardware_addresses_go(void **state)
{
	expect("e1000e 0000:00:19.0 eth0: (PCI Express:2.5GT/s:Width x1) 3c:97:0e:12:34:56",
		"e1000e 0000:00:19.0 eth0: (PCI Express:2.5GT/s:Width x1) <mac>");
	expect("enx3c970e123456: renamed from eth1, wlx3C970E123456", "enx<mac>: renamed from eth1, wlx<mac>");
	expect("ib0: 80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1.", "ib0: <mac>.");
	expect("BOOTIF=01-3c-97-0e-12-34-56 mac 3C-97-0E-12-34-56, 3c97.0e12.3456",
		"BOOTIF=<removed> mac <mac>, <mac>");
}

static void ip_addresses_go(void **state)
{
	expect("IPv4: martian source 192.168.178.20 from 10.0.0.1, on dev eth0",
		"IPv4: martian source <ip> from <ip>, on dev eth0");
	expect("nfs: server 10.1.2.3:2049 not responding", "nfs: server <ip>:2049 not responding");
	expect("[fe80::3e97:eff:fe12:3456%eth0] 2001:db8::1. ::1 2001:db8:0:0:0:0:0:2",
		"[<ip>%eth0] <ip>. <ip> <ip>");
	expect("IPv6: ::ffff:192.0.2.1,", "IPv6: <ip>,");
	expect("ip=192.168.1.5::192.168.1.1:255.255.255.0:web01:eth0:off quiet", "ip=<removed> quiet");
}

static void identifiers_go(void **state)
{
	expect("root=UUID=3e6be9de-8139-11d1-9106-a43f08d823a6 ro", "root=UUID=<removed> ro");
	expect("EXT4-fs (dm-0): mounted filesystem 3E6BE9DE-8139-11D1-9106-A43F08D823A6 r/w",
		"EXT4-fs (dm-0): mounted filesystem <uuid> r/w");
	expect("systemd.machine_id=0123456789abcdef0123456789abcdef", "systemd.machine_id=<removed>");
	expect("/boot/efi/0123456789abcdef0123456789abcdef/6.1.0/linux", "/boot/efi/<id>/6.1.0/linux");
	expect("usb 1-1: SerialNumber: 0123ABCD-7", "usb 1-1: SerialNumber: <removed>");
	expect("resume=/dev/disk/by-id/ata-WDC_WD10-X_WD-WCC4E1 root=LABEL=\"my disk\" ro",
		"resume=/dev/disk/by-<id> root=LABEL=<removed> ro");
	expect("scsi 0:0:0:0: naa.5000c500a1b2c3d4 wwn-0x5000c500a1b2c3d4 0x5000c500a1b2c3d4",
		"scsi 0:0:0:0: naa.<id> wwn-0x<id> <id>");
	expect("rd.luks.uuid=luks-3e6 wep_key=secret9 password='a b' x",
		"rd.luks.uuid=<removed> wep_key=<removed> password=<removed> x");
}

static void people_and_hosts_go(void **state)
{
	expect("Linux version 6.1.0 (alice@web01.example.com) (gcc)", "Linux version 6.1.0 (<user>@<host>) (gcc)");
	expect("carol@build.org, WEB01: Alice's /home/carol/x.ko", "<mail>, <host>: <user>'s /home/<user>/x.ko");
	expect("bob-2 bob-20 malice alice_2 web011", "<user> bob-20 malice alice_2 web011");
	expect("/run/media/dave/stick/x.ko", "/run/media/<user>/stick/x.ko");
}

static void the_rest_stays(void **state)
{
	static const char *const texts[] = {
		"6.1.0-57-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.170-1 (2026-11-02)",
		"vendor: loading out-of-tree module taints kernel.",
		"pci 0000:00:02.0: [8086:10d3] type 00 class 0x020000",
		"RIP: 0010:km_oops_init+0x10/0x20 [km_oops]",
		"at 12:34:56, ffffffffc0900000 de:ad:be",
		"BOOT_IMAGE=/vmlinuz root=/dev/vda1 quiet loop.max_loop=8 snd_hda_intel.id=PCH keymap=de",
		"options e1000e InterruptThrottleRate=3,3,3 # 10%",
		"alias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e",
		"@ :: ::: = == . - a@ @c", "srcversion 0123456789ABCDEF01234567", "",
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(texts); i++)
		expect(texts[i], texts[i]);
}

/* Whatever a log holds; and long lines take no longer than their length. */
static void hostile_text_does_no_harm(void **state)
{
	static const char *const parts[] = {"a.", "ab:", "1.", "::", "x-", "=", "\"", "0", "\xff\x80", "uuid="};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(parts); i++) {
		struct kmt_strbuf text = KMT_STRBUF_INIT;
		char *got;

		for (size_t n = 0; n < 10000; n++)
			kmt_strbuf_addstr(&text, parts[i]);
		got = scrub(text.s);
		assert_true(strlen(got) <= text.len + 16);
		free(got);
		kmt_strbuf_free(&text);
	}
	expect("mac 3c:97:0e:12:34:56\x1b[31m", "mac <mac>\x1b[31m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hardware_addresses_go),
		cmocka_unit_test(ip_addresses_go),
		cmocka_unit_test(identifiers_go),
		cmocka_unit_test(people_and_hosts_go),
		cmocka_unit_test(the_rest_stays),
		cmocka_unit_test(hostile_text_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
