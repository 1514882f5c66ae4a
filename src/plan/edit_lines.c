/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Edits of what lines mean: options of a module, the one line that counts for a pattern. */
#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/params.h>
#include <kmt/plan/edit.h>
#include <kmt/source/conftext.h>

static void parse(const struct kmt_edit *e, struct kmt_conf *conf)
{
	struct kmt_conf_file *file = KMT_ARENA_NEW(&conf->arena, struct kmt_conf_file);

	file->path = e->path;
	kmt_modprobed_parse(file, kmt_strbuf_str(&e->text), e->text.len, conf, NULL);
}

struct option {
	const char *name;
	size_t name_len;
	const char *word; /* what it becomes; NULL: it goes */
	bool written;	  /* WORD is in a line already */
};

/* What becomes of the words of an options line. False if it stays as it is. */
static bool rewrite(const char *s, struct option *option, struct kmt_strbuf *out)
{
	kmt_autofree char *name = kmt_strndup(option->name, option->name_len);
	struct kmt_param_word word;
	size_t last = 0, n = 0, ours = 0;
	const char *p = s;
	bool changed = false;

	while (kmt_param_word_next(&p, &word)) {
		n++;
		if (kmt_param_word_is(&word, name))
			last = n;
	}
	for (n = 0, p = s; kmt_param_word_next(&p, &word);) {
		const char *start = word.name - (word.name > s && word.name[-1] == '"');
		bool is_last = ++n == last && option->word && !option->written;

		if (!kmt_param_word_is(&word, name)) {
			kmt_strbuf_addc(out, ' ');
			kmt_strbuf_add(out, start, (size_t)(p - start));
			continue;
		}
		ours++;
		if (is_last)
			kmt_strbuf_addf(out, " %s", option->word);
		changed |= !is_last || strlen(option->word) != (size_t)(p - start) ||
			   memcmp(option->word, start, (size_t)(p - start));
	}
	option->written |= ours && option->word;
	return changed;
}

static void set_options_line(struct kmt_edit *e, const struct kmt_conf_line *line, struct option *option)
{
	kmt_autostrbuf struct kmt_strbuf words = KMT_STRBUF_INIT, text = KMT_STRBUF_INIT;

	if (!rewrite(line->value, option, &words))
		return;
	kmt_strbuf_addf(&text, "options %s", line->pattern);
	kmt_conftext_escape(kmt_strbuf_str(&words), &text);
	kmt_edit_replace(e, line->origin.line, words.len ? text.s : NULL);
}

int kmt_edit_set_option(struct kmt_edit *e, const char *module, const char *name, size_t name_len,
	const char *value, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf word = KMT_STRBUF_INIT, line = KMT_STRBUF_INIT;
	struct option option = {.name = name, .name_len = name_len};
	struct kmt_conf conf = {0};

	if (value && kmt_param_word_write(name, name_len, value, &word) < 0)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"the value of %.*s cannot be written into a configuration file: it has a quote or a line break in it",
			(int)name_len, name);
	option.word = value ? kmt_strbuf_str(&word) : NULL;
	parse(e, &conf);
	/* From the end on, so that line numbers stay right. */
	for (size_t i = conf.lines.n; i-- > 0;)
		if (conf.lines.v[i].kind == KMT_CONF_OPTIONS && !strcmp(conf.lines.v[i].pattern, module))
			set_options_line(e, &conf.lines.v[i], &option);
	kmt_conf_free(&conf);
	if (!value || option.written)
		return 0;
	kmt_strbuf_addf(&line, "options %s ", module);
	kmt_conftext_escape(option.word, &line);
	kmt_edit_append(e, line.s);
	return 0;
}

void kmt_edit_set_line(
	struct kmt_edit *e, enum kmt_conf_kind kind, const char *pattern, const char *text)
{
	kmt_autostrbuf struct kmt_strbuf line = KMT_STRBUF_INIT;
	const struct kmt_conf_line *old = NULL, *l;
	struct kmt_conf conf = {0};

	kmt_strbuf_addf(&line, "%s %s", kmt_conf_kind_name(kind), pattern);
	if (*text) {
		kmt_strbuf_addc(&line, ' ');
		kmt_conftext_escape(text, &line);
	}
	parse(e, &conf);
	kmt_vec_foreach(l, &conf.lines) {
		if (!old && l->kind == kind && !strcmp(l->pattern, pattern))
			old = l;
	}
	if (!old)
		kmt_edit_append(e, line.s);
	else if (strcmp(old->value, text) != 0)
		kmt_edit_replace(e, old->origin.line, line.s);
	kmt_conf_free(&conf);
}

void kmt_edit_preview(struct kmt_plan *plan, const struct kmt_root *root, struct kmt_root *out)
{
	struct kmt_root_overlay *files =
		kmt_arena_alloc(&plan->arena, (plan->steps.n + 1) * sizeof(*files));
	const struct kmt_step *step;
	size_t n = 0;

	kmt_vec_foreach(step, &plan->steps) {
		if (step->kind == KMT_STEP_WRITE)
			files[n++] = (struct kmt_root_overlay){step->path, step->write->data,
				step->write->data ? step->write->n : 0};
	}
	*out = *root;
	out->overlay = files;
	out->n_overlay = n;
}
