/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses a module, for people and as JSON. */
#include <inttypes.h>
#include <json.h>

#include <kmt/out/json.h>
#include <kmt/out/users.h>

#include "change_priv.h"

static void put_user(const struct kmt_user *u)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_user_text(u, &text);
	fputs("  ", stderr);
	kmt_put_text(stderr, text.s);
	fputc('\n', stderr);
}

static void print_text(const struct kmt_procmod *mod, const struct kmt_users *users)
{
	const struct kmt_user *u;

	fprintf(stderr, "%s: %" PRId64 " reference%s\n", mod->name, users->refs,
		users->refs == 1 ? "" : "s");
	kmt_vec_foreach(u, &users->rows)
		put_user(u);
	if (users->unexplained)
		fprintf(stderr,
			"  %" PRId64 " of %" PRId64
			" could not be explained: something in the kernel, or a file that is open%s\n",
			users->unexplained, users->refs,
			users->hidden ? " in a process that only root may look at" : "");
}

static struct json_object *user_json(const struct kmt_user *u)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "kind", kmt_json_string(kmt_user_kind_name(u->kind)));
	json_object_object_add(o, "what", kmt_json_string(u->what));
	json_object_object_add(o, "detail", kmt_json_string(u->detail));
	json_object_object_add(o, "pid", u->pid ? kmt_json_u64(u->pid) : NULL);
	json_object_object_add(o, "counts", json_object_new_boolean(u->counts));
	return o;
}

static void print_json(const struct kmt_procmod *mod, const struct kmt_users *users)
{
	struct json_object *doc = kmt_json_document(), *rows = json_object_new_array();
	const struct kmt_user *u;

	kmt_vec_foreach(u, &users->rows)
		json_object_array_add(rows, user_json(u));
	json_object_object_add(doc, "module", kmt_json_string(mod->name));
	json_object_object_add(doc, "references", json_object_new_int64(users->refs));
	json_object_object_add(doc, "unexplained", json_object_new_int64(users->unexplained));
	json_object_object_add(doc, "users", rows);
	kmt_json_print(stdout, doc);
}

void kmt_change_tell_users(
	struct kmt_change *c, struct kmt_snapshot *snap, const struct kmt_procmod *mod)
{
	struct kmt_users users;

	kmt_users_find(snap, mod, &users);
	if (c->env->g.json)
		print_json(mod, &users);
	else
		print_text(mod, &users);
	kmt_users_free(&users);
}
