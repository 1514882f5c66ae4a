/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/plan.h>

#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/check/check.h>
#include <kmt/out/textdiff.h>

#define GAP 2 /* blanks between columns */

enum column { COL_MODULE, COL_WHY, COL_COUNT };

struct layout {
	const struct kmt_plan *plan;
	struct kmt_lines *out;
	unsigned int number_width, kind_width, width[COL_COUNT];
};

static void add_escaped(struct kmt_strbuf *out, const char *s)
{
	kmt_escape_text(out, s, strlen(s));
}

static void add_origin(struct kmt_strbuf *out, const struct kmt_origin *origin)
{
	add_escaped(out, origin->file);
	if (origin->line)
		kmt_strbuf_addf(out, ":%u", origin->line);
}

/* Files of the tree are short names for people: the heading says where the tree is. */
static const char *in_tree(const struct kmt_plan *plan, const char *path)
{
	size_t n = plan->dir ? strlen(plan->dir) : 0;

	return n && !strncmp(path, plan->dir, n) && path[n] == '/' ? path + n + 1 : path;
}

static void add_why(const struct kmt_step *step, struct kmt_strbuf *out)
{
	static const char *const words[KMT_WHY_COUNT] = {
		[KMT_WHY_REQUESTED] = "requested as %s",
		[KMT_WHY_DEPENDENCY] = "needed by %s",
		[KMT_WHY_SOFTDEP_PRE] = "softdep of %s, before it",
		[KMT_WHY_SOFTDEP_POST] = "softdep of %s, after it",
		[KMT_WHY_WEAKDEP] = "weakdep of %s",
		[KMT_WHY_INSTALL_COMMAND] = "install command, for %s",
		[KMT_WHY_REMOVE_COMMAND] = "remove command, for %s",
		[KMT_WHY_HOLDER] = "uses %s",
		[KMT_WHY_UNUSED_AFTER] = "unused without %s",
	};
	static const char *const alone[KMT_WHY_COUNT] = {
		[KMT_WHY_REQUESTED] = "requested",
		[KMT_WHY_INSTALL_COMMAND] = "install command",
		[KMT_WHY_REMOVE_COMMAND] = "remove command",
	};
	const char *word = words[step->why], *name;

	if (!step->because_of) {
		kmt_strbuf_addstr(out, alone[step->why] ? alone[step->why] : kmt_why_name(step->why));
		return;
	}
	name = strstr(word, "%s");
	kmt_strbuf_add(out, word, (size_t)(name - word));
	add_escaped(out, step->because_of);
	kmt_strbuf_addstr(out, name + 2);
}

/* Of a step about a device: which driver it loses or gets. */
static void add_driver(const struct kmt_step *step, struct kmt_strbuf *out)
{
	if (!step->driver)
		kmt_strbuf_addstr(out, step->kind == KMT_STEP_BIND ? "to the kernel's choice" : "to any driver");
	else
		kmt_strbuf_addf(out, "%s %s", step->kind == KMT_STEP_UNBIND ? "from" : "to", step->driver);
}

/* What a step is about: a module, or a device. */
static const char *subject(const struct kmt_step *step)
{
	if (step->device)
		return kmt_step_device_name(step);
	return step->module ? step->module : "";
}

/* The reason in words, with the line it is written in. */
static void why_cell(const struct layout *l, const struct kmt_step *step, struct kmt_strbuf *out)
{
	struct kmt_origin origin = step->origin;

	if (step->kind == KMT_STEP_SKIP && step->reason) {
		add_escaped(out, step->reason);
		return;
	}
	if (step->device)
		add_driver(step, out);
	else
		add_why(step, out);
	if (step->if_unused)
		kmt_strbuf_addstr(out, ", if unused by then");
	if (!origin.file)
		return;
	origin.file = in_tree(l->plan, origin.file);
	kmt_strbuf_addstr(out, " (");
	add_origin(out, &origin);
	kmt_strbuf_addc(out, ')');
}

/* What an administrator has no question about: dependencies that are there. */
static bool is_summed_up(const struct kmt_step *step)
{
	return step->kind == KMT_STEP_SKIP && step->why != KMT_WHY_REQUESTED &&
	       (step->skip == KMT_SKIP_LOADED || step->skip == KMT_SKIP_BUILTIN);
}

static void measure(struct layout *l)
{
	kmt_autostrbuf struct kmt_strbuf cell = KMT_STRBUF_INIT;
	const struct kmt_step *step;

	for (size_t n = l->plan->steps.n; n; n /= 10)
		l->number_width++;
	l->kind_width = (unsigned int)strlen("insert");
	kmt_vec_foreach(step, &l->plan->steps) {
		if (strlen(kmt_step_kind_name(step->kind)) > l->kind_width)
			l->kind_width = (unsigned int)strlen(kmt_step_kind_name(step->kind));
		if (is_summed_up(step) || kmt_step_is_edit(step->kind))
			continue;
		kmt_strbuf_truncate(&cell, 0);
		add_escaped(&cell, subject(step));
		if (cell.len > l->width[COL_MODULE])
			l->width[COL_MODULE] = (unsigned int)cell.len;
		if (step->kind == KMT_STEP_SKIP)
			continue;
		kmt_strbuf_truncate(&cell, 0);
		why_cell(l, step, &cell);
		if (cell.len > l->width[COL_WHY])
			l->width[COL_WHY] = (unsigned int)cell.len;
	}
}

