/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/privilege.h>

#include <linux/capability.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <kmt/base/alloc.h>

void kmt_privilege_drop(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	const unsigned int bit = CAP_TO_MASK(CAP_SYS_MODULE);

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_CAPBSET_DROP, CAP_SYS_MODULE, 0, 0, 0);
	if (syscall(SYS_capget, &header, data))
		return;
	data[CAP_TO_INDEX(CAP_SYS_MODULE)].effective &= ~bit;
	data[CAP_TO_INDEX(CAP_SYS_MODULE)].permitted &= ~bit;
	data[CAP_TO_INDEX(CAP_SYS_MODULE)].inheritable &= ~bit;
	syscall(SYS_capset, &header, data);
}

static bool is_in_path(const char *name)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		size_t n = strcspn(path, ":");
		kmt_autofree char *file = kmt_asprintf("%.*s/%s", (int)n, path, name);

		if (n && !access(file, X_OK))
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

const char *kmt_privilege_program(void)
{
	static const char *const programs[] = {"sudo", "doas", "run0", "pkexec"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(programs); i++)
		if (is_in_path(programs[i]))
			return programs[i];
	return programs[0];
}
