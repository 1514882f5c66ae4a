/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/taint.h>

#include <kmt/base/num.h>
#include <kmt/sys/paths.h>

/* One that says nothing of a module that was loaded. */
#define LINE(text)                                                                                 \
	{                                                                                          \
		.pattern = text                                                                    \
	}
#define TAINTS(letter) "{module} taints the kernel (" letter "): "

const struct kmt_taint kmt_taints[] = {
	{.letter = 'P', .meaning = "a proprietary module was loaded",
		.lines = {{"%: module license '*' taints kernel*",
			TAINTS("P") "its licence '{1}' is not GPL-compatible"}}},
	{.letter = 'F', .meaning = "a module was loaded by force",
		.lines = {{"%: module_layout: kernel tainted*",
				  TAINTS("F") "it was loaded without checking symbol versions"},
			{"%: kernel tainted*", TAINTS("F") "it was loaded by force"},
			{"%: no vermagic: kernel tainted*", TAINTS("F") "it was loaded without a vermagic"}}},
	{.letter = 'S', .meaning = "the CPU runs out of specification",
		.lines = {LINE("*late microcode loading*taints the kernel"), LINE("*Write to unrecognized MSR *")}},
	{.letter = 'R', .meaning = "a module was unloaded by force"},
	{.letter = 'M', .meaning = "the CPU reported a machine check exception",
		.next = "check the hardware: rasdaemon(1) decodes the errors",
		.lines = {LINE("mce: *[Hardware Error]: *"), LINE("*Machine check events logged")}},
	{.letter = 'B', .meaning = "a page had bad flags or references", .next = "test the memory, then reboot",
		.lines = {LINE("BUG: Bad page *")}},
	{.letter = 'U', .meaning = "a user requested the taint"},
	{.letter = 'D', .meaning = "the kernel died (oops or BUG)",
		.next = "report the bug, then reboot: the kernel is no longer reliable",
		.lines = {LINE("Oops: *"), LINE("Internal error: *"), LINE("kernel BUG at *"),
			LINE("BUG: unable to handle *"), LINE("BUG: kernel NULL pointer dereference*"),
			LINE("general protection fault*")}},
	{.letter = 'A', .meaning = "an ACPI table was overridden",
		.lines = {LINE("ACPI: Override *tainting kernel"), LINE("ACPI: Table Upgrade: override*")}},
	{.letter = 'W', .meaning = "the kernel issued a warning",
		.lines = {LINE("WARNING: CPU: *"), LINE("WARNING: * at *")}},
	{.letter = 'C', .meaning = "a staging module was loaded",
		.lines = {{"%: module is from the staging directory*",
			TAINTS("C") "it is from the staging area, of unknown quality"}}},
	{.letter = 'I', .meaning = "a workaround for a firmware bug is in use",
		.lines = {LINE("*Your BIOS is broken*")}},
	{.letter = 'O', .meaning = "an out-of-tree module was loaded",
		.lines = {{"%: loading out-of-tree module taints kernel*",
			TAINTS("O") "it is not part of the kernel's own tree"}}},
	{.letter = 'E', .meaning = "an unsigned module was loaded",
		.lines = {{"%: module verification failed: *- tainting kernel*",
			TAINTS("E") "it is not signed with a key that the kernel knows"}}},
	{.letter = 'L', .meaning = "a CPU was stuck (soft lockup)", .next = "report the bug, then reboot",
		.lines = {LINE("watchdog: BUG: soft lockup - *"), LINE("BUG: soft lockup - *")}},
	{.letter = 'K', .meaning = "the kernel was live patched",
		.lines = {{"%: tainting kernel with TAINT_LIVEPATCH*", TAINTS("K") "it is a live patch"}}},
	{.letter = 'X', .meaning = "a flag of the distribution is set"},
	{.letter = 'T', .meaning = "the kernel was built with randomised structures"},
	{.letter = 'N', .meaning = "an in-kernel test was run",
		.lines = {{"%: loading test module taints kernel*", TAINTS("N") "it is a test"}}},
	{.letter = 'J', .meaning = "user space used a firmware debug operation that changes the device (fwctl)",
		.lines = {LINE("*has requested full access to the physical device*")}},
	{0},
};

const struct kmt_taint *kmt_taint_find(char letter)
{
	for (const struct kmt_taint *t = kmt_taints; t->letter; t++)
		if (t->letter == letter)
			return t;
	return NULL;
}

int kmt_taint_read(const struct kmt_root *root, uint64_t *bits)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	int r = kmt_root_read_line(root, KMT_PATH_PROC_TAINTED, &text);

	return r ? r : kmt_num_u64(kmt_strbuf_str(&text), 10, bits);
}

void kmt_taint_letters(uint64_t bits, char out[KMT_TAINT_LETTERS])
{
	const struct kmt_taint *t = kmt_taints;
	size_t n = 0;

	for (; bits; bits >>= 1) {
		if (bits & 1)
			out[n++] = t->letter ? t->letter : '?';
		t += t->letter != 0;
	}
	out[n] = '\0';
}
