/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/words.h>

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <kmt/model/textsearch.h>
#include <kmt/tui/find.h>

#define PIECE_MS 20 /* what somebody who types does not feel */
#define SYMBOL "symbol:"

static struct kmt_words_entry *entry_of(struct kmt_words *w, const char *name)
{
	struct kmt_words_entry *e = kmt_map_get(&w->by_name, name);

	if (e)
		return e;
	e = kmt_alloc(sizeof(*e));
	kmt_vec_push(&w->entries, e);
	kmt_map_add(&w->by_name, kmt_arena_strdup(&w->arena, name), e);
	return e;
}

/* Who wrote it is of no use here. */
static void add(struct kmt_words *w, const char *name, enum kmt_field field, const char *value, size_t n)
{
	struct kmt_words_entry *e;

	if (field == KMT_FIELD_FIELDS || field == KMT_FIELD_AUTHOR)
		return;
	e = entry_of(w, name);
	for (size_t i = 0; i < n; i++)
		kmt_strbuf_addc(&e->exact, value[i] == '\n' ? ' ' : value[i]);
	kmt_strbuf_addc(&e->exact, '\n');
	kmt_strbuf_addc(&e->kinds, (char)field);
}

static void add_index(struct kmt_words *w, struct kmt_snapshot *snap, enum kmt_index_kind kind,
	enum kmt_field field)
{
	struct kmt_index_matches keys = {0};
	size_t skip = kind == KMT_INDEX_SYMBOLS ? strlen(SYMBOL) : 0;

	if (!kmt_modindex_keys(&snap->index, kind, &keys, NULL))
		for (size_t i = 0; i < keys.rows.n; i++) {
			const char *key = keys.rows.v[i].pattern;

			if (strlen(key) >= skip)
				add(w, keys.rows.v[i].module, field, key + skip, strlen(key + skip));
		}
	kmt_vec_free(&keys.rows);
}

static void add_builtins(struct kmt_words *w, struct kmt_snapshot *snap)
{
	struct kmt_builtin_fields fields = {0};
	const struct kmt_builtin_field *f;

	if (!kmt_modindex_builtin_fields(&snap->index, NULL, &fields, NULL))
		kmt_vec_foreach(f, &fields.rows)
			add(w, f->module, kmt_field_of_key(f->key, strlen(f->key)), f->value, strlen(f->value));
	kmt_vec_free(&fields.rows);
}

/* What the index has told, aliases, is left out. */
static void add_file(struct kmt_words *w, size_t i)
{
	const struct kmt_modinfo *info;
	const struct kmt_modinfo_field *f;

	if (kmt_meta_read(w->reader, i, &info, NULL) < 0)
		return;
	kmt_vec_foreach(f, &info->fields) {
		enum kmt_field field = kmt_field_of_key(f->key, f->key_len);

		if (field != KMT_FIELD_ALIAS)
			add(w, w->metas.files.v[i]->name, field, f->value, f->value_len);
	}
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void stop_reading(struct kmt_words *w)
{
	if (!w->reader)
		return;
	kmt_meta_reader_free(w->reader);
	kmt_metas_close(&w->metas);
	w->reader = NULL;
}

static void finish(struct kmt_words *w)
{
	stop_reading(w);
	for (size_t i = 0; i < w->entries.n; i++) {
		w->entries.v[i]->folded = kmt_strdup(kmt_strbuf_str(&w->entries.v[i]->exact));
		kmt_find_fold(w->entries.v[i]->folded);
	}
	w->done = true;
}

/* When the index was written last: depmod replaces it. */
static struct timespec time_of(const struct kmt_snapshot *snap)
{
	kmt_autofree char *path = kmt_asprintf("%s/modules.dep", snap->index.dir);
	struct stat st;

	return kmt_root_stat(snap->root, path, &st) ? (struct timespec){0} : st.st_mtim;
}

static void begin(struct kmt_words *w, struct kmt_snapshot *snap)
{
	struct kmt_diag diag = {0};

	w->dir = kmt_strdup(snap->index.dir);
	w->written = time_of(snap);
	add_index(w, snap, KMT_INDEX_ALIAS, KMT_FIELD_ALIAS);
	add_index(w, snap, KMT_INDEX_SYMBOLS, KMT_FIELD_SYMBOL);
	add_builtins(w, snap);
	if (!kmt_metas_open(&w->metas, snap->root, snap->version, &diag, NULL)) {
		w->reader = kmt_meta_reader_new(&w->metas);
		w->n = w->metas.files.n;
	}
	kmt_diag_clear(&diag);
}

bool kmt_words_step(struct kmt_words *w, struct kmt_snapshot *snap)
{
	int64_t end = now_ms() + PIECE_MS;

	if (w->done || !snap->has_tree)
		return false;
	if (!w->dir)
		begin(w, snap);
	while (w->next < w->n && now_ms() < end)
		add_file(w, w->next++);
	if (w->next >= w->n)
		finish(w);
	return true;
}

const struct kmt_words_entry *kmt_words_get(const struct kmt_words *w, const char *name)
{
	return w->done ? kmt_map_get(&w->by_name, name) : NULL;
}

void kmt_words_renew(struct kmt_words *w, const struct kmt_snapshot *snap)
{
	struct timespec now;

	if (!w->dir)
		return;
	now = snap->has_tree ? time_of(snap) : (struct timespec){0};
	/* One that is half read is of the old snapshot. */
	if (!w->done || !snap->has_tree || strcmp(w->dir, snap->index.dir) != 0 ||
		now.tv_sec != w->written.tv_sec || now.tv_nsec != w->written.tv_nsec)
		kmt_words_free(w);
}

void kmt_words_free(struct kmt_words *w)
{
	stop_reading(w);
	for (size_t i = 0; i < w->entries.n; i++) {
		kmt_strbuf_free(&w->entries.v[i]->exact);
		kmt_strbuf_free(&w->entries.v[i]->kinds);
		free(w->entries.v[i]->folded);
		free(w->entries.v[i]);
	}
	kmt_vec_free(&w->entries);
	kmt_map_free(&w->by_name);
	kmt_arena_free(&w->arena);
	free(w->dir);
	*w = (struct kmt_words){0};
}
