/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices of a fixture's sysfs and what they ask for. */
#include "unit.h"
#include "fixture.h"

#include <errno.h>
#include <string.h>

#include <kmt/source/modalias.h>

static void test_read(void **state)
{
	struct fixture f;
	struct kmt_modaliases m;
	static const char huge[1 << 20] = "acpi:HUGE:";

	fixture_init(&f);
	assert_int_equal(kmt_modaliases_read(&f.root, &m), -ENOENT);
	kmt_modaliases_free(&m);
	fixture_text(&f, "/sys/devices/pci0000:00/0000:00:1f.3/modalias", "pci:v00008086d-1\n");
	fixture_link(&f, "/sys/bus/pci/devices/0000:00:1f.3", "../../../devices/pci0000:00/0000:00:1f.3");
	fixture_link(&f, "/sys/devices/pci0000:00/0000:00:1f.3/driver", "../../../bus/pci/drivers/snd");
	fixture_link(&f, "/sys/bus/pci/drivers/snd/module", "../../../../module/snd_hda");
	/* No driver; two lines; what is no alias; none at all. */
	fixture_text(&f, "/sys/bus/acpi/devices/PNP0:00/modalias", "acpi:PNP0:\nof:N*\n");
	fixture_text(&f, "/sys/bus/acpi/devices/PNP1:00/modalias", "acpi:]\n");
	fixture_text(&f, "/sys/bus/acpi/devices/PNP2:00/modalias", "");
	fixture_text(&f, "/sys/bus/acpi/devices/PNP3:00/other", "");
	/* Longer than a page of sysfs; a link to itself, one to nothing. */
	fixture_write(&f, "/sys/bus/acpi/devices/PNP4:00/modalias", huge, sizeof(huge));
	fixture_link(&f, "/sys/bus/acpi/devices/PNP5:00", "PNP5:00");
	fixture_link(&f, "/sys/bus/acpi/devices/PNP6:00", "../../../devices/gone");
	/* What ACPI describes: the device that has the driver is another one. */
	fixture_text(&f, "/sys/bus/acpi/devices/PNP7:00/modalias", "acpi:PNP7:\n");
	fixture_link(&f, "/sys/bus/acpi/devices/PNP7:00/physical_node", "../../../../devices/pnp0/00:01");
	fixture_link(&f, "/sys/devices/pnp0/00:01/driver", "../../../bus/pnp/drivers/i8042-kbd");
	/* A driver that is built in. */
	fixture_text(&f, "/sys/bus/usb/devices/usb1/modalias", "usb:v1\n");
	fixture_link(&f, "/sys/bus/usb/devices/usb1/driver", "../../drivers/hub");
	fixture_text(&f, "/sys/class/input/input0/modalias", "input:b0\n");
	fixture_text(&f, "/sys/devices/system/cpu/modalias", "cpu:type:x86\n");
	assert_int_equal(kmt_modaliases_read(&f.root, &m), 0);
	assert_int_equal(m.rows.n, 7);
	assert_string_equal(m.rows.v[0].device, "acpi PNP0:00");
	assert_string_equal(m.rows.v[0].modalias, "acpi:PNP0:");
	assert_null(m.rows.v[0].driver);
	assert_string_equal(m.rows.v[1].device, "acpi PNP0:00");
	assert_string_equal(m.rows.v[1].modalias, "of:N*");
	assert_string_equal(m.rows.v[1].path, m.rows.v[0].path);
	assert_string_equal(m.rows.v[2].device, "acpi PNP7:00");
	assert_string_equal(m.rows.v[2].driver, "i8042-kbd");
	assert_true(m.rows.v[2].by_node);
	assert_string_equal(m.rows.v[3].device, "pci 0000:00:1f.3");
	assert_string_equal(m.rows.v[3].kind, "pci");
	assert_string_equal(m.rows.v[3].name, "0000:00:1f.3");
	assert_string_equal(m.rows.v[3].path, "/sys/bus/pci/devices/0000:00:1f.3");
	assert_string_equal(m.rows.v[3].text, "pci:v00008086d-1");
	assert_string_equal(m.rows.v[3].modalias, "pci:v00008086d_1");
	assert_string_equal(m.rows.v[3].driver, "snd");
	assert_string_equal(m.rows.v[3].module, "snd_hda");
	assert_false(m.rows.v[3].by_node);
	assert_true(m.rows.v[3].on_bus);
	assert_string_equal(m.rows.v[4].driver, "hub");
	assert_null(m.rows.v[4].module);
	assert_string_equal(m.rows.v[5].device, "system cpu");
	assert_string_equal(m.rows.v[5].path, "/sys/devices/system/cpu");
	assert_string_equal(m.rows.v[6].device, "input input0");
	assert_false(m.rows.v[6].on_bus);
	kmt_modaliases_free(&m);
	fixture_clear(&f);
}

static void test_matches(void **state)
{
	assert_true(kmt_modalias_matches("pci:v*d1sv*", "pci:v00d1sv3"));
	assert_false(kmt_modalias_matches("pci:v*d1sv*", "pci:v00d2sv3"));
	assert_false(kmt_modalias_matches("pci:v*", "pc"));
	assert_false(kmt_modalias_matches("pci:", "pci:v"));
	assert_true(kmt_modalias_matches("pci:", "pci:"));
	assert_true(kmt_modalias_matches("usb:d[0-2]*", "usb:d1x"));
	assert_true(kmt_modalias_matches("a\\*b?", "a*bc"));
	assert_false(kmt_modalias_matches("a\\*b", "axb"));
	assert_true(kmt_modalias_matches("*", "anything"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_matches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
