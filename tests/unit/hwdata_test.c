/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of vendors and devices, from the lists of hwdata. */
#include "fixture.h"
#include "unit.h"

#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/source/hwdata.h>

#define E1000E "pci:v00008086d000010D3sv00001028sd0000087Cbc02sc00i00"
#define OTHER "pci:v00008086d0000FFFFsv00001028sd0000087Cbc02sc00i00"
#define UNKNOWN "pci:v0000FFF9d00000001sv00001028sd0000087Cbc02sc00i00"
#define HUB "usb:v1D6Bp0002d0601dc09dsc00dp01ic09isc00ip00in00"

static const char pci_ids[] = "# a comment\n"
			      "0e11  Compaq Computer Corporation\n"
			      "\t10d3  not this\n"
			      "\n"
			      "8086  Intel Corporation\r\n"
			      "# 10d3 is not this\n"
			      "\t10d2  before\n"
			      "\t10d3  82574L Gigabit Network Connection  \n"
			      "\t\t10d3 0001  a subsystem\n"
			      "\t10d4  behind\n"
			      "8087  another\n"
			      "\t10d3  not this either\n"
			      "C 02  Network controller\n"
			      "\t10d3  nor this\n";

static void add(struct kmt_modaliases *devices, const char *modalias)
{
	kmt_vec_push(&devices->rows, (struct kmt_modalias){.modalias = modalias});
}

static void check(const struct kmt_hwdata_name *name, const char *vendor, const char *device)
{
	if (vendor)
		assert_string_equal(name->vendor, vendor);
	else
		assert_null(name->vendor);
	if (device)
		assert_string_equal(name->device, device);
	else
		assert_null(name->device);
}

static void only_what_is_asked_for(void **state)
{
	const struct kmt_hwdata_name *names;
	struct kmt_modaliases devices = {0};
	struct kmt_arena arena = {0};
	struct fixture f;

	fixture_init(&f);
	fixture_text(&f, "/usr/share/misc/pci.ids", pci_ids);
	fixture_text(&f, "/usr/share/hwdata/usb.ids", "1d6b  Linux Foundation\n\t0002  2.0 root hub");
	/* The first directory that has the list. */
	fixture_text(&f, "/usr/share/misc/usb.ids", "1d6b  wrong\n");
	add(&devices, E1000E);
	add(&devices, HUB);
	add(&devices, OTHER);
	add(&devices, "acpi:PNP0C0A:");
	add(&devices, E1000E);
	add(&devices, UNKNOWN);
	names = kmt_hwdata_read(&f.root, &devices, &arena);
	check(&names[0], "Intel Corporation", "82574L Gigabit Network Connection");
	check(&names[1], "Linux Foundation", "2.0 root hub");
	check(&names[2], "Intel Corporation", NULL);
	check(&names[3], NULL, NULL);
	check(&names[4], "Intel Corporation", "82574L Gigabit Network Connection");
	check(&names[5], NULL, NULL);
	kmt_vec_free(&devices.rows);
	kmt_arena_free(&arena);
	fixture_clear(&f);
}

static void what_is_no_identifier(void **state)
{
	static const char *const wrong[] = {"", "pci", "pci:", "pci:v", "pci:v00008086", "pci:v00008086d000010D",
		"pci:v0000808Gd000010D3sv", "pci:v00018086d000010D3sv", "pci:v*d*", "usb:", "usb:v1D6Bp",
		"usb:v1D6Bp000", "usb:v1D6B", "PCI:v00008086d000010D3sv"};
	struct kmt_modaliases devices = {0};
	const struct kmt_hwdata_name *names;
	struct kmt_arena arena = {0};
	struct fixture f;

	fixture_init(&f);
	fixture_text(&f, "/usr/share/misc/pci.ids", pci_ids);
	fixture_text(&f, "/usr/share/misc/usb.ids", pci_ids);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(wrong); i++)
		add(&devices, wrong[i]);
	names = kmt_hwdata_read(&f.root, &devices, &arena);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(wrong); i++)
		check(&names[i], NULL, NULL);
	kmt_vec_free(&devices.rows);
	kmt_arena_free(&arena);
	fixture_clear(&f);
}

/* Parses TEXT for the device 8086:10d3. */
static void parse(const char *text, size_t n, const char *vendor, const char *device)
{
	struct kmt_hwdata_names names = {0};
	struct kmt_arena arena = {0};

	kmt_vec_push(&names.rows, (struct kmt_hwdata_name){.id = 0x808610d3});
	kmt_hwdata_parse(text, n, &names, &arena);
	check(&names.rows.v[0], vendor, device);
	kmt_vec_free(&names.rows);
	kmt_arena_free(&arena);
}

static void hostile_lists(void **state)
{
	static const char nul[] = "8086  a\0b\n\t10d3  c";
	kmt_autofree char *huge = kmt_alloc(100000);
	char shown[257] = "";

	parse("", 0, NULL, NULL);
	parse("\n\n\t\n\t\t\n", 6, NULL, NULL);
	parse("8086", 4, NULL, NULL);
	parse("8086 \n\t10d3\n\t10d3 \n", 19, NULL, NULL);
	parse("808", 3, NULL, NULL);
	parse("\t10d3  of nobody\n8086  x\n\t\t10d3  y\n", 35, "x", NULL);
	parse("8086x  y\n\t10d3  z\n", 18, NULL, NULL);
	/* Not in order, and in capitals. */
	parse("ffff  z\n8086  x\n\t10D3  y\n", 25, "x", "y");
	parse(nul, sizeof(nul) - 1, "a", "c");
	memset(huge, 'x', 100000);
	memcpy(huge, "8086  ", 6);
	memcpy(shown, huge + 6, 256);
	parse(huge, 100000, shown, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_asked_for),
		cmocka_unit_test(what_is_no_identifier),
		cmocka_unit_test(hostile_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
