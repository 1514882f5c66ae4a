/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the machine that the browser is tested on: mkroot DIR (which must be there, and empty). Its module
 * files are written by the unit tests' ELF writer, so that every size and every byte is the same wherever
 * the tests run. The index is left to `kmtool index --root DIR`.
 */
#include <stdio.h>
#include <string.h>

#include "../unit/tree_fixture.h"

#define VERMAGIC "vermagic=" TREE_VERSION " SMP preempt mod_unload modversions ", "license=GPL"

static void sound(const struct fixture *f)
{
	TREE_MODULE(f, "/kernel/sound/soundcore.ko", "export:sound_class", VERMAGIC,
		"description=Core sound module");
	TREE_MODULE(f, "/kernel/sound/core/snd.ko", "import:sound_class", "gpl:snd_card_new=1a2b3c4d",
		"any:snd_card_free=5e6f7081", "code:.text=400", "data:.data=100", "bss:.bss=2000",
		"code:.init.text=80", VERMAGIC, "description=Advanced Linux Sound Architecture driver for soundcards.",
		"parm=slots:Module names assigned to the slots.", "parmtype=slots:array of charp",
		"parm=cards_limit:Count of auto-loadable soundcards.", "parmtype=cards_limit:int",
		"alias=char-major-116-*");
	TREE_MODULE(f, "/kernel/sound/core/snd-pcm.ko", "import:snd_card_new", "export:snd_pcm_new",
		"import:_printk", "import:kfree", "import:snd_card_lost", "weak:snd_card_maybe", VERMAGIC, "description=Midlevel PCM code for ALSA.");
	TREE_MODULE(f, "/kernel/sound/pci/hda/snd-hda-intel.ko", "import:snd_pcm_new",
		"import:snd_card_new", VERMAGIC, "description=Intel HDA driver",
		"alias=pci:v00008086d0000A0C8sv*sd*bc*sc*i*", "alias=pci:v00008086d00009DC8sv*sd*bc*sc*i*",
		"alias=pci:v00008086d0000A348sv*sd*bc*sc*i*", "alias=pci:v00008086d00003B56sv*sd*bc*sc*i*",
		"parm=power_save:Automatic power-saving timeout (in second, 0 = disable).",
		"parmtype=power_save:xint", "parm=power_save_controller:Reset controller in power save mode.",
		"parmtype=power_save_controller:bool", "parm=model:Use the given board model.",
		"parmtype=model:array of charp", "parm=enable_msi:Enable Message Signaled Interrupt (MSI)",
		"parmtype=enable_msi:bint", "parm=probe_mask:Bitmask to probe codecs (default = -1).",
		"parmtype=probe_mask:array of int");
}

static void network(const struct fixture *f)
{
	TREE_MODULE(f, "/kernel/net/llc/llc.ko", "export:llc_sap_open", VERMAGIC,
		"description=LLC IEEE 802.2 core support");
	TREE_MODULE(f, "/kernel/net/802/stp.ko", "import:llc_sap_open", "export:stp_proto_register", VERMAGIC);
	TREE_MODULE(f, "/kernel/net/bridge/bridge.ko", "import:stp_proto_register", "import:llc_sap_open",
		"export:br_forward", VERMAGIC, "version=2.3", "alias=rtnl-link-bridge");
	TREE_MODULE(f, "/kernel/net/bridge/br_netfilter.ko", "import:br_forward", VERMAGIC,
		"description=Linux ethernet netfilter firewall bridge");
	TREE_MODULE(f, "/kernel/drivers/net/dummy.ko", VERMAGIC, "parm=numdummies:Number of dummy devices",
		"parmtype=numdummies:int", "alias=rtnl-link-dummy");
}

static void filesystems(const struct fixture *f)
{
	TREE_MODULE(f, "/kernel/lib/libcrc32c.ko", "export:crc32c", VERMAGIC,
		"description=CRC32c (Castagnoli) calculations");
	TREE_MODULE(f, "/kernel/crypto/xor.ko", "export:xor_blocks", VERMAGIC);
	TREE_MODULE(f, "/kernel/lib/raid6/raid6_pq.ko", "export:raid6_call", VERMAGIC);
	TREE_MODULE(f, "/kernel/fs/btrfs/btrfs.ko", "import:crc32c", "import:xor_blocks", "import:raid6_call",
		VERMAGIC, "softdep=pre: blake2b-256 sha256", "alias=fs-btrfs",
		"description=Btrfs filesystem");
	TREE_MODULE(f, "/kernel/fs/xfs/xfs.ko", "import:crc32c", "signer:", VERMAGIC, "alias=fs-xfs");
}

