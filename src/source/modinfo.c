/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/modinfo.h>

#include <string.h>

bool kmt_modinfo_next(const char **p, const char *end, struct kmt_modinfo_field *out)
{
	const char *s = *p, *nul, *equals;

	while (s < end && !*s)
		s++;
	nul = s < end ? memchr(s, '\0', (size_t)(end - s)) : NULL;
	if (!nul)
		return false;
	*p = nul + 1;
	equals = memchr(s, '=', (size_t)(nul - s));
	out->key = s;
	out->key_len = (size_t)((equals ? equals : nul) - s);
	out->value = equals ? equals + 1 : nul;
	out->value_len = (size_t)(nul - out->value);
	return true;
}

void kmt_modinfo_parse(const char *data, size_t n, struct kmt_modinfo *out)
{
	const char *end = data + n;
	struct kmt_modinfo_field field;

	out->fields.n = 0;
	while (kmt_modinfo_next(&data, end, &field))
		kmt_vec_push(&out->fields, field);
}

void kmt_modinfo_free(struct kmt_modinfo *m)
{
	kmt_vec_free(&m->fields);
}

bool kmt_modinfo_is(const struct kmt_modinfo_field *field, const char *key)
{
	/* Most differ in the first byte: spare the call. */
	return *field->key == *key && !strncmp(field->key, key, field->key_len) && !key[field->key_len];
}

const char *kmt_modinfo_get(const struct kmt_modinfo *m, const char *key)
{
	const struct kmt_modinfo_field *field;

	kmt_vec_foreach (field, &m->fields)
		if (kmt_modinfo_is(field, key))
			return field->value;
	return NULL;
}

static struct kmt_modinfo_param *param_of(
	struct kmt_modinfo_params *out, const char *name, size_t len)
{
	struct kmt_modinfo_param *p;

	kmt_vec_foreach (p, &out->rows)
		if (p->name_len == len && !memcmp(p->name, name, len))
			return p;
	kmt_vec_push(&out->rows, (struct kmt_modinfo_param){.name = name, .name_len = len});
	return &out->rows.v[out->rows.n - 1];
}

void kmt_modinfo_params(const struct kmt_modinfo *m, struct kmt_modinfo_params *out)
{
	const struct kmt_modinfo_field *field;

	out->rows.n = 0;
	kmt_vec_foreach (field, &m->fields) {
		bool is_type = kmt_modinfo_is(field, "parmtype");
		struct kmt_modinfo_param *p;
		const char *colon;

		if (!is_type && !kmt_modinfo_is(field, "parm"))
			continue;
		colon = memchr(field->value, ':', field->value_len);
		if (!colon)
			continue;
		p = param_of(out, field->value, (size_t)(colon - field->value));
		if (is_type)
			p->type = colon + 1;
		else
			p->description = colon + 1;
	}
}

void kmt_modinfo_params_free(struct kmt_modinfo_params *p)
{
	kmt_vec_free(&p->rows);
}