/* TEXT, and blanks up to the next column. */
static void add_padded(struct layout *l, enum kmt_hue hue, const char *text, unsigned int width)
{
	kmt_autostrbuf struct kmt_strbuf cell = KMT_STRBUF_INIT;

	add_escaped(&cell, text);
	kmt_lines_add_bytes(l->out, hue, kmt_strbuf_str(&cell), cell.len);
	kmt_lines_addf(l->out, hue == KMT_HUE_DIM ? hue : KMT_HUE_NONE, "%*s",
		(int)(cell.len < width ? width - cell.len : 0) + GAP, "");
}

static void start_below(struct layout *l)
{
	kmt_lines_start(l->out);
	kmt_lines_addf(l->out, KMT_HUE_NONE, "%*s", (int)(l->number_width + GAP + l->kind_width + GAP), "");
}

static void add_with(struct layout *l)
{
	start_below(l);
	kmt_lines_addf(l->out, KMT_HUE_NONE, "with ");
}

/* What the kernel would have against it. What cannot be known is no news. */
static void add_verdict(struct layout *l, const struct kmt_step *step)
{
	const struct kmt_check_line *line;

	if (!step->check)
		return;
	kmt_vec_foreach (line, &step->check->lines) {
		bool fails = line->result == KMT_CHECK_FAIL;

		if (!fails && line->result != KMT_CHECK_WARN)
			continue;
		start_below(l);
		kmt_lines_addf(l->out, fails ? KMT_HUE_BAD : KMT_HUE_WARN, "%s %s: ",
			kmt_check_result_name(line->result), line->test);
		kmt_lines_add(l->out, KMT_HUE_NONE, line->evidence);
	}
}

static void add_parts(struct layout *l, const struct kmt_step *step)
{
	unsigned int widest = 0;

	for (size_t i = 0; i < step->n_parts; i++)
		if (strlen(step->parts[i].text) > widest)
			widest = (unsigned int)strlen(step->parts[i].text);
	for (size_t i = 0; i < step->n_parts; i++) {
		const struct kmt_step_part *part = &step->parts[i];
		kmt_autostrbuf struct kmt_strbuf origin = KMT_STRBUF_INIT;

		if (part->origin.file)
			add_origin(&origin, &part->origin);
		else
			kmt_strbuf_addstr(&origin, part->kept ? "kept" : "as requested");
		if (part->was) {
			kmt_strbuf_addstr(&origin, " (");
			add_escaped(&origin, part->was);
			kmt_strbuf_addc(&origin, ')');
		}
		add_with(l);
		add_padded(l, KMT_HUE_NONE, part->text, widest);
		kmt_lines_add_bytes(l->out, KMT_HUE_DIM, origin.s, origin.len);
	}
	if (!step->n_parts && !step->device && step->params && *step->params) {
		add_with(l);
		kmt_lines_add(l->out, KMT_HUE_NONE, step->params);
		if (step->kind == KMT_STEP_SETPARAM && step->before) {
			kmt_lines_addf(l->out, KMT_HUE_DIM, " (was ");
			kmt_lines_add(l->out, KMT_HUE_DIM, step->before);
			kmt_lines_addf(l->out, KMT_HUE_DIM, ")");
		}
	}
}

static void start_step(struct layout *l, const struct kmt_step *step, size_t number)
{
	kmt_lines_start(l->out);
	kmt_lines_addf(l->out, KMT_HUE_NONE, "%*zu%*s%-*s%*s", (int)l->number_width, number, GAP, "",
		(int)l->kind_width, kmt_step_kind_name(step->kind), GAP, "");
}

static void add_change(struct layout *l, const struct kmt_step *step, size_t number)
{
	kmt_autostrbuf struct kmt_strbuf why = KMT_STRBUF_INIT;
	const char *target = step->command ? step->command : step->path;

	start_step(l, step, number);
	add_padded(l, KMT_HUE_BOLD, subject(step), l->width[COL_MODULE]);
	why_cell(l, step, &why);
	if (target) {
		kmt_lines_addf(l->out, KMT_HUE_NONE, "%-*s", (int)l->width[COL_WHY] + GAP, kmt_strbuf_str(&why));
		kmt_lines_add(l->out, KMT_HUE_DIM, in_tree(l->plan, target + strspn(target, " \t")));
	} else {
		kmt_lines_addf(l->out, KMT_HUE_NONE, "%s", kmt_strbuf_str(&why));
	}
	add_parts(l, step);
	add_verdict(l, step);
}

