/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One module as a JSON object. The keys are a contract: kmtool-info(8) lists them. */
#include "info_priv.h"

#include <json.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/out/json.h>
#include <kmt/source/procmodules.h>
#include <kmt/source/taint.h>

static void add(struct json_object *o, const char *key, struct json_object *value)
{
	json_object_object_add(o, key, value);
}

static struct json_object *bytes(const char *s, size_t n)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_escape_utf8(&text, s, n);
	return json_object_new_string_len(kmt_strbuf_str(&text), (int)text.len);
}

/* Lower-case hex without separators. */
static struct json_object *hex(const unsigned char *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_strbuf_reserve(&text, 2 * n);
	for (size_t i = 0; i < n; i++) {
		kmt_strbuf_addc(&text, digits[p[i] >> 4]);
		kmt_strbuf_addc(&text, digits[p[i] & 15]);
	}
	return json_object_new_string_len(kmt_strbuf_str(&text), (int)text.len);
}

/* {"license":["GPL"],"alias":["a","b"]}: every key holds an array, because any may come again. */
static struct json_object *fields(const struct kmt_modinfo *m)
{
	struct json_object *o = json_object_new_object(), *values;
	const struct kmt_modinfo_field *field;

	kmt_vec_foreach (field, &m->fields) {
		kmt_autostrbuf struct kmt_strbuf key = KMT_STRBUF_INIT;

		if (kmt_modinfo_is(field, "parm") || kmt_modinfo_is(field, "parmtype"))
			continue;
		kmt_escape_utf8(&key, field->key, field->key_len);
		if (!json_object_object_get_ex(o, kmt_strbuf_str(&key), &values)) {
			values = json_object_new_array();
			add(o, kmt_strbuf_str(&key), values);
		}
		json_object_array_add(values, bytes(field->value, field->value_len));
	}
	return o;
}

static struct json_object *signature(const struct kmt_signature *sig)
{
	struct json_object *o = json_object_new_object();

	add(o, "id", kmt_json_string(sig->id));
	add(o, "signer", bytes(sig->signer, sig->signer_n));
	add(o, "key", hex(sig->key, sig->key_n));
	add(o, "hash", kmt_json_string(sig->hash));
	add(o, "algorithm", kmt_json_string(sig->algo));
	add(o, "signers", json_object_new_int64(sig->signers));
	add(o, "value", hex(sig->value, sig->value_n));
	return o;
}

/* Signed, but not so that it can be shown; NULL is only for what has no signature. */
static struct json_object *unreadable(const struct kmt_err *why)
{
	struct json_object *o = json_object_new_object();

	add(o, "error", kmt_json_string(why->msg));
	return o;
}

static struct json_object *same_file(enum kmt_same_file same)
{
	return same == KMT_SAME_UNKNOWN ? NULL
					     : json_object_new_boolean(same == KMT_SAME_FILE);
}

static struct json_object *taint_reasons(const char *letters)
{
	struct json_object *array = json_object_new_array();

	for (; *letters; letters++) {
		const struct kmt_taint *t = kmt_taint_find(*letters);
		struct json_object *o = t ? json_object_new_object() : NULL;

		if (!t)
			continue;
		add(o, "letter", json_object_new_string_len(&t->letter, 1));
		add(o, "meaning", kmt_json_string(t->meaning));
		json_object_array_add(array, o);
	}
	return array;
}

static struct json_object *drives(const struct kmt_users *users)
{
	struct json_object *array = json_object_new_array();
	const struct kmt_user *user;

	kmt_vec_foreach (user, &users->rows) {
		struct json_object *o = json_object_new_object();

		add(o, "kind", kmt_json_string(kmt_user_kind_name(user->kind)));
		add(o, "what", kmt_json_string(user->what));
		add(o, "detail", kmt_json_string(user->detail));
		json_object_array_add(array, o);
	}
	return array;
}

static struct json_object *copies(const struct kmt_modfacts *f)
{
	struct json_object *array = json_object_new_array();
	const struct kmt_modcopy *copy;

