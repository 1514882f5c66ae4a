/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/devdesc.h>

#include <ctype.h>
#include <string.h>

#include <kmt/base/strbuf.h>

#define ATTRIBUTE_MAX 4096 /* a page: sysfs has no longer ones */
#define CODE_MAX 8

/* Hexadecimal digits that a code begins with. The first entry that fits counts. */
struct class_words {
	const char *digits;
	const char *words;
};

/* Base class, subclass, interface: "PCI Code and ID Assignment", and the kernel's pci_ids.h. */
static const struct class_words pci_classes[] = {
	{"0001", "VGA device"},
	{"0100", "SCSI controller"},
	{"0101", "IDE controller"},
	{"0104", "RAID controller"},
	{"0106", "SATA controller"},
	{"0107", "SAS controller"},
	{"010802", "NVMe controller"},
	{"01", "storage controller"},
	{"0200", "Ethernet controller"},
	{"02", "network controller"},
	{"0300", "VGA controller"},
	{"0302", "3D controller"},
	{"03", "display controller"},
	{"0400", "video device"},
	{"0401", "audio device"},
	{"0403", "HD audio device"},
	{"04", "multimedia device"},
	{"05", "memory controller"},
	{"0600", "host bridge"},
	{"0601", "ISA bridge"},
	{"0604", "PCI bridge"},
	{"0607", "CardBus bridge"},
	{"06", "bridge"},
	{"0700", "serial port"},
	{"0701", "parallel port"},
	{"0702", "multiport serial controller"},
	{"0703", "modem"},
	{"07", "communication controller"},
	{"0805", "SD host controller"},
	{"0806", "IOMMU"},
	{"08", "system peripheral"},
	{"09", "input device controller"},
	{"0a", "docking station"},
	{"0b", "processor"},
	{"0c00", "FireWire controller"},
	{"0c0330", "USB 3 controller (xHCI)"},
	{"0c0320", "USB 2 controller (EHCI)"},
	{"0c0310", "USB controller (OHCI)"},
	{"0c0300", "USB controller (UHCI)"},
	{"0c0340", "USB4 controller"},
	{"0c03", "USB controller"},
	{"0c05", "SMBus controller"},
	{"0c07", "IPMI interface"},
	{"0c", "serial bus controller"},
	{"0d11", "Bluetooth controller"},
	{"0d", "wireless controller"},
	{"10", "encryption controller"},
	{"11", "signal processing controller"},
	{"12", "processing accelerator"},
	{0},
};

/* Class, subclass, protocol of an interface: usb.org's list of class codes. */
static const struct class_words usb_classes[] = {
	{"01", "audio"},
	{"02", "communication"},
	{"030101", "keyboard"},
	{"030102", "mouse"},
	{"03", "human interface device"},
	{"06", "camera or scanner"},
	{"07", "printer"},
	{"08", "storage"},
	{"09", "hub"},
	{"0a", "communication data"},
	{"0b", "smart card reader"},
	{"0e", "video"},
	{"e00101", "Bluetooth"},
	{"e0", "wireless controller"},
	{0},
};

/* Peripheral device types of SCSI Primary Commands. */
static const struct class_words scsi_types[] = {
	{"00", "disk"},
	{"01", "tape drive"},
	{"05", "CD or DVD drive"},
	{"07", "optical disk"},
	{"08", "media changer"},
	{"0c", "storage array controller"},
	{"0d", "enclosure"},
	{"14", "zoned disk"},
	{0},
};

/* linux/virtio_ids.h */
static const struct class_words virtio_ids[] = {
	{"00000001", "virtual network interface"},
	{"00000002", "virtual disk"},
	{"00000003", "virtual console"},
	{"00000004", "virtual random number generator"},
	{"00000005", "memory balloon"},
	{"00000008", "virtual SCSI controller"},
	{"00000009", "shared directory (9p)"},
	{"00000010", "virtual graphics adapter"},
	{"00000012", "virtual input device"},
	{"00000013", "sockets to the host"},
	{"00000014", "virtual encryption device"},
	{"00000017", "virtual IOMMU"},
	{"00000018", "hot-plugged memory"},
	{"00000019", "virtual sound card"},
	{"0000001a", "shared directory (virtiofs)"},
	{"0000001b", "persistent memory"},
	{0},
};

/* How the kernel writes an alias (file2alias.c of modpost, the modalias of each bus): '?' is a hexadecimal
 * digit, '#' one of the code. */
static const struct {
	const char *format;
	const struct class_words *words;
} buses[] = {
	{"pci:v????????d????????sv????????sd????????bc##sc##i##", pci_classes},
	{"usb:v????p????d????dc??dsc??dp??ic##isc##ip##", usb_classes},
	{"scsi:t_0x##", scsi_types},
	{"virtio:d########v", virtio_ids},
};

