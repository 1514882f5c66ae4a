/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes small modules of every class and byte order to the directory that is given: seeds for
 * elf_fuzz, and for everything that works on whole modules. */
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include "../unit/elf_fixture.h"

static const struct {
	const char *name;
	bool is64, big;
	uint16_t machine;
	bool extended;
} kinds[] = {
	{"x86_64.ko", true, false, EM_X86_64, false},
	{"s390x.ko", true, true, EM_S390, false},
	{"arm.ko", false, false, EM_ARM, false},
	{"ppc.ko", false, true, EM_PPC, false},
	{"x86_64_extended.ko", true, false, EM_X86_64, true},
	{"s390x_extended.ko", true, true, EM_S390, true},
};

/* The versions of kernels since 6.14. */
static void add_extended_versions(struct elf_fixture *f)
{
	size_t crcs = elf_fixture_add(f, "__version_ext_crcs", SHT_PROGBITS, NULL, 0);

	elf_fixture_u32(f, &f->sections[crcs].data, 0x12345678);
	elf_fixture_u32(f, &f->sections[crcs].data, 0x9abcdef0);
	elf_fixture_add(f, "__version_ext_names", SHT_PROGBITS, "module_layout\0_printk", 22);
}

static int write_file(const char *dir, const char *name, const struct kmt_strbuf *data)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	bool failed = !f || fwrite(data->s, 1, data->len, f) != data->len;

	if (f && fclose(f))
		failed = true;
	if (failed)
		perror(path);
	return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;
	int r = 0;

	if (argc != 2) {
		fputs("usage: seed_elf DIR\n", stderr);
		return 2;
	}
	for (size_t i = 0; i < KMT_ARRAY_SIZE(kinds); i++) {
		struct elf_fixture f;

		elf_fixture_module(&f, kinds[i].is64, kinds[i].big, kinds[i].machine);
		if (kinds[i].extended)
			add_extended_versions(&f);
		elf_fixture_write(&f, &out);
		r |= write_file(argv[1], kinds[i].name, &out);
	}
	return r;
}
