/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * insert FILE [FLAGS]: asks the kernel to insert FILE, whatever it is, by finit_module(2) and nothing else.
 * insmod looks at a file before, and has no say in single flags (MODULE_INIT_*).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0 || syscall(SYS_finit_module, fd, "", argc > 2 ? atoi(argv[2]) : 0)) {
		perror("insert");
		return 1;
	}
	return 0;
}