/* Takes the code out of a modalias that begins as FORMAT says; false if it does not. */
static bool take_code(const char *format, const char *modalias, char code[CODE_MAX + 1])
{
	size_t n = 0;

	for (; *format; format++, modalias++) {
		bool digit = *format == '?' || *format == '#';

		if (digit ? !isxdigit((unsigned char)*modalias) : *modalias != *format)
			return false;
		if (*format == '#')
			code[n++] = *modalias;
	}
	code[n] = '\0';
	return true;
}

static const char *find_words(const struct class_words *words, const char *code)
{
	for (; words->digits; words++)
		if (!strncasecmp(words->digits, code, strlen(words->digits)))
			return words->words;
	return NULL;
}

const char *kmt_devdesc_class(const char *modalias)
{
	if (!strncmp(modalias, "cpu:type:", strlen("cpu:type:")))
		return "features of the processors";
	for (size_t i = 0; i < KMT_ARRAY_SIZE(buses); i++) {
		char code[CODE_MAX + 1];

		if (take_code(buses[i].format, modalias, code))
			return find_words(buses[i].words, code);
	}
	return NULL;
}

/* The attributes in which devices of a bus or class give their names. */
static const struct {
	const char *kind;
	bool above; /* "1-1:1.0" is an interface of the USB device "1-1", which has them */
	const char *attributes[2];
} named[] = {
	{"acpi", false, {"path"}},
	{"dmi", false, {"sys_vendor", "product_name"}},
	{"hdaudio", false, {"vendor_name", "chip_name"}},
	{"i2c", false, {"name"}},
	{"input", false, {"name"}},
	{"mmc", false, {"name"}},
	{"scsi", false, {"vendor", "model"}},
	{"serio", false, {"description"}},
	{"thunderbolt", false, {"vendor_name", "device_name"}},
	{"usb", true, {"manufacturer", "product"}},
};

/* Appends the first line of an attribute without the blanks around it. */
static void add_attribute(
	const struct kmt_root *root, const char *dir, const char *name, struct kmt_strbuf *out)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", dir, name);
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const char *start;
	size_t n;

	if (kmt_root_read(root, path, ATTRIBUTE_MAX, &text, NULL))
		return;
	start = kmt_strbuf_str(&text) + strspn(kmt_strbuf_str(&text), " \t");
	n = strcspn(start, "\n");
	while (n && (start[n - 1] == ' ' || start[n - 1] == '\t'))
		n--;
	if (n)
		kmt_strbuf_item(out, " ", "%.*s", (int)n, start);
}

/* What people call it: without its legal form, or what stands in brackets behind that ("[AMD/ATI]"). */
static void add_vendor(const char *vendor, struct kmt_strbuf *out)
{
	static const char *const forms[] = {"Co", "Company", "Corp", "Corporation", "GmbH", "Inc", "Incorporated",
		"Limited", "LLC", "Ltd"};
	const char *bracket = strrchr(vendor, '['), *word = strchr(vendor, ' ');
	size_t n = strlen(vendor);

	if (bracket && vendor[n - 1] == ']' && bracket + 2 < vendor + n) {
		kmt_strbuf_add(out, bracket + 1, (size_t)(vendor + n - bracket) - 2);
		return;
	}
	for (; word; word = strchr(word, ' ')) {
		size_t len = strcspn(++word, ".,/ ");

		for (size_t i = 0; i < KMT_ARRAY_SIZE(forms); i++)
			if (strlen(forms[i]) == len && !strncmp(forms[i], word, len) && (size_t)(word - vendor) < n)
				n = (size_t)(word - vendor) - 1;
	}
	while (n && (vendor[n - 1] == ',' || vendor[n - 1] == ' '))
		n--;
	kmt_strbuf_add(out, vendor, n);
}

const char *kmt_devdesc_read(const struct kmt_root *root, const struct kmt_modalias *device,
	const struct kmt_hwdata_name *name, struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const char *class = kmt_devdesc_class(device->modalias);

	for (size_t i = 0; i < KMT_ARRAY_SIZE(named); i++) {
		size_t n = strlen(device->path) - strlen(device->name);
		kmt_autofree char *dir = NULL;

		if (strcmp(named[i].kind, device->kind))
			continue;
		n += named[i].above ? strcspn(device->name, ":") : strlen(device->name);
		dir = kmt_strndup(device->path, n);
		for (size_t k = 0; k < KMT_ARRAY_SIZE(named[i].attributes) && named[i].attributes[k]; k++)
			add_attribute(root, dir, named[i].attributes[k], &text);
	}
	if (!text.len && name->vendor) {
		add_vendor(name->vendor, &text);
		if (name->device)
			kmt_strbuf_addf(&text, " %s", name->device);
	}
	if (!text.len)
		return class;
	return class ? kmt_arena_printf(arena, "%s, %s", text.s, class) : kmt_arena_strdup(arena, text.s);
}
