/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/user_text.h>

#include <inttypes.h>

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

static const char *unexplained_text(const struct kmt_users *users, struct kmt_arena *arena)
{
	return kmt_arena_printf(arena,
		"%" PRId64 " of %" PRId64 " could not be explained: something in the kernel, or a file that is open%s",
		users->unexplained, users->refs,
		users->hidden ? " in a process that only root may look at" : "");
}

static const char *references_text(const struct kmt_users *users, const char *name, struct kmt_arena *arena)
{
	return kmt_arena_printf(
		arena, "%s: %" PRId64 " reference%s", name, users->refs, users->refs == 1 ? "" : "s");
}

void kmt_users_lines(
	const struct kmt_users *users, const char *name, struct kmt_arena *arena, struct kmt_strv *lines)
{
	const struct kmt_user *u;

	kmt_vec_push(lines, references_text(users, name, arena));
	kmt_vec_foreach(u, &users->rows) {
		kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

		kmt_user_text(u, &text);
		kmt_vec_push(lines, kmt_arena_printf(arena, "  %s", kmt_strbuf_str(&text)));
	}
	if (users->unexplained)
		kmt_vec_push(lines, kmt_arena_printf(arena, "  %s", unexplained_text(users, arena)));
}

const char *kmt_users_verdict(const struct kmt_users *users, const char *name, struct kmt_arena *arena)
{
	const char *references = references_text(users, name, arena);

	if (users->refs_unknown)
		return kmt_arena_printf(arena, "%s: this kernel counts no references, and unloads no modules", name);
	if (users->unexplained)
		return kmt_arena_printf(arena, "%s; %s", references, unexplained_text(users, arena));
	if (users->refs)
		return kmt_arena_printf(arena, "%s, all explained", references);
	if (users->rows.n)
		return kmt_arena_printf(arena, "%s, but unloading it takes away what is listed", references);
	return kmt_arena_printf(arena, "%s: nothing uses it", references);
}
