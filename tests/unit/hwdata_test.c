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

static void check(const struct kmt_hwdata *h, const char *modalias, const char *vendor, const char *device)
{
	const struct kmt_hwdata_name *name = kmt_hwdata_find(h, modalias);

	assert_non_null(name);
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
	struct kmt_hwdata h = {0};
	struct fixture f;

	fixture_init(&f);
	fixture_text(&f, "/usr/share/misc/pci.ids", pci_ids);
	fixture_text(&f, "/usr/share/hwdata/usb.ids", "1d6b  Linux Foundation\n\t0002  2.0 root hub");
	/* The first directory that has the list. */
	fixture_text(&f, "/usr/share/misc/usb.ids", "1d6b  wrong\n");
	kmt_hwdata_ask(&h, E1000E);
	kmt_hwdata_ask(&h, HUB);
	kmt_hwdata_ask(&h, OTHER);
	kmt_hwdata_ask(&h, E1000E);
	kmt_hwdata_ask(&h, UNKNOWN);
	kmt_hwdata_ask(&h, "acpi:PNP0C0A:");
	kmt_hwdata_read(&f.root, &h);
	assert_int_equal(h.lists[KMT_HWDATA_PCI].rows.n, 3);
	check(&h, E1000E, "Intel Corporation", "82574L Gigabit Network Connection");
	check(&h, OTHER, "Intel Corporation", NULL);
	check(&h, UNKNOWN, NULL, NULL);
	check(&h, HUB, "Linux Foundation", "2.0 root hub");
	assert_null(kmt_hwdata_find(&h, "usb:v1D6Bp0003d0601"));
	assert_null(kmt_hwdata_find(&h, "acpi:PNP0C0A:"));
	kmt_hwdata_free(&h);
	fixture_clear(&f);
}

static void what_is_no_identifier(void **state)
{
	static const char *const wrong[] = {"", "pci", "pci:", "pci:v", "pci:v00008086", "pci:v00008086d000010D",
		"pci:v0000808Gd000010D3sv", "pci:v00018086d000010D3sv", "pci:v*d*", "usb:", "usb:v1D6Bp",
		"usb:v1D6Bp000", "usb:v1D6B", "PCI:v00008086d000010D3sv"};
	struct kmt_hwdata h = {0};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(wrong); i++) {
		kmt_hwdata_ask(&h, wrong[i]);
		assert_null(kmt_hwdata_find(&h, wrong[i]));
	}
	for (int i = 0; i < KMT_HWDATA_COUNT; i++)
		assert_int_equal(h.lists[i].rows.n, 0);
	kmt_hwdata_free(&h);
}

/* Parses TEXT for the device 8086:10d3. */
static void parse(const char *text, size_t n, const char *vendor, const char *device)
{
	struct kmt_hwdata h = {0};

	kmt_hwdata_ask(&h, E1000E);
	kmt_hwdata_parse(text, n, &h.lists[KMT_HWDATA_PCI], &h.arena);
	check(&h, E1000E, vendor, device);
	kmt_hwdata_free(&h);
}

static void hostile_lists(void **state)
{
	static const char nul[] = "8086  a\0b\n\t10d3  c";
	kmt_autofree char *huge = kmt_alloc(100000);

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
	{
		struct kmt_hwdata h = {0};

		kmt_hwdata_ask(&h, E1000E);
		kmt_hwdata_parse(huge, 100000, &h.lists[KMT_HWDATA_PCI], &h.arena);
		assert_int_equal(strlen(kmt_hwdata_find(&h, E1000E)->vendor), 256);
		kmt_hwdata_free(&h);
	}
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
