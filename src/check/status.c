/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/check/status.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <kmt/base/pattern.h>
#include <kmt/model/obstacle.h>
#include <kmt/source/initramfs.h>
#include <kmt/source/kernelkeys.h>
#include <kmt/source/taint.h>
#include <kmt/sys/paths.h>

/* As many files or log lines of one kind are named. */
#define NAMED_MAX 5

struct finder {
	const struct kmt_status_facts *facts;
	const struct kmt_root *root;
	struct kmt_status *out;
	struct kmt_arena *arena;
};

/* The pointer holds until the next row is added. */
static struct kmt_status_row *add(struct finder *f, const char *item, enum kmt_status_state state,
	const char *value, const char *source)
{
	kmt_vec_push(&f->out->rows,
		(struct kmt_status_row){.item = item, .state = state, .value = value, .source = {.file = source}});
	return &f->out->rows.v[f->out->rows.n - 1];
}

/* Takes LIST into the arena. */
static struct kmt_strv keep(struct finder *f, struct kmt_strv *list)
{
	struct kmt_strv kept = {.n = list->n, .cap = list->n};

	kept.v = kmt_arena_alloc(f->arena, (list->n + 1) * sizeof(*kept.v));
	for (size_t i = 0; i < list->n; i++)
		kept.v[i] = list->v[i];
	kmt_vec_free(list);
	return kept;
}

static const char *count(struct finder *f, size_t n)
{
	return kmt_arena_printf(f->arena, "%zu", n);
}

static void add_unknown(struct finder *f, const char *item, const char *path, int r)
{
	const char *why = r == -ENOENT ? "the file does not exist" : strerror(r < 0 ? -r : EINVAL);

	add(f, item, KMT_STATUS_UNKNOWN, kmt_arena_printf(f->arena, "%s: %s", path, why), path);
}

static void add_unreadable(struct finder *f, const char *item, const char *path)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	add_unknown(f, item, path, kmt_root_read_line(f->root, path, &text));
}

static void find_kernel(struct finder *f)
{
	const struct kmt_snapshot *snap = f->facts->snap;
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (!*snap->version) {
		add(f, "kernel", KMT_STATUS_UNKNOWN, "no kernel runs here, and none is installed", NULL);
		return;
	}
	if (!snap->running || !snap->has_kernel) {
		add(f, "kernel", KMT_STATUS_OK, kmt_arena_printf(f->arena, "%s (not running)", snap->version),
			NULL);
		return;
	}
	add(f, "kernel", KMT_STATUS_OK, snap->version, KMT_PATH_PROC_OSRELEASE);
	if (kmt_root_read_line(f->root, KMT_PATH_PROC_VERSION, &text))
		add_unreadable(f, "version", KMT_PATH_PROC_VERSION);
	else
		add(f, "version", KMT_STATUS_OK, kmt_arena_strdup(f->arena, kmt_strbuf_str(&text)),
			KMT_PATH_PROC_VERSION);
}

static void find_switches(struct finder *f)
{
	const struct kmt_policy *p = f->facts->policy;

	if (p->modules_disabled < 0)
		add_unreadable(f, "modules_disabled", KMT_PATH_PROC_MODULES_DISABLED);
	else if (!p->modules_disabled)
		add(f, "modules_disabled", KMT_STATUS_OK, "no", KMT_PATH_PROC_MODULES_DISABLED);
	else
		add(f, "modules_disabled", KMT_STATUS_NOTE,
			"yes: no module can be loaded or unloaded until the next reboot",
			KMT_PATH_PROC_MODULES_DISABLED)
			->next = "to change it, find what sets it at boot (sysctl.d, services), and reboot";
	if (p->sig_enforce >= 0)
		add(f, "sig_enforce", KMT_STATUS_OK,
			p->sig_enforce ? "yes: only modules with a valid signature can be loaded" : "no",
			KMT_PATH_SYS_SIG_ENFORCE);
	else if (kmt_root_exists(f->root, KMT_PATH_SYS_MODULE))
		add(f, "sig_enforce", KMT_STATUS_OK, "no: this kernel checks no signatures", NULL);
	else
		add_unreadable(f, "sig_enforce", KMT_PATH_SYS_SIG_ENFORCE);
	if (!p->lockdown)
		add_unreadable(f, "lockdown", KMT_PATH_SYS_LOCKDOWN);
	else if (!kmt_policy_locked_down(p))
		add(f, "lockdown", KMT_STATUS_OK, p->lockdown, KMT_PATH_SYS_LOCKDOWN);
	else
		add(f, "lockdown", KMT_STATUS_NOTE,
			kmt_arena_printf(f->arena, "%s: only modules with a valid signature can be loaded",
				p->lockdown),
			KMT_PATH_SYS_LOCKDOWN);
}

