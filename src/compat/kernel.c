/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel_priv.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/base/num.h>
#include <kmt/base/strbuf.h>
#include <kmt/plan/exec.h>
#include <kmt/sys/paths.h>

/* One attribute of a module; -ENOENT: it has none, or is gone. */
static int read_attr(
	const struct kmt_tool_env *env, const char *name, const char *attr, struct kmt_strbuf *out)
{
	kmt_autofree char *path = kmt_asprintf(KMT_PATH_SYS_MODULE "/%s/%s", name, attr);

	return kmt_root_read_line(&env->host, path, out);
}

enum kmt_tool_state kmt_tool_state(const struct kmt_tool_env *env, const char *name)
{
	kmt_autostrbuf struct kmt_strbuf state = KMT_STRBUF_INIT;
	kmt_autofree char *dir = NULL;

	if (!read_attr(env, name, "initstate", &state))
		return !strcmp(kmt_strbuf_str(&state), "live")	  ? KMT_TOOL_LIVE
		       : !strcmp(kmt_strbuf_str(&state), "going") ? KMT_TOOL_GOING
								  : KMT_TOOL_COMING;
	dir = kmt_asprintf(KMT_PATH_SYS_MODULE "/%s", name);
	return kmt_root_exists(&env->host, dir) ? KMT_TOOL_BUILTIN : KMT_TOOL_ABSENT;
}

int64_t kmt_tool_refs(const struct kmt_tool_env *env, const char *name)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	int r = read_attr(env, name, "refcnt", &text);
	int64_t refs;

	if (r < 0)
		return r;
	r = kmt_num_i64(kmt_strbuf_str(&text), 10, &refs);
	return r < 0 ? r : refs < 0 ? 0 : refs;
}

void kmt_tool_holders(const struct kmt_tool_env *env, const char *name, struct kmt_strv *out)
{
	kmt_autofree char *dir = kmt_asprintf(KMT_PATH_SYS_MODULE "/%s/holders", name);

	kmt_root_list(&env->host, dir, out);
}

int kmt_tool_insert(struct kmt_tool_env *env, const char *name, const char *path, int fd, const char *params,
	unsigned int flags)
{
	static const struct kmt_exec_options once = {.partial_ok = true};
	struct kmt_step_file file = {.fd = fd};
	const struct kmt_step step = {.kind = KMT_STEP_INSERT, .module = name, .path = path, .params = params,
		.flags = flags, .file = &file, .required = true};
	struct kmt_plan plan = {0};
	struct kmt_report report = {0};
	int r = fstat(fd, &file.st) < 0 ? -errno : S_ISDIR(file.st.st_mode) ? -EISDIR : 0;

	kmt_vec_push(&plan.steps, step);
	kmt_vec_push(&plan.fds, fd);
	if (!r)
		r = kmt_plan_exec(&plan, env->kernel, &env->host, &once, &report);
	if (!r && report.results.v[0].outcome == KMT_STEP_ALREADY)
		r = -EEXIST;
	else if (r < 0 && report.results.n && report.results.v[0].detail)
		kmt_tool_say(env, LOG_INFO, "%s", report.results.v[0].detail);
	kmt_report_free(&report);
	kmt_plan_free(&plan);
	return r;
}

int kmt_tool_remove(struct kmt_tool_env *env, const char *name, bool force)
{
	int r = env->kernel->ops->remove(env->kernel, name, force ? KMT_REMOVE_FORCE : 0);

	return r <= -KMT_KERNEL_NOT_ASKED ? r + KMT_KERNEL_NOT_ASKED : r;
}
