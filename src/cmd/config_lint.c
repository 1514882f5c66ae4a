/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool config lint`: configuration lines that silently have no effect. */
#include "config_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/cmd/print.h>
#include <kmt/model/lint.h>
#include <kmt/model/modfacts.h>
#include <kmt/sys/paths.h>

struct lint_opts {
	bool no_initramfs;
};

static const struct kmt_opt options[] = {
	{"no-initramfs", 0, KMT_OPT_FLAG, .help = "do not read the initramfs image of the kernel",
		.offset = offsetof(struct lint_opts, no_initramfs)},
	{0},
};

static void get_rule(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_lint_finding *f = row;

	out->s = f->rule->id;
	out->hue = f->rule->note ? KMT_HUE_DIM : KMT_HUE_WARN;
}

static void get_severity(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_lint_finding *)row)->rule->note ? "note" : "problem";
}

static void get_where(const void *row, void *ctx, struct kmt_cell *out)
{
	kmt_cell_origin(&((const struct kmt_lint_finding *)row)->origin, ctx, out);
}

static void get_file(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_lint_finding *)row)->origin.file;
}

static void get_line(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct kmt_lint_finding *)row)->origin.line;
	out->absent = !out->n;
}

static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_lint_finding *)row)->module;
}

static void get_message(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_lint_finding *)row)->message;
}

static void get_fix(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_lint_finding *)row)->fix;
}

static const struct kmt_column columns[] = {
	{"where", "WHERE", KMT_CELL_ORIGIN, true, .whole = true, .help = "the file and line of the finding",
		.get = get_where},
	{"file", "FILE", KMT_CELL_STRING, false, .path = true, .help = "the file only", .get = get_file},
	{"line", "LINE", KMT_CELL_NUMBER, false, .help = "the line number only", .get = get_line},
	{"severity", "SEVERITY", KMT_CELL_STRING, true, .whole = true,
		.help = "problem or note", .get = get_severity},
	{"rule", "RULE", KMT_CELL_STRING, true, .whole = true, .help = "the rule's name", .get = get_rule},
	{"module", "MODULE", KMT_CELL_STRING, false, .whole = true, .help = "the affected module",
		.get = get_module},
	{"message", "MESSAGE", KMT_CELL_STRING, true, .help = "what is wrong", .get = get_message},
	{"fix", "FIX", KMT_CELL_STRING, true, .help = "what can be done", .get = get_fix},
	{0},
};

/* What the lines are about: the module of the last question is often that of the next. */
struct modules {
	const struct kmt_snapshot *snap;
	struct kmt_modfacts facts;
};

static int check_param(void *ctx, const char *module, const char *word, struct kmt_err *err)
{
	struct modules *m = ctx;
	const struct kmt_module *found = kmt_modindex_find(&m->snap->index, module);
	struct kmt_modfacts *f = &m->facts;

	if (!found)
		return 0;
	if (!f->module.name || strcmp(f->module.name, found->name))
		kmt_modfacts_read(f, m->snap, &(struct kmt_modref){.name = found->name, .path = found->path},
			KMT_FACTS_PARAMS, NULL);
	return f->has_file && !f->params_err.kind ? kmt_modfacts_check_param(f, word, err) : 0;
}

static bool live(void *ctx, const char *module, const char *param, struct kmt_strbuf *out)
{
	const struct modules *m = ctx;
	kmt_autofree char *path = kmt_asprintf("%s/%s/parameters/%s", KMT_PATH_SYS_MODULE, module, param);

	return strcmp(param, "..") && !strchr(param, '/') && !kmt_root_read_line(m->snap->root, path, out);
}

/* Words of lines and paths are somebody's. */
static void put_words(unsigned int indent, unsigned int width, const char *text)
{
	kmt_autostrbuf struct kmt_strbuf safe = KMT_STRBUF_INIT;

	kmt_escape_text(&safe, text, strlen(text));
	kmt_put_wrapped(stdout, indent, indent, width, kmt_strbuf_str(&safe));
}

static void put_finding(const struct kmt_lint_finding *f, const struct kmt_style *style, unsigned int width)
{
	enum kmt_hue hue = f->rule->note ? KMT_HUE_DIM : KMT_HUE_WARN;

	fputs(kmt_hue_on(style, KMT_HUE_BOLD), stdout);
	kmt_put_text(stdout, f->origin.file);
	if (f->origin.line)
		printf(":%u", f->origin.line);
	fputs(kmt_hue_off(style), stdout);
	printf(": %s%s%s%s\n    ", f->rule->note ? "note: " : "", kmt_hue_on(style, hue), f->rule->id,
		kmt_hue_off(style));
	put_words(4, width, f->message);
	if (!f->fix)
		return;
	fputs("    fix: ", stdout);
	put_words(9, width, f->fix);
}

static void put_findings(const struct kmt_env *env, const struct kmt_lint *lint)
{
	size_t problems = kmt_lint_problems(lint), notes = lint->rows.n - problems;
	const struct kmt_lint_finding *f;

	kmt_vec_foreach(f, &lint->rows) {
		put_finding(f, &env->style, kmt_style_text_width(&env->style));
	}
	if (env->g.quiet)
		return;
	/* Half of the rules need the tree: nothing that they would find is no good news. */
	if (!problems && !lint->snap->has_tree)
		printf("No problem among those that show without a module tree");
	else
		printf("%zu problem%s", problems, problems == 1 ? "" : "s");
	if (notes)
		printf(", %zu note%s", notes, notes == 1 ? "" : "s");
	printf(" in %zu lines\n", lint->settings->rows.n);
}

/* A table would cut what is the point of it; it is printed when columns are asked for. */
static int print(struct kmt_env *env, struct kmt_lint *lint, const struct kmt_selection *sel,
	struct kmt_err *err)
{
	KMT_VEC(const void *) rows = {0};
	const struct kmt_lint_finding *f;
	int r;

	if (!env->g.json && !env->g.raw && !env->g.output && !env->g.sort) {
		put_findings(env, lint);
		return 0;
	}
	kmt_vec_foreach(f, &lint->rows) {
		kmt_vec_push(&rows, f);
	}
	r = kmt_cmd_print(env,
		&(struct kmt_rows){.columns = columns,
			.rows = rows.v,
			.n = rows.n,
			.ctx = &lint->arena,
			.json_name = "findings"},
		sel, err);
	kmt_vec_free(&rows);
	return r;
}

static void warn_unread(struct kmt_env *env, const struct kmt_initramfs_diff *diff)
{
	if (diff->unreadable.msg)
		kmt_diag_add(&env->diag, NULL, "%s was not looked into: %s%s%s", diff->image,
			diff->unreadable.msg, diff->unreadable.hint ? "; " : "",
			diff->unreadable.hint ? diff->unreadable.hint : "");
}

static int not_checked(const struct kmt_snapshot *snap, struct kmt_err *err)
{
	kmt_err_set(err, KMT_ERR_FAILED, ENOENT,
		"names of modules and parameters were not checked: there is no module tree%s%s",
		snap->version ? " of " : "", snap->version ? snap->version : "");
	kmt_err_hint(err, "choose a version that has one with -k: 'kmtool kernels' lists them");
	return -ENOENT;
}

static int lint_all(struct kmt_env *env, const struct kmt_snapshot *snap, bool initramfs,
	const struct kmt_selection *sel, struct kmt_err *err)
{
	struct modules modules = {.snap = snap};
	struct kmt_settings settings;
	struct kmt_initramfs_diff diff = {0};
	struct kmt_essentials essentials;
	struct kmt_needs root;
	struct kmt_lint lint;
	const struct kmt_lint_facts facts = {.check_param = check_param,
		.live = snap->running ? live : NULL,
		.ctx = &modules,
		.diff = &diff,
		.root = &root,
		.essentials = &essentials};
	int r = kmt_settings_read(snap, &settings, err);

	if (r < 0)
		return r;
	if (initramfs)
		kmt_initramfs_diff_find(snap, &diff);
	kmt_needs_of_root(snap, &diff, &root);
	warn_unread(env, &diff);
	kmt_essentials_read(snap, NULL, true, &essentials);
	r = kmt_lint_run(snap, &settings, &facts, &lint, err);
	if (!r) {
		r = print(env, &lint, sel, err);
		r = r ? r : kmt_lint_problems(&lint) > 0;
		kmt_lint_free(&lint);
	}
	if (r >= 0 && !snap->has_tree)
		r = not_checked(snap, err);
	kmt_needs_free(&root);
	kmt_essentials_free(&essentials);
	kmt_modfacts_free(&modules.facts);
	kmt_initramfs_diff_free(&diff);
	kmt_settings_free(&settings);
	return r;
}

/* What is wrong with a line is a finding; here only what could not be read at all is a warning. */
static void keep_warnings(struct kmt_diag *from, struct kmt_diag *to)
{
	for (size_t i = 0; i < from->n; i++)
		if (!from->items[i].origin.line)
			kmt_diag_add(to, &from->items[i].origin, "%s", from->items[i].msg);
	kmt_diag_clear(from);
}

static int run_lint(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_diag diag = env->diag;
	struct kmt_snapshot snap;
	int r;

	/* A document has all that there is. */
	if (env->g.json && !env->g.output)
		env->g.output = "+file,line,module";
	r = kmt_cmd_select(env, &sel, err);
	env->diag = (struct kmt_diag){0};
	if (!r)
		r = kmt_config_snapshot(env, &snap, err);
	if (!r) {
		r = lint_all(env, &snap, !((const struct lint_opts *)opts)->no_initramfs, &sel, err);
		kmt_snapshot_free(&snap);
	}
	keep_warnings(&env->diag, &diag);
	env->diag = diag;
	return r;
}

static const char *const lint_examples[] = {"kmtool config lint", "all problems, with fixes",
	"kmtool --root /mnt -k 6.1.0-56-amd64 config lint", "check an image before it boots", NULL};

const struct kmt_cmd kmt_cmd_config_lint = {
	.name = "config lint",
	.summary = "Find configuration lines that silently have no effect",
	.opts = options,
	.opts_size = sizeof(struct lint_opts),
	.columns = columns,
	.examples = lint_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_lint,
};
