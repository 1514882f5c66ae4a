/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Needs as a JSON document. The keys are a contract: kmtool-json(5) lists them. */
#include <kmt/out/needs.h>

#include <json.h>

#include <kmt/out/json.h>

static void add(struct json_object *o, const char *key, struct json_object *value)
{
	json_object_object_add(o, key, value);
}

static const char *outcome_name(enum kmt_needs_outcome outcome)
{
	static const char *const names[] = {
		[KMT_NEEDS_FOUND] = "found",
		[KMT_NEEDS_UNRECOGNISED] = "unrecognised",
		[KMT_NEEDS_UNCLEAR] = "unclear",
		[KMT_NEEDS_DENIED] = "denied",
	};

	return names[outcome];
}

static struct json_object *need_json(const struct kmt_needs *needs, const struct kmt_need *need)
{
	struct json_object *o = json_object_new_object();

	add(o, "kind", kmt_json_string(kmt_need_kind_name(need->kind)));
	add(o, "request", kmt_json_string(need->request));
	add(o, "module", kmt_json_string(need->module));
	add(o, "state", kmt_json_string(kmt_need_state(needs, need)));
	add(o, "path", kmt_json_string(need->found && !need->builtin ? need->found->path : NULL));
	add(o, "reason", kmt_json_string(need->why));
	add(o, "via", kmt_json_string(need->via ? need->via->module : NULL));
	add(o, "edge", kmt_json_string(need->via ? kmt_edge_kind_name(need->edge) : NULL));
	add(o, "optional", json_object_new_boolean(need->optional));
	return o;
}

static void add_content(struct json_object *o, const struct kmt_needs_place *place)
{
	const struct kmt_disk_content *c = place->content;

	add(o, "size", c ? kmt_json_u64(c->size) : NULL);
	add(o, "type", kmt_json_string(place->fstype));
	add(o, "usage", kmt_json_string(c ? c->usage : NULL));
	add(o, "version", kmt_json_string(c ? c->version : NULL));
	add(o, "uuid", kmt_json_string(c ? c->uuid : NULL));
	add(o, "label", kmt_json_string(c ? c->label : NULL));
}

static void add_part(struct json_object *o, const struct kmt_needs_place *place)
{
	add(o, "no", kmt_json_u64(place->part->number));
	add(o, "start", kmt_json_u64(place->part->content.at));
	add(o, "parttype", kmt_json_string(place->part->type));
}

static struct json_object *place_json(
	const struct kmt_needs *needs, const struct kmt_needs_place *place, bool no_builtin)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	struct json_object *parts = json_object_new_array(), *devices = json_object_new_array();

	if (place->part)
		add_part(o, place);
	else
		add(o, place->above ? "name" : "path", kmt_json_string(place->name));
	add(o, "pttype", kmt_json_string(place->pttype));
	add_content(o, place);
	add(o, "outcome", kmt_json_string(outcome_name(place->outcome)));
	add(o, "problem", kmt_json_string(place->problem));
	for (size_t i = 0; i < place->needs.n; i++)
		if (!no_builtin || !place->needs.v[i]->builtin)
			json_object_array_add(list, need_json(needs, place->needs.v[i]));
	add(o, "needs", list);
	for (size_t i = place->index + 1; i < needs->places.n; i++) {
		const struct kmt_needs_place *below = needs->places.v[i];

		if (below->above == place)
			json_object_array_add(below->part ? parts : devices, place_json(needs, below, no_builtin));
	}
	add(o, "parts", parts);
	add(o, "devices", devices);
	return o;
}

struct json_object *kmt_needs_json(const struct kmt_needs *needs, bool no_builtin)
{
	struct json_object *doc = kmt_json_document(), *targets = json_object_new_array();
	struct json_object *modules = json_object_new_array(), *missing = json_object_new_array();
	struct json_object *firmware = json_object_new_array();
	const struct kmt_needs_firmware *f;

	for (size_t i = 0; i < needs->places.n; i++)
		if (!needs->places.v[i]->above)
			json_object_array_add(targets, place_json(needs, needs->places.v[i], no_builtin));
	for (size_t i = 0; i < needs->modules.n; i++)
		if (!no_builtin || !needs->modules.v[i]->builtin)
			json_object_array_add(modules, kmt_json_string(needs->modules.v[i]->module));
	for (size_t i = 0; i < needs->missing.n; i++)
		json_object_array_add(missing, kmt_json_string(needs->missing.v[i]->request));
	kmt_vec_foreach (f, &needs->firmware) {
		struct json_object *o = json_object_new_object();

		add(o, "module", kmt_json_string(f->module));
		add(o, "file", kmt_json_string(f->file));
		add(o, "missing", json_object_new_boolean(f->missing));
		json_object_array_add(firmware, o);
	}
	add(doc, "kernel", kmt_json_string(needs->snap->version));
	add(doc, "targets", targets);
	add(doc, "modules", modules);
	add(doc, "missing", missing);
	add(doc, "firmware", firmware);
	add(doc, "notes", kmt_json_strings(&needs->notes));
	return doc;
}
