/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/modulesload.h>

#include <string.h>

#include <kmt/base/name.h>
#include <kmt/sys/paths.h>

/* What systemd takes off both ends of a line, and what ends one. */
#define BLANKS " \t"
#define ENDS "\n\r" /* and a NUL */

static void add_line(const char *s, size_t n, const struct kmt_origin *origin, struct kmt_modulesload *out)
{
	struct kmt_load_line row = {.origin = *origin};
	char name[KMT_ALIAS_MAX];

	while (n && strchr(BLANKS, *s)) {
		s++;
		n--;
	}
	while (n && strchr(BLANKS, s[n - 1]))
		n--;
	if (!n || *s == '#' || *s == ';')
		return;
	row.text = kmt_arena_strndup(&out->arena, s, n);
	if (!kmt_alias_normalize(row.text, name, sizeof(name)) && !strpbrk(name, BLANKS "\v\f"))
		row.name = kmt_arena_strdup(&out->arena, name);
	kmt_vec_push(&out->lines, row);
}

void kmt_modulesload_parse(const char *file, const char *text, size_t n, struct kmt_modulesload *out)
{
	struct kmt_origin origin = {.file = kmt_arena_strdup(&out->arena, file)};
	const char *end = text + n;

	/* Lines are counted as an editor does. */
	for (origin.line = 1; text < end; text++) {
		const char *start = text;

		while (text < end && *text && !strchr(ENDS, *text))
			text++;
		add_line(start, (size_t)(text - start), &origin, out);
		origin.line += text < end && *text == '\n';
	}
}

void kmt_modulesload_read(
	const struct kmt_root *root, struct kmt_modulesload *out, struct kmt_diag *diag)
{
	static const char *const dirs[] = KMT_MODULES_LOAD_D_DIRS;
	const struct kmt_conf_file *file;

	kmt_confdirs_list(root, dirs, KMT_ARRAY_SIZE(dirs), NULL, &out->arena, &out->files, diag);
	kmt_vec_foreach(file, &out->files.rows) {
		kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

		if (file->state == KMT_CONF_FILE_READ && 
			!kmt_confdirs_read(root, &out->files, file, &text, diag))
			kmt_modulesload_parse(file->path, kmt_strbuf_str(&text), text.len, out);
	}
}

void kmt_modulesload_free(struct kmt_modulesload *m)
{
	kmt_vec_free(&m->lines);
	kmt_vec_free(&m->files.rows);
	kmt_arena_free(&m->arena);
	*m = (struct kmt_modulesload){0};
}
