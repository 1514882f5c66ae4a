/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmtool below a --root, where a kernel is played (tests/unit/kernel_fake.h): what refuses everything in kmtool does
 * here what DIR/kernel says, and writes what it was asked to do to DIR/calls. DIR is $ROOT.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>

#include "../unit/kernel_fake.h"

static struct kmt_fake *fake;

static FILE *open_file(const char *name, const char *mode)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", getenv("ROOT"), name);
	FILE *file = fopen(path, mode);

	if (!file)
		abort();
	return file;
}

static void write_calls(void)
{
	FILE *file = open_file("calls", "w");

	fputs(kmt_fake_calls(fake), file);
	fclose(file);
	kmt_fake_free(fake);
}

void kmt_kernel_refuse(struct kmt_kernel *k)
{
	FILE *script = open_file("kernel", "r");
	char line[512];

	fake = kmt_fake_new(getenv("ROOT"));
	kmt_fake_keep_writes(fake, true);
	while (fgets(line, sizeof(line), script)) {
		line[strcspn(line, "\n")] = '\0';
		if (!kmt_fake_command(fake, line))
			abort();
	}
	fclose(script);
	atexit(write_calls);
	*k = kmt_fake_kernel(fake);
}

bool kmt_kernel_refuses(const struct kmt_kernel *k)
{
	return false;
}

/* Only a root that is given is played. */
void kmt_kernel_real(struct kmt_kernel *k)
{
	abort();
}