/* As the kernel sees it: not while keys can be enrolled freely, nor where shim was told not to check. */
static void find_secure_boot(struct finder *f)
{
	kmt_auto(kmt_kernelkeys_free) struct kmt_kernelkeys keys = {0};
	const char *text = "off";

	if (!kmt_root_exists(f->root, KMT_PATH_SYS_EFI)) {
		add(f, "secure-boot", KMT_STATUS_OK, "no: not booted through EFI", NULL);
		return;
	}
	kmt_kernelkeys_read(f->root, &keys);
	if (keys.secure_boot < 0) {
		add(f, "secure-boot", KMT_STATUS_UNKNOWN, "the firmware's variable SecureBoot cannot be read",
			KMT_PATH_SYS_EFIVARS);
		return;
	}
	if (kmt_kernelkeys_secure_boot(&keys) == 1)
		text = "on";
	else if (keys.secure_boot)
		text = "off for the kernel: the firmware is in setup mode, or shim was told not to check";
	add(f, "secure-boot", KMT_STATUS_OK, text, KMT_PATH_SYS_EFIVARS);
}

static void find_decompression(struct finder *f)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	int r = kmt_root_read_line(f->root, KMT_PATH_SYS_COMPRESSION, &text);

	if (!r)
		add(f, "decompression", KMT_STATUS_OK,
			kmt_arena_printf(f->arena, "%s, by the kernel", kmt_strbuf_str(&text)),
			KMT_PATH_SYS_COMPRESSION);
	else if (r == -ENOENT && kmt_root_exists(f->root, KMT_PATH_SYS_MODULE))
		add(f, "decompression", KMT_STATUS_OK, "not by the kernel, only by the loading program", NULL);
	else
		add_unknown(f, "decompression", KMT_PATH_SYS_COMPRESSION, r);
}

/* Whether a line of the kernel log comes with this flag. */
static bool is_line_of(const struct kmt_taint *taint, const char *text)
{
	struct kmt_capture cap[KMT_CAPTURES];

	for (const struct kmt_taint_line *line = taint->lines; line->pattern; line++)
		if (kmt_pattern_match(line->pattern, NULL, text, cap))
			return true;
	return false;
}

static bool has_letter(const struct kmt_procmod *m, char letter)
{
	return strchr(m->taint, letter) != NULL;
}

static void add_flag(struct finder *f, const struct kmt_taint *t)
{
	const struct kmt_status_facts *facts = f->facts;
	struct kmt_status_row *row = add(f, kmt_arena_printf(f->arena, "taint %c", t->letter),
		t->next ? KMT_STATUS_PROBLEM : KMT_STATUS_NOTE, t->meaning, KMT_PATH_PROC_TAINTED);
	const struct kmt_kmsg_record *record;
	const struct kmt_procmod *m;
	struct kmt_strv modules = {0}, log = {0};
	kmt_autostrbuf struct kmt_strbuf names = KMT_STRBUF_INIT;

	row->next = t->next;
	kmt_vec_foreach (m, &facts->snap->loaded.rows) {
		if (!has_letter(m, t->letter))
			continue;
		kmt_vec_push(&modules, m->name);
		kmt_strbuf_item(&names, ", ", "%s", m->name);
	}
	if (names.len)
		row->value = kmt_arena_printf(f->arena, "%s: %s", t->meaning, names.s);
	if (facts->log)
		kmt_vec_foreach (record, &facts->log->records)
			if (log.n < NAMED_MAX && is_line_of(t, record->text))
				kmt_vec_push(&log, kmt_kmsg_text(record, f->arena));
	row->modules = keep(f, &modules);
	row->log = keep(f, &log);
}

