/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/privilege.h>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

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