/* What no driver should be: text that would play with a terminal, and text that is wide. */
static void odd(const struct fixture *f)
{
	TREE_MODULE(f, "/kernel/drivers/misc/hostile.ko", VERMAGIC,
		"description=\033[31mred\033[0m \a\t\xff\xfe bell and \x9b" "2J",
		"parm=evil:\033]0;title\007 \xc3(", "parmtype=evil:charp");
	TREE_MODULE(f, "/kernel/drivers/misc/wide.ko", VERMAGIC,
		"description=\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe8\xaa\xac\xe6\x98\x8e e\xcc\x81");
	TREE_MODULE(f, "/kernel/drivers/misc/a_module_with_a_name_that_is_very_long_indeed.ko", VERMAGIC);
	TREE_MODULE(f, "/kernel/drivers/usb/class/usblp.ko", VERMAGIC,
		"description=USB Printer Device Class driver", "alias=usb:v*p*d*dc*dsc*dp*ic07isc01ip0[1-3]in*");
	TREE_MODULE(f, "/kernel/drivers/gpu/drm/nouveau.ko", VERMAGIC, "alias=pci:v000010DEd*sv*sd*bc03sc*i*");
	TREE_MODULE(f, "/kernel/drivers/gpu/drm/open_drm.ko", VERMAGIC,
		"alias=pci:v000010DEd00001F*sv*sd*bc03sc*i*");
	TREE_MODULE(f, "/kernel/drivers/net/e1000e.ko", VERMAGIC, "alias=pci:v00008086d000010D3sv*sd*bc*sc*i*",
		"description=Intel(R) PRO/1000 Network Driver");
	TREE_MODULE(f, "/kernel/drivers/block/loop.ko", "signer:A key of the old days", VERMAGIC, "alias=block-major-7-*",
		"parm=max_loop:Maximum number of loop devices", "parmtype=max_loop:int",
		"parm=max_part:Maximum number of partitions per loop device", "parmtype=max_part:int");
}

static void builtins(const struct fixture *f)
{
	static const char info[] = "usbcore.license=GPL\0usbcore.description=USB core\0"
				   "usbcore.parm=autosuspend:default autosuspend delay\0"
				   "usbcore.parmtype=autosuspend:int\0ext4.license=GPL\0ext4.alias=fs-ext4";

	fixture_text(f, TREE "/modules.order", "");
	fixture_text(f, TREE "/modules.builtin",
		"kernel/drivers/usb/core/usbcore.ko\nkernel/fs/ext4/ext4.ko\nkernel/kernel/configs.ko\n");
	fixture_write(f, TREE "/modules.builtin.modinfo", info, sizeof(info));
}

