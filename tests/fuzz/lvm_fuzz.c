/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metadata of a volume group; behind a 'p' a physical volume with its label and headers. */
#include "fuzz.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <kmt/source/lvm.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_arena arena = {0};
	struct kmt_strv types = {0};
	struct kmt_lvm lvm;
	int fd;

	if (size && data[0] == 'p') {
		fd = memfd_create("volume", MFD_CLOEXEC);
		if (fd < 0 || write(fd, data + 1, size - 1) != (ssize_t)(size - 1))
			abort();
		kmt_lvm_read(fd, 0, &arena, &lvm);
		close(fd);
	} else {
		kmt_lvm_parse((const char *)data, size, &arena, &lvm);
	}
	kmt_lvm_types(&lvm, "root", &types);
	kmt_vec_free(&types);
	kmt_lvm_free(&lvm);
	kmt_arena_free(&arena);
	return 0;
}