	kmt_vec_foreach (copy, &f->copies) {
		struct json_object *o = json_object_new_object();
		kmt_autofree char *file = kmt_root_outside(f->snap->root, copy->path);

		add(o, "filename", kmt_json_string(file));
		add(o, "chosen", json_object_new_boolean(copy->chosen));
		add(o, "loaded", same_file(copy->loaded));
		json_object_array_add(array, o);
	}
	return array;
}

static struct json_object *loaded(const struct kmt_modfacts *f)
{
	struct json_object *o = json_object_new_object();

	add(o, "state", kmt_json_string(kmt_state_word(f->loaded->state)));
	add(o, "refs", f->loaded->refs_unknown ? NULL : json_object_new_int64(f->loaded->refs));
	add(o, "holders", kmt_json_strings(&f->loaded->holders));
	add(o, "taint", *f->loaded->taint ? kmt_json_string(f->loaded->taint) : NULL);
	add(o, "same_file", same_file(f->same));
	add(o, "same_by", f->same == KMT_SAME_UNKNOWN ? NULL : kmt_json_string(f->same_by));
	return o;
}

static struct json_object *param(const struct kmt_param *p)
{
	struct json_object *o = json_object_new_object();
	char mode[8];

	add(o, "name", kmt_json_string(p->name));
	add(o, "type", kmt_json_string(p->type));
	add(o, "description", kmt_json_string(p->description));
	add(o, "default", kmt_json_string(p->default_value));
	add(o, "value", kmt_json_string(p->live ? p->live->value : NULL));
	snprintf(mode, sizeof(mode), "%04o", p->live ? (unsigned int)p->live->mode & 07777 : 0);
	add(o, "mode", p->live ? kmt_json_string(mode) : NULL);
	add(o, "configured", kmt_json_string(p->configured));
	add(o, "configured_by", kmt_json_origin(&p->origin));
	return o;
}

static struct json_object *params(const struct kmt_modfacts *f)
{
	struct json_object *array = json_object_new_array();
	const struct kmt_param *p;

	kmt_vec_foreach (p, &f->params)
		json_object_array_add(array, param(p));
	return array;
}

static struct json_object *config(const struct kmt_modfacts *f)
{
	struct json_object *array = json_object_new_array();
	const struct kmt_config_line *line;

	kmt_vec_foreach (line, &f->config) {
		struct json_object *o = kmt_json_origin(&line->origin);
		const struct kmt_setting *s = line->setting;

		add(o, "text", kmt_json_string(line->text));
		add(o, "effect", s ? kmt_json_string(kmt_setting_effect_name(s->effect)) : NULL);
		add(o, "by", s ? kmt_json_origin(&s->by) : NULL);
		add(o, "reason", s ? kmt_json_string(s->reason) : NULL);
		json_object_array_add(array, o);
	}
	return array;
}

struct json_object *kmt_info_json(const struct kmt_modfacts *f)
{
	struct json_object *o = json_object_new_object();
	kmt_autofree char *file =
		f->module.path ? kmt_root_outside(f->snap->root, f->module.path) : NULL;

	add(o, "name", kmt_json_string(f->module.name));
	add(o, "filename", kmt_json_string(file));
	add(o, "builtin", json_object_new_boolean(f->module.builtin));
	add(o, "compression", kmt_json_string(kmt_compression_name(f->compression)));
	add(o, "fields", fields(&f->fields));
	add(o, "build_id", f->build_id_n ? hex(f->build_id, f->build_id_n) : NULL);
	if (f->has_signature)
		add(o, "signature", signature(&f->signature));
	else
		add(o, "signature", f->signature_err.kind ? unreadable(&f->signature_err) : NULL);
	add(o, "loaded", f->loaded ? loaded(f) : NULL);
	add(o, "taint", taint_reasons(f->loaded ? f->loaded->taint : ""));
	add(o, "drives", drives(&f->drives));
	add(o, "copies", copies(f));
	add(o, "parameters", params(f));
	add(o, "config", config(f));
	return o;
}
