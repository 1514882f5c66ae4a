/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include <kmt/model/devchain.h>
#include <kmt/plan/unload.h>

/* What is said of each kind. ONLY: nothing, unless the module drives all of its kind. */
static const struct {
	const char *before, *after;
	bool only;
} texts[] = {
	[KMT_ESSENTIAL_ROOT_TYPE] = {"is the root filesystem (", ")", false},
	[KMT_ESSENTIAL_ROOT_DISK] = {"drives the disk of the root filesystem (", ")", false},
	[KMT_ESSENTIAL_SWAP] = {"drives the swap device ", "", false},
	[KMT_ESSENTIAL_INTERFACE] = {"drives the only network interface that is up (", ")", true},
	[KMT_ESSENTIAL_SSH] = {"drives ", ", the interface of your SSH connection", false},
	[KMT_ESSENTIAL_KEYBOARD] = {"drives the only keyboard", "", true},
};

/* Whether MODULE drives all of the N rows, which are of one kind. */
static bool drives_all(const struct kmt_essential *rows, size_t n, const char *module)
{
	for (size_t i = 0; i < n; i++)
		if (!kmt_devchain_has(&rows[i].modules, module))
			return false;
	return true;
}

static void warn(const struct kmt_essential *row, const char *module, struct kmt_plan *plan)
{
	kmt_vec_push(&plan->warnings,
		kmt_arena_printf(&plan->arena, "%s %s%s%s", module, texts[row->kind].before, row->name,
			texts[row->kind].after));
}

void kmt_plan_essential_warn(const struct kmt_essentials *e, const char *module, struct kmt_plan *plan)
{
	for (size_t i = 0, end; i < e->rows.n; i = end) {
		const struct kmt_essential *row = &e->rows.v[i];
		bool only = texts[row->kind].only;

		for (end = i + 1; only && end < e->rows.n && e->rows.v[end].kind == row->kind;)
			end++;
		if (!drives_all(row, end - i, module))
			continue;
		warn(row, module, plan);
		/* What is behind it is the disk of the same. */
		if (row->kind == KMT_ESSENTIAL_ROOT_TYPE)
			end++;
	}
}

void kmt_plan_unload_warn(const struct kmt_essentials *e, struct kmt_plan *plan)
{
	for (size_t i = 0; i < plan->steps.n; i++) {
		const struct kmt_step *step = &plan->steps.v[i];

		if (step->kind == KMT_STEP_REMOVE || step->kind == KMT_STEP_RUN)
			kmt_plan_essential_warn(e, step->module, plan);
	}
}
