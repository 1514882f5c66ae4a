/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/explain/diagnose.h>

#include <errno.h>

#include <kmt/model/config.h>

void kmt_diagnose_lines(const struct kmt_report *report, size_t step, struct kmt_strv *out)
{
	const struct kmt_step_result *result = &report->results.v[step];

	for (size_t i = 0; i < result->log_n; i++) {
		const struct kmt_kmsg_record *record = &report->log.records.v[result->log_first + i];

		if (!record->facility)
			kmt_vec_push(out, record->text);
	}
}

/* What went wrong before the kernel was asked has its own words. */
static void explain_detail(const struct kmt_step_result *result, struct kmt_explanation *out)
{
	enum kmt_err_kind kind = KMT_ERR_FAILED;

	if (result->errnum == ENOENT)
		kind = KMT_ERR_NOT_FOUND;
	else if (result->errnum == EACCES || result->errnum == EPERM)
		kind = KMT_ERR_REFUSED;
	*out = (struct kmt_explanation){.id = "file", .cause = result->detail, .kind = kind};
}

void kmt_diagnose_step(const struct kmt_diagnose *d, size_t step, struct kmt_arena *arena,
	struct kmt_explanation *out)
{
	const struct kmt_step_result *result = &d->report->results.v[step];
	struct kmt_kofile_facts facts = {0};
	struct kmt_snapshot now;
	struct kmt_strv lines = {0};
	struct kmt_failure f = {.step = &d->plan->steps.v[step], .errnum = result->errnum,
		.status = result->status, .lines = &lines, .lost_lines = d->report->log.overrun,
		.policy = d->policy, .facts = &facts};
	bool has_now;

	if (result->detail) {
		explain_detail(result, out);
		return;
	}
	has_now = !kmt_snapshot_take(&now, d->root, NULL, KMT_SNAP_LOADED, NULL, NULL);
	if (has_now)
		f.loaded = kmt_snapshot_loaded(&now, f.step->module);
	d->policy->module_blacklisted = kmt_config_kernel_blacklisted(d->snap, f.step->module);
	kmt_diagnose_lines(d->report, step, &lines);
	kmt_facts_read(d->snap, d->plan, step, &lines, arena, &facts);
	kmt_explain(&f, arena, out);
	kmt_facts_free(&facts);
	kmt_vec_free(&lines);
	if (has_now)
		kmt_snapshot_free(&now);
}