static void find_taint(struct finder *f)
{
	char letters[KMT_TAINT_LETTERS];
	const struct kmt_taint *t;
	uint64_t bits, left;
	int r = kmt_taint_read(f->root, &bits);

	if (r) {
		add_unknown(f, "taint", KMT_PATH_PROC_TAINTED, r);
		return;
	}
	kmt_taint_letters(bits, letters);
	add(f, "taint", bits ? KMT_STATUS_NOTE : KMT_STATUS_OK,
		bits ? kmt_arena_printf(f->arena, "%s (%" PRIu64 ")", letters, bits) : "none",
		KMT_PATH_PROC_TAINTED);
	for (t = kmt_taints, left = bits; t->letter; t++, left >>= 1)
		if (left & 1)
			add_flag(f, t);
	if (left)
		add(f, "taint ?", KMT_STATUS_NOTE, "flags of a newer kernel, which are not known here",
			KMT_PATH_PROC_TAINTED);
	if (bits && !f->facts->log)
		add(f, "log", KMT_STATUS_UNKNOWN,
			kmt_arena_printf(f->arena, "%s: %s", KMT_PATH_DEV_KMSG, strerror(f->facts->log_errno)),
			KMT_PATH_DEV_KMSG)
			->next = f->facts->log_errno == EPERM || f->facts->log_errno == EACCES
			? "run it as root for the lines that caused the taint"
			: NULL;
}

static void find_running(struct finder *f)
{
	const struct kmt_snapshot *snap = f->facts->snap;

	if (!snap->running || !snap->has_kernel)
		return;
	if (!snap->has_modules) {
		add(f, "modules", KMT_STATUS_NOTE, "this kernel has no loadable-module support",
			KMT_PATH_PROC_MODULES);
		find_taint(f);
		return;
	}
	add(f, "modules", KMT_STATUS_OK, "loadable", KMT_PATH_PROC_MODULES);
	find_switches(f);
	find_secure_boot(f);
	find_decompression(f);
	find_taint(f);
	add(f, "loaded", KMT_STATUS_OK, count(f, snap->loaded.rows.n), KMT_PATH_PROC_MODULES);
}

/* Those that a request by alias does not load. */
static void find_blocked(struct finder *f)
{
	const struct kmt_snapshot *snap = f->facts->snap;
	struct kmt_status_row *row = add(f, "blocked", KMT_STATUS_OK, NULL, NULL);
	struct kmt_strv names = {0}, blocked = {0};

	kmt_modindex_names(&snap->index, &names);
	for (size_t i = 0; i < names.n; i++) {
		const struct kmt_lookup_match match = {
			.name = names.v[i], .alias = names.v[i], .stage = KMT_LOOKUP_ALIAS};
		struct kmt_obstacle obstacle;

		kmt_obstacle_find(snap, &match, &obstacle);
		if (obstacle.blocks && obstacle.kind != KMT_OBSTACLE_MISSING)
			kmt_vec_push(&blocked, names.v[i]);
	}
	kmt_vec_free(&names);
	row->modules = keep(f, &blocked);
	row->value = count(f, row->modules.n);
}

static void find_index(struct finder *f)
{
	const struct kmt_status_facts *facts = f->facts;
	const struct kmt_snapshot *snap = facts->snap;
	bool ok = !strcmp(facts->index, "ok"), unknown = !strcmp(facts->index, "unknown");

	struct kmt_status_row *row = add(f, "index",
		ok ? KMT_STATUS_OK : (unknown ? KMT_STATUS_UNKNOWN : KMT_STATUS_PROBLEM),
		ok ? "up to date" : kmt_arena_printf(f->arena, "%s: %s", facts->index, facts->index_note), NULL);
	if (row->state == KMT_STATUS_PROBLEM)
		row->next = kmt_arena_printf(f->arena, "kmtool%s%s index %s", f->root->is_host ? "" : " --root ",
			f->root->path, snap->version);
}

