/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kmtool-kmod: the tools of kmod, which may change this machine. */
#include <kmt/compat/compat.h>

int main(int argc, char **argv)
{
	struct kmt_kernel kernel;

	kmt_kernel_direct(&kernel);
	return kmt_compat_main(argc, argv, NULL, &kernel);
}
