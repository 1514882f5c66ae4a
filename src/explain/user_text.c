/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/users.h>

void kmt_user_text(const struct kmt_user *user, struct kmt_strbuf *out)
{
	static const char *const labels[KMT_USER_COUNT] = {
		[KMT_USER_MODULE] = "module ",
		[KMT_USER_MOUNT] = "mounted on ",
		[KMT_USER_SWAP] = "swap on ",
		[KMT_USER_STACKED] = "",
		[KMT_USER_PROCESS] = "",
		[KMT_USER_DEVICE] = "drives device ",
		[KMT_USER_INTERFACE] = "drives network interface ",
	};

	kmt_strbuf_addf(out, "%s%s", labels[user->kind], user->what);
	if (user->kind == KMT_USER_PROCESS)
		kmt_strbuf_addf(out, " is open in %s (%u)",
			user->detail && *user->detail ? user->detail : "process", user->pid);
	else if (user->kind == KMT_USER_STACKED)
		kmt_strbuf_addf(out, " is on %s", user->detail);
	else if (user->detail)
		kmt_strbuf_addf(out, " (%s)", user->detail);
}
