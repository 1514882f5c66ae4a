/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the parts of the module are in memory, and how large they are in its file. */
#include <kmt/tui/details.h>

#include <errno.h>
#include <string.h>

struct sect_row {
	const char *name;
	uint64_t address; /* 0: not known */
	const struct kmt_ko_section *section; /* NULL: the file has no such section */
};

static void get_name(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct sect_row *)row)->name;
}

static void get_address(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct sect_row *row = data;

	out->absent = !row->address;
	out->n = row->address;
}

static void get_size(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct sect_row *row = data;

	out->absent = !row->section;
	out->n = row->section ? row->section->size : 0;
}

static void get_kind(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_ko_section *s = ((const struct sect_row *)data)->section;

	if (!s)
		return;
	if (!s->alloc)
		out->s = "only in the file";
	else if (s->exec)
		out->s = s->write ? "writable code" : "code";
	else if (s->nobits)
		out->s = "zeroes";
	else
		out->s = s->write ? "data" : "constants";
	out->hue = s->alloc ? KMT_HUE_NONE : KMT_HUE_DIM;
}

static const struct kmt_column columns[] = {
	{"address", "ADDRESS", KMT_CELL_HEX, true, .help = "where it is in memory", .get = get_address},
	{"size", "SIZE", KMT_CELL_SIZE, true, .help = "in the file, or of the zeroes", .get = get_size},
	{"kind", "KIND", KMT_CELL_STRING, true, .help = "what it is for", .get = get_kind},
	{"section", "SECTION", KMT_CELL_STRING, true, .help = "its name", .get = get_name},
	{0},
};

struct sections {
	struct kmt_syssections memory;
	struct kmt_ko_sections file;
	KMT_VEC(struct sect_row) rows;
	struct kmt_arena arena;
	bool hidden; /* the kernel says 0 instead of an address */
};

static const struct kmt_ko_section *find(const struct kmt_ko_sections *file, const char *name)
{
	const struct kmt_ko_section *s;

	kmt_vec_foreach (s, &file->rows)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

static int compare_addresses(const void *a, const void *b)
{
	const struct sect_row *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

/* What is in memory, by address; if that is not known, what is in the file, in its order. */
static void join(struct sections *s, bool in_memory)
{
	s->hidden = in_memory && s->memory.rows.n;
	for (size_t i = 0; in_memory && i < s->memory.rows.n; i++) {
		const struct kmt_syssection *at = &s->memory.rows.v[i];

		if (!at->address)
			continue;
		s->hidden = false;
		kmt_vec_push(&s->rows,
			(struct sect_row){at->name, at->address, find(&s->file, at->name)});
	}
	if (s->rows.n) {
		qsort(s->rows.v, s->rows.n, sizeof(*s->rows.v), compare_addresses);
		return;
	}
	for (size_t i = 0; i < s->file.rows.n; i++)
		kmt_vec_push(&s->rows,
			(struct sect_row){s->file.rows.v[i].name, 0, &s->file.rows.v[i]});
}

static void add_note(const struct sections *s, int r, const struct kmt_details_entry *e,
	const struct kmt_list_row *row, struct kmt_doc *doc)
{
	enum kmt_role role = KMT_ROLE_WARN;
	const char *note;

	if (!row->loaded) {
		role = KMT_ROLE_DIM;
		note = "The module is not loaded: these are the sections of its file.";
	} else if (r == -EACCES) {
		note = "Section addresses require root; these are the sections of its file.";
	} else if (r) {
		note = "Section addresses are not available; these are the sections of its file.";
	} else if (s->hidden) {
		note = "The kernel hides addresses (kernel.kptr_restrict); these are the sections of its file.";
	} else if (e->facts.same == KMT_OTHER_FILE) {
		note = "Section addresses in memory. The module was loaded from a different file: sizes are unknown.";
	} else {
		role = KMT_ROLE_DIM;
		note = "Section addresses in memory.";
	}
	kmt_doc_wrap(doc, "", 0, role, note);
}

static void add_table(const struct sections *s, struct kmt_doc *doc)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	kmt_autofree const void **order = kmt_realloc_array(NULL, s->rows.n + 1, sizeof(*order));
	struct kmt_rows rows = {.columns = columns, .rows = order};

	for (; rows.n < s->rows.n; rows.n++)
		order[rows.n] = &s->rows.v[rows.n];
	kmt_select(columns, NULL, NULL, &sel, NULL);
	if (rows.n)
		kmt_doc_table(doc, &rows, &sel, NULL);
}

void kmt_tab_sect(struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row,
	struct kmt_doc *doc)
{
	bool has_file = e->facts.module.path && !e->err.kind && e->facts.same != KMT_OTHER_FILE;
	struct sections s = {0};
	int r;

	if (row->builtin) {
		kmt_doc_line(doc, NULL);
		kmt_doc_add(doc, KMT_ROLE_DIM, "The module is built in: its sections are those of the kernel.");
		return;
	}
	r = row->loaded ? kmt_sysmodule_sections(m->root, row->name, &s.arena, &s.memory) : -ENOENT;
	if (has_file)
		kmt_kofile_sections(e->facts.ko, &s.arena, &s.file);
	join(&s, !r);
	if (s.rows.n || !kmt_details_no_file(e, m, row, doc))
		add_note(&s, r, e, row, doc);
	add_table(&s, doc);
	kmt_vec_free(&s.rows);
	kmt_syssections_free(&s.memory);
	kmt_ko_sections_free(&s.file);
	kmt_arena_free(&s.arena);
}