static void proc(const struct fixture *f)
{
	fixture_text(f, "/proc/sys/kernel/osrelease", TREE_VERSION "\n");
	fixture_text(f, "/proc/sys/kernel/modules_disabled", "0\n");
	fixture_text(f, "/proc/sys/kernel/tainted", "12289\n");
	fixture_text(f, "/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	fixture_text(f, "/sys/module/module/parameters/sig_enforce", "N\n");
	fixture_text(f, "/proc/cmdline", "root=/dev/vda1 quiet snd_hda_intel.power_save=5\n");
	fixture_text(f, "/proc/self/status", "Name:\tx\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n");
	fixture_text(f, "/proc/modules",
		"snd_hda_intel 57344 3 - Live 0x0000000000000000\n"
		"snd_pcm 167936 1 snd_hda_intel, Live 0x0000000000000000\n"
		"snd 126976 14 snd_hda_intel,snd_pcm, Live 0x0000000000000000\n"
		"soundcore 16384 1 snd, Live 0x0000000000000000\n"
		"bridge 311296 0 - Live 0x0000000000000000\n"
		"stp 16384 1 bridge, Live 0x0000000000000000\n"
		"llc 16384 2 bridge,stp, Live 0x0000000000000000\n"
		"btrfs 1794048 2 - Live 0x0000000000000000\n"
		"libcrc32c 16384 1 btrfs, Live 0x0000000000000000\n"
		"raid6_pq 122880 1 btrfs, Live 0x0000000000000000\n"
		"xor 24576 1 btrfs, Live 0x0000000000000000\n"
		"loop 40960 0 - Live 0x0000000000000000\n"
		"usblp 40960 0 - Live 0x0000000000000000\n"
		"vendor_drm 56832000 0 - Live 0x0000000000000000 (POE)\n"
		"wakeup 16384 0 - Loading 0x0000000000000000 (O+)\n"
		"keep 16384 0 [permanent], Live 0x0000000000000000\n");
	fixture_text(f, "/proc/kallsyms",
		"0000000000000000 T _printk\n0000000000000000 r __ksymtab__printk\n"
		"0000000000000000 r __ksymtab_kfree\n"
		"0000000000000000 r __ksymtab_snd_card_new\t[snd]\n");
	fixture_text(f, "/proc/self/mountinfo",
		"20 1 0:20 / / rw - ext4 /dev/vda1 rw\n21 20 0:33 / /srv rw - btrfs /dev/vdb rw\n");
}

static void sys_module(const struct fixture *f, const char *name, const char *attribute, const char *value)
{
	kmt_autofree char *path = kmt_asprintf("/sys/module/%s/%s", name, attribute);
	kmt_autofree char *line = kmt_asprintf("%s\n", value);

	fixture_text(f, path, line);
}

static void sys(const struct fixture *f)
{
	sys_module(f, "snd_hda_intel", "initstate", "live");
	sys_module(f, "snd_hda_intel", "refcnt", "3");
	sys_module(f, "snd_hda_intel", "parameters/power_save", "1");
	sys_module(f, "snd_hda_intel", "parameters/power_save_controller", "Y");
	sys_module(f, "snd_hda_intel", "parameters/enable_msi", "-1");
	sys_module(f, "snd_hda_intel", "parameters/probe_mask", "-1,-1,-1,-1");
	sys_module(f, "snd", "initstate", "live");
	sys_module(f, "snd", "sections/.text", "0xffffffffc0a01000");
	sys_module(f, "snd", "sections/.data", "0xffffffffc0a03000");
	sys_module(f, "snd", "sections/.bss", "0xffffffffc0a03400");
	sys_module(f, "snd", "sections/.gnu.linkonce.this_module", "0xffffffffc0a03100");
	sys_module(f, "bridge", "sections/.modinfo", "0x0000000000000000");
	sys_module(f, "vendor_drm", "initstate", "live");
	sys_module(f, "vendor_drm", "sections/.text", "0xffffffffc1000000");
	sys_module(f, "bridge", "initstate", "live");
	sys_module(f, "bridge", "version", "2.3");
	sys_module(f, "loop", "initstate", "live");
	sys_module(f, "loop", "parameters/max_loop", "8");
	sys_module(f, "loop", "parameters/max_part", "0");
	sys_module(f, "usbcore", "parameters/autosuspend", "2");
}

/* A device that asks for DRIVER; NULL: none is bound to it. */
static void device(const struct fixture *f, const char *bus, const char *name, const char *modalias,
	const char *driver)
{
	kmt_autofree char *file = kmt_asprintf("/sys/devices/%s/%s/modalias", bus, name);
	kmt_autofree char *link = kmt_asprintf("/sys/bus/%s/devices/%s", bus, name);
	kmt_autofree char *real = kmt_asprintf("../../../devices/%s/%s", bus, name);
	kmt_autofree char *text = kmt_asprintf("%s\n", modalias);
	kmt_autofree char *bound = kmt_asprintf("/sys/devices/%s/%s/driver", bus, name);
	kmt_autofree char *of = kmt_asprintf("../../../bus/%s/drivers/%s", bus, driver ? driver : "");
	kmt_autofree char *module = kmt_asprintf("/sys/bus/%s/drivers/%s/module", bus, driver ? driver : "");
	kmt_autofree char *to = kmt_asprintf("../../../../module/%s", driver ? driver : "");

	fixture_text(f, file, text);
	fixture_link(f, link, real);
	if (!driver)
		return;
	fixture_link(f, module, to);
	fixture_link(f, bound, of);
}

static void attribute(const struct fixture *f, const char *bus, const char *name, const char *attr, const char *value)
{
	kmt_autofree char *path = kmt_asprintf("/sys/devices/%s/%s/%s", bus, name, attr);

	fixture_text(f, path, value);
}

/* Without a driver, in all ways; with one that is built in; what would play with a terminal. */
static void more_devices(const struct fixture *f)
{
	device(f, "pci", "0000:00:00.0", "pci:v00008086d00003EC2sv00001028sd0000087Cbc06sc00i00", NULL);
	device(f, "pci", "0000:03:00.0", "pci:v00008086d000010D3sv00001028sd0000087Cbc02sc00i00", NULL);
	device(f, "pci", "0000:04:00.0", "pci:v000010DEd00001F82sv00001028sd0000087Cbc03sc00i00", NULL);
	device(f, "pci", "0000:05:00.0", "pci:v000010DEd00000DE1sv00001028sd0000087Cbc03sc00i00", NULL);
	device(f, "usb", "1-2:1.0", "usb:v1D6Bp0002d0100dc00dsc00dp00ic08isc06ip50in00", NULL);
	attribute(f, "usb", "1-2", "product", "\033[2J\xff disk \xe6\x97\xa5 \n");
	fixture_link(f, "/sys/bus/usb/devices/1-2", "../../../devices/usb/1-2");
	attribute(f, "usb", "1-1", "manufacturer", "HP\n");
	attribute(f, "usb", "1-1", "product", "LaserJet 1020\n");
	fixture_link(f, "/sys/bus/usb/devices/1-1", "../../../devices/usb/1-1");
	device(f, "platform", "serial8250", "platform:serial8250", NULL);
	fixture_link(f, "/sys/devices/platform/serial8250/driver", "../../../bus/platform/drivers/serial8250");
	device(f, "platform", "evil\033[31m\a", "platform:\033M\a\xc3(\nof:Nevil\033cT(null)", NULL);
	fixture_text(f, "/sys/class/input/input3/modalias", "input:b0019v0000p0001e0000-e0,1,k74,ramlsfw\n");
	fixture_text(f, "/sys/class/input/input3/name", "Power Button\n");
}

static void devices(const struct fixture *f)
{
	more_devices(f);
	device(f, "pci", "0000:00:1f.3", "pci:v00008086d0000A348sv00001028sd0000087Cbc04sc03i00",
		"snd_hda_intel");
	device(f, "pci", "0000:01:00.1", "pci:v00008086d00009DC8sv00001028sd0000087Cbc04sc03i00",
		"vendor_drm");
	device(f, "pci", "0000:02:00.0", "pci:v00008086d00003B56sv00001028sd0000087Cbc04sc03i00", NULL);
	device(f, "usb", "1-1:1.0", "usb:v03F0p2B17d0100dc00dsc00dp00ic07isc01ip02in00", "usblp");
}

static void config(const struct fixture *f)
{
	fixture_text(f, "/etc/modprobe.d/audio.conf",
		"# sound of this machine\noptions snd_hda_intel power_save=10\n");
	fixture_text(f, "/etc/modprobe.d/printers.conf", "blacklist usblp\n");
	fixture_text(f, "/usr/lib/modprobe.d/filesystems.conf", "install xfs /bin/false\n");
	fixture_text(f, "/usr/lib/modprobe.d/graphics.conf", "# by the vendor\nblacklist nouveau\n");
}

int main(int argc, char **argv)
{
	struct fixture f = {0};

	if (argc != 2 || strlen(argv[1]) >= sizeof(f.dir)) {
		fprintf(stderr, "usage: mkroot DIR (a short path)\n");
		return 2;
	}
	strcpy(f.dir, argv[1]);
	sound(&f);
	network(&f);
	filesystems(&f);
	odd(&f);
	builtins(&f);
	proc(&f);
	sys(&f);
	devices(&f);
	config(&f);
	return 0;
}
