/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/skeleton.h>

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/name.h>
#include "skeleton_text_priv.h"

const char *const kmt_skeleton_parts[] = {"params", "export", "debugfs", NULL};

/* A module's name becomes part of C names, so that a digit cannot be its first letter. */
static int check_name(const char *name, struct kmt_err *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t n = strlen(name);

	if (!n || !isalpha((unsigned char)*name) || strspn(name, allowed) != n) {
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be a new module's name", name);
		kmt_err_hint(err, "it begins with a letter, and has letters, digits, '-' and '_' only");
		return -EINVAL;
	}
	if (n >= KMT_SKELETON_NAME_MAX)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"'%s' is too long for a module: %d characters at most", name,
			KMT_SKELETON_NAME_MAX - 1);
	return 0;
}

static char *upper(const char *symbol)
{
	char *s = kmt_strdup(symbol);

	for (char *p = s; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return s;
}

/* What stands for the names in the templates. */
struct names {
	const char *file;	/* @F: as the user wrote it */
	const char *symbol;	/* @S: as the kernel names it */
	const char *macro;	/* @M: in capitals */
	const char *author;	/* @A: who writes it, as part of a C string */
};

/* TEXT for between the quotes of a C string, in one line. */
static char *quoted(const char *text)
{
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;

	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			kmt_strbuf_addc(&out, '\\');
		kmt_strbuf_addc(&out, iscntrl((unsigned char)*text) ? ' ' : *text);
	}
	return kmt_strbuf_steal(&out);
}

static void add_piece(struct kmt_strbuf *out, const char *text, const struct names *names)
{
	for (const char *at = text; *at; at++) {
		if (*at != '@')
			kmt_strbuf_addc(out, *at);
		else if (*++at == 'F')
			kmt_strbuf_addstr(out, names->file);
		else if (*at == 'S')
			kmt_strbuf_addstr(out, names->symbol);
		else if (*at == 'M')
			kmt_strbuf_addstr(out, names->macro);
		else if (*at == 'A')
			kmt_strbuf_addstr(out, names->author);
		else
			kmt_strbuf_addc(out, *at);
	}
}

static void add_file(struct kmt_skeleton *out, const struct kmt_template *template, unsigned int parts,
	const struct names *names)
{
	struct kmt_skeleton_file *file = &out->files[out->n++];
	kmt_autostrbuf struct kmt_strbuf name = KMT_STRBUF_INIT;

	*file = (struct kmt_skeleton_file){0};
	add_piece(&name, template->name, names);
	file->name = kmt_strbuf_steal(&name);
	for (const struct kmt_piece *p = template->pieces; p->text; p++)
		if ((parts & p->with) == p->with && !(parts & p->without))
			add_piece(&file->text, p->text, names);
}

int kmt_skeleton_make(struct kmt_skeleton *out, const char *name, const char *author, unsigned int parts,
	struct kmt_err *err)
{
	char symbol[KMT_NAME_MAX];
	kmt_autofree char *macro = NULL, *by = NULL;
	int r = check_name(name, err);

	*out = (struct kmt_skeleton){0};
	if (r < 0)
		return r;
	kmt_name_normalize(name, symbol, sizeof(symbol));
	macro = upper(symbol);
	by = quoted(author);
	for (const struct kmt_template *t = kmt_templates; t->name; t++)
		if ((parts & t->with) == t->with)
			add_file(out, t, parts,
				&(struct names){
					.file = name, .symbol = symbol, .macro = macro, .author = by});
	return 0;
}

void kmt_skeleton_free(struct kmt_skeleton *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->files[i].name);
		kmt_strbuf_free(&s->files[i].text);
	}
	*s = (struct kmt_skeleton){0};
}
