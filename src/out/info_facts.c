/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what is known of one module: its file, and what the running kernel says of it. */
#include <kmt/out/info.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>

static const struct {
	const char *name;
	unsigned int parts;
} own_fields[] = {
	{"filename", 0},
	{"build-id", KMT_INFO_BUILD_ID},
	{"sig_id", KMT_INFO_SIGNATURE},
	{"signer", KMT_INFO_SIGNATURE},
	{"sig_key", KMT_INFO_SIGNATURE},
	{"sig_hashalgo", KMT_INFO_SIGNATURE},
	{"signature", KMT_INFO_SIGNATURE},
	{"parm", KMT_INFO_PARAMS},
	{"loaded-state", KMT_INFO_LOADED},
	{"loaded-refs", KMT_INFO_LOADED},
	{"loaded-holders", KMT_INFO_LOADED},
	{"loaded-taint", KMT_INFO_LOADED},
	{"loaded-copy", KMT_INFO_LOADED | KMT_INFO_BUILD_ID},
	{"config", KMT_INFO_CONFIG},
};

unsigned int kmt_info_parts_of_field(const char *field)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(own_fields); i++)
		if (!strcmp(own_fields[i].name, field))
			return own_fields[i].parts;
	return 0;
}

const char *kmt_info_state_word(enum kmt_state state)
{
	static const char *const words[] = {
		[KMT_STATE_LIVE] = "live",
		[KMT_STATE_LOADING] = "loading",
		[KMT_STATE_UNLOADING] = "unloading",
	};

	return words[state];
}

static void reset(struct kmt_info_facts *f)
{
	kmt_sysmodule_free(&f->sys);
	f->params.rows.n = 0;
	f->live.rows.n = 0;
	f->config.n = 0;
	f->compression = KMT_COMP_NONE;
	f->build_id_n = 0;
	f->has_signature = false;
	f->loaded = NULL;
	f->same = KMT_INFO_SAME_UNKNOWN;
}

/* A signature that cannot be read is no failure: the rest is shown, and worker->sig_err says why.
 */
static int read_signature(struct kmt_info_worker *w, struct kmt_err *err)
{
	struct kmt_ko_sigblob blob;
	int r = kmt_kofile_sigblob(w->ko, &blob, err);

	kmt_err_clear(&w->sig_err);
	if (r < 0 || !blob.present)
		return r;
	if (blob.damaged) {
		kmt_err_set(&w->sig_err, KMT_ERR_FAILED, EBADMSG, "%s%s: the signature is damaged",
			w->request->root->path, w->facts.item->path);
		return 0;
	}
	w->facts.has_signature =
		!kmt_signature_read(&w->sigreader, &blob, &w->facts.signature, &w->sig_err);
	if (!w->facts.has_signature)
		kmt_err_wrap(&w->sig_err, "%s%s", w->request->root->path, w->facts.item->path);
	return 0;
}

static int read_file(struct kmt_info_worker *w, struct kmt_err *err)
{
	const struct kmt_info_request *q = w->request;
	struct kmt_info_facts *f = &w->facts;
	int r;

	if (!w->ko)
		w->ko = kmt_kofile_new();
	r = kmt_kofile_open(w->ko, q->root, f->item->path, err);
	if (r == 0)
		r = kmt_kofile_modinfo(w->ko, &f->fields, err);
	if (r == 0 && (q->parts & KMT_INFO_BUILD_ID))
		r = kmt_kofile_build_id(w->ko, &f->build_id, &f->build_id_n, err);
	if (r == 0 && (q->parts & KMT_INFO_SIGNATURE))
		r = read_signature(w, err);
	f->compression = kmt_kofile_compression(w->ko);
	return r;
}

static bool build_id_is(const struct kmt_info_facts *f, const char *hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < f->build_id_n; i++, hex += 2)
		if (hex[0] != digits[f->build_id[i] >> 4] || hex[1] != digits[f->build_id[i] & 15])
			return false;
	return !*hex;
}

/* Both are shown by the kernel for loaded modules only if it was configured so. */
static void compare_with_loaded(struct kmt_info_facts *f)
{
	const char *srcversion = kmt_modinfo_get(&f->fields, "srcversion");

	if (f->sys.build_id && f->build_id_n) {
		f->same_by = "build-id";
		f->same =
			build_id_is(f, f->sys.build_id) ? KMT_INFO_SAME_FILE : KMT_INFO_OTHER_FILE;
	} else if (f->sys.srcversion && srcversion) {
		f->same_by = "srcversion";
		f->same = strcmp(f->sys.srcversion, srcversion) ? KMT_INFO_OTHER_FILE
								: KMT_INFO_SAME_FILE;
	}
}

/* What the running kernel says of it. Gone in the meantime is the same as not loaded. */
static void read_kernel(struct kmt_info_worker *w)
{
	const struct kmt_info_request *q = w->request;
	struct kmt_info_facts *f = &w->facts;

	if (!q->snap->running || !(q->parts & (KMT_INFO_LOADED | KMT_INFO_LIVE)))
		return;
	if (f->item->path)
		f->loaded = kmt_snapshot_loaded(q->snap, f->item->name);
	if (f->loaded && !kmt_sysmodule_read(q->root, f->item->name, &w->arena, &f->sys))
		compare_with_loaded(f);
	/* Built-in modules are not loaded, but their parameters are there. */
	if ((q->parts & KMT_INFO_LIVE) && (f->loaded || !f->item->path))
		kmt_sysmodule_params(q->root, f->item->name, &w->arena, &f->live);
}

int kmt_info_read(struct kmt_info_worker *w, const struct kmt_info_item *item, struct kmt_err *err)
{
	struct kmt_info_facts *f = &w->facts;
	int r;

	reset(f);
	kmt_arena_free(&w->arena);
	f->item = item;
	r = item->path ? read_file(w, err)
		       : kmt_modindex_builtin_info(
				 &w->request->snap->index, item->name, &f->fields, err);
	if (r < 0)
		return r;
	if (w->request->parts & KMT_INFO_PARAMS)
		kmt_modinfo_params(&f->fields, &f->params);
	read_kernel(w);
	if (w->request->parts & KMT_INFO_CONFIG)
		kmt_info_read_config(w->request->snap, f, &w->arena);
	return 0;
}

void kmt_info_worker_free(struct kmt_info_worker *w)
{
	reset(&w->facts);
	kmt_modinfo_free(&w->facts.fields);
	kmt_modinfo_params_free(&w->facts.params);
	kmt_sysparams_free(&w->facts.live);
	kmt_vec_free(&w->facts.config);
	kmt_kofile_free(w->ko);
	kmt_sigreader_free(&w->sigreader);
	kmt_err_clear(&w->sig_err);
	kmt_arena_free(&w->arena);
	kmt_strbuf_free(&w->out);
}
