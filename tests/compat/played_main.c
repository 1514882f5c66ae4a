/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kmtool-kmod on the machine below $ROOT, whose kernel is played (tests/cli/played.c). */
#include <stdlib.h>

#include <kmt/compat/compat.h>

int main(int argc, char **argv)
{
	struct kmt_kernel kernel;

	kmt_kernel_refuse(&kernel);
	return kmt_compat_main(argc, argv, getenv("ROOT"), &kernel);
}