static void add_dir(struct layout *l, const struct kmt_step *step, size_t number)
{
	start_step(l, step, number);
	kmt_lines_add(l->out, KMT_HUE_BOLD, step->path);
}

static void add_skip(struct layout *l, const struct kmt_step *step)
{
	kmt_autostrbuf struct kmt_strbuf why = KMT_STRBUF_INIT;

	kmt_lines_start(l->out);
	kmt_lines_addf(l->out, KMT_HUE_DIM, "%*s%*s%-*s%*s", (int)l->number_width, "-", GAP, "",
		(int)l->kind_width, "skip", GAP, "");
	add_padded(l, KMT_HUE_DIM, step->module ? step->module : "", l->width[COL_MODULE]);
	why_cell(l, step, &why);
	kmt_lines_addf(l->out, KMT_HUE_DIM, "%s", kmt_strbuf_str(&why));
}

static void add_sum(struct layout *l, enum kmt_skip skip, const char *label)
{
	const struct kmt_step *step;
	bool first = true;

	kmt_vec_foreach(step, &l->plan->steps) {
		if (!is_summed_up(step) || step->skip != skip)
			continue;
		if (first) {
			kmt_lines_start(l->out);
			kmt_lines_addf(l->out, KMT_HUE_DIM, "%*s", (int)(l->number_width + GAP), "");
		}
		kmt_lines_addf(l->out, KMT_HUE_DIM, "%s", first ? label : ", ");
		kmt_lines_add(l->out, KMT_HUE_DIM, step->module);
		first = false;
	}
}

static void add_diffs(const struct kmt_plan *plan, struct kmt_lines *out)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		const struct kmt_write *w = step->write;

		if (step->kind != KMT_STEP_WRITE)
			continue;
		kmt_diff_lines(&(struct kmt_diff_side){step->path, w->absent ? NULL : w->old, w->old_n},
			&(struct kmt_diff_side){step->path, w->data, w->n}, true, out);
	}
}

void kmt_plan_diff(const struct kmt_plan *plan, const struct kmt_style *style, struct kmt_strbuf *out)
{
	struct kmt_lines lines = {0};

	add_diffs(plan, &lines);
	kmt_lines_text(&lines, style, out);
	kmt_lines_free(&lines);
}

void kmt_plan_lines(const struct kmt_plan *plan, struct kmt_lines *out)
{
	struct layout l = {.plan = plan, .out = out};
	const struct kmt_step *step;
	size_t number = 0;

	measure(&l);
	kmt_vec_foreach(step, &plan->steps) {
		if (step->kind == KMT_STEP_WRITE)
			continue;
		if (kmt_step_is_edit(step->kind))
			add_dir(&l, step, ++number);
		else if (step->kind != KMT_STEP_SKIP)
			add_change(&l, step, ++number);
		else if (!is_summed_up(step))
			add_skip(&l, step);
	}
	add_diffs(plan, out);
	add_sum(&l, KMT_SKIP_LOADED, "already loaded: ");
	add_sum(&l, KMT_SKIP_BUILTIN, "built in: ");
	for (size_t i = 0; i < plan->warnings.n; i++) {
		kmt_lines_start(out);
		kmt_lines_add(out, KMT_HUE_WARN, "warning:");
		kmt_lines_addf(out, KMT_HUE_NONE, " ");
		kmt_lines_add(out, KMT_HUE_NONE, plan->warnings.v[i]);
	}
}

void kmt_plan_text(
	const struct kmt_plan *plan, const struct kmt_style *style, struct kmt_strbuf *out)
{
	struct kmt_lines lines = {0};

	kmt_plan_lines(plan, &lines);
	kmt_lines_text(&lines, style, out);
	kmt_lines_free(&lines);
}

static void raw_origins(const struct kmt_step *step, struct kmt_strbuf *out)
{
	size_t before = out->len;

	if (step->origin.file)
		add_origin(out, &step->origin);
	for (size_t i = 0; i < step->n_parts; i++) {
		if (!step->parts[i].origin.file)
			continue;
		if (out->len > before)
			kmt_strbuf_addc(out, ',');
		add_origin(out, &step->parts[i].origin);
	}
	if (out->len == before)
		kmt_strbuf_addc(out, '-');
}

static void raw_cell(const char *s, struct kmt_strbuf *out)
{
	add_escaped(out, s && *s ? s : "-");
	kmt_strbuf_addc(out, '\t');
}

void kmt_plan_raw(const struct kmt_plan *plan, struct kmt_strbuf *out)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		const char *path = step->command ? step->command : step->path;

		if (step->kind == KMT_STEP_SKIP)
			path = kmt_skip_name(step->skip);
		raw_cell(kmt_step_kind_name(step->kind), out);
		raw_cell(subject(step), out);
		raw_cell(path, out);
		raw_cell(step->params, out);
		raw_cell(kmt_why_name(step->why), out);
		raw_origins(step, out);
		kmt_strbuf_addc(out, '\n');
	}
}