static void find_tree(struct finder *f)
{
	const struct kmt_snapshot *snap = f->facts->snap;

	if (snap->has_tree) {
		add(f, "available", KMT_STATUS_OK, count(f, kmt_modindex_count(&snap->index)), snap->index.dir);
		add(f, "built-in", KMT_STATUS_OK, count(f, kmt_modindex_builtin_count(&snap->index)), snap->index.dir);
		find_blocked(f);
	}
	if (*snap->version && strcmp(f->facts->index, "none") != 0)
		find_index(f);
}

static void find_initramfs(struct finder *f)
{
	const struct kmt_initramfs_diff *diff = f->facts->diff;
	kmt_autostrbuf struct kmt_strbuf paths = KMT_STRBUF_INIT;
	struct kmt_status_row *row;

	if (!diff->image) {
		if (*f->facts->snap->version)
			add(f, "initramfs", KMT_STATUS_OK, "none", NULL);
		return;
	}
	if (diff->unreadable.kind && !diff->rows.n) {
		add(f, "initramfs", KMT_STATUS_UNKNOWN, diff->unreadable.msg, diff->image);
		return;
	}
	if (f->facts->root && f->facts->root->lacking) {
		row = add(f, "initramfs", KMT_STATUS_PROBLEM,
			kmt_arena_printf(f->arena, "lacks %s: the kernel will not find its root after the next boot",
				kmt_needs_lacking_text(f->facts->root, f->arena)),
			diff->image);
		row->next = diff->rebuild;
		return;
	}
	if (!diff->rows.n) {
		add(f, "initramfs", KMT_STATUS_OK, "as on the disk", diff->image);
		return;
	}
	for (size_t i = 0; i < diff->rows.n && i < NAMED_MAX; i++)
		kmt_strbuf_item(&paths, ", ", "%s", diff->rows.v[i].path);
	if (diff->rows.n > NAMED_MAX)
		kmt_strbuf_addf(&paths, " and %zu more", diff->rows.n - NAMED_MAX);
	row = add(f, "initramfs", KMT_STATUS_PROBLEM,
		kmt_arena_printf(f->arena, "differs from the disk in %s", paths.s), diff->image);
	row->next = diff->rebuild;
}

static void find_reboot(struct finder *f)
{
	const struct kmt_snapshot *snap = f->facts->snap;
	kmt_autoerr struct kmt_err gone = KMT_ERR_INIT;
	const struct kmt_installed *newest = NULL;

	if (!snap->running || !snap->has_kernel || !snap->has_modules)
		return;
	if (kmt_snapshot_tree_gone(snap, &gone)) {
		add(f, "reboot", KMT_STATUS_PROBLEM, kmt_arena_strdup(f->arena, gone.msg), NULL)->next = "reboot";
		return;
	}
	if (!snap->has_tree && snap->tree_err.kind == KMT_ERR_NOT_FOUND) {
		add(f, "reboot", KMT_STATUS_NOTE, "the running kernel has no module tree, and no other is installed",
			NULL);
		return;
	}
	/* The newest comes first. */
	for (size_t i = 0; i < f->facts->kernels->rows.n && !newest; i++)
		if (f->facts->kernels->rows.v[i]->has_tree || f->facts->kernels->rows.v[i]->running)
			newest = f->facts->kernels->rows.v[i];
	if (!newest || newest->running)
		add(f, "reboot", KMT_STATUS_OK, "not needed", NULL);
	else
		add(f, "reboot", KMT_STATUS_NOTE,
			kmt_arena_printf(f->arena, "a newer kernel is installed: %s", newest->version), NULL)
			->next = kmt_arena_printf(f->arena, "kmtool diff --loaded %s && reboot", newest->version);
}

void kmt_status_find(const struct kmt_status_facts *facts, struct kmt_status *out)
{
	struct finder f = {facts, facts->snap->root, out, &out->arena};
	const struct kmt_status_row *row;

	find_kernel(&f);
	find_running(&f);
	find_tree(&f);
	find_initramfs(&f);
	find_reboot(&f);
	kmt_vec_foreach (row, &out->rows)
		out->has_problem |= row->state == KMT_STATUS_PROBLEM;
}
