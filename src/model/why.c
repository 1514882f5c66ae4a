/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "why_priv.h"

#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/model/user_text.h>
#include <kmt/source/initramfs.h>
#include <kmt/source/mentions.h>
#include <kmt/sys/paths.h>

/* Of one kind and confidence; the rest is a number. */
#define ROWS_SHOWN 8

const char *kmt_evidence_kind_name(enum kmt_evidence_kind kind)
{
	static const char *const names[KMT_EVIDENCE_COUNT] = {
		[KMT_EVIDENCE_BLOCKED] = "blocked",
		[KMT_EVIDENCE_MOUNT] = "mount",
		[KMT_EVIDENCE_SWAP] = "swap",
		[KMT_EVIDENCE_STACKED] = "stacked",
		[KMT_EVIDENCE_PROCESS] = "process",
		[KMT_EVIDENCE_DEVICE] = "device",
		[KMT_EVIDENCE_INTERFACE] = "interface",
		[KMT_EVIDENCE_HOLDER] = "holder",
		[KMT_EVIDENCE_BOOT] = "boot",
		[KMT_EVIDENCE_SOFTDEP] = "softdep",
		[KMT_EVIDENCE_WEAKDEP] = "weakdep",
		[KMT_EVIDENCE_REQUEST] = "request",
		[KMT_EVIDENCE_UDEV] = "udev",
		[KMT_EVIDENCE_UNIT] = "unit",
		[KMT_EVIDENCE_INITRAMFS] = "initramfs",
	};

	return names[kind];
}

const char *kmt_confidence_name(enum kmt_confidence confidence)
{
	static const char *const names[KMT_CONFIDENCE_COUNT] = {
		[KMT_CONFIDENCE_HIGH] = "high",
		[KMT_CONFIDENCE_MEDIUM] = "medium",
		[KMT_CONFIDENCE_LOW] = "low",
	};

	return names[confidence];
}

const char *kmt_why_verdict_name(enum kmt_why_verdict verdict)
{
	static const char *const names[KMT_WHY_VERDICTS] = {
		[KMT_WHY_EXPLAINED] = "explained",
		[KMT_WHY_LIKELY] = "likely",
		[KMT_WHY_UNEXPLAINED] = "unexplained",
		[KMT_WHY_BLOCKED] = "blocked",
		[KMT_WHY_UNASKED] = "not-requested",
		[KMT_WHY_PENDING] = "requested",
		[KMT_WHY_BUILTIN] = "built-in",
	};

	return names[verdict];
}

static struct kmt_origin own_origin(struct kmt_why_sources *s, const struct kmt_origin *origin)
{
	return (struct kmt_origin){kmt_arena_strdup(&s->out->arena, origin->file), origin->line};
}

/* The strongest first; of one strength in the order of the kinds. */
static int compare(const void *a, const void *b)
{
	const struct kmt_evidence *x = a, *y = b;

	if (x->confidence != y->confidence)
		return x->confidence < y->confidence ? -1 : 1;
	return x->kind < y->kind ? -1 : x->kind > y->kind;
}

static void sort(struct kmt_evidences *rows)
{
	/* glibc's and musl's qsort() may not be stable: kinds are few, and an insertion keeps the order. */
	for (size_t i = 1; i < rows->rows.n; i++) {
		struct kmt_evidence row = rows->rows.v[i];
		size_t j = i;

		for (; j && compare(&rows->rows.v[j - 1], &row) > 0; j--)
			rows->rows.v[j] = rows->rows.v[j - 1];
		rows->rows.v[j] = row;
	}
}

static bool has_confidence(const struct kmt_evidences *rows, enum kmt_confidence confidence)
{
	const struct kmt_evidence *row;

	kmt_vec_foreach(row, &rows->rows)
		if (row->confidence == confidence && row->kind != KMT_EVIDENCE_BLOCKED)
			return true;
	return false;
}

/* Collecting. */

static void collect(
	struct kmt_why_sources *s, const struct kmt_modref *ref, bool all, struct kmt_evidences *rows);

/* Why the module that holds another one is loaded, in a sentence; NULL while that is being found out. */
static const char *cause_of(struct kmt_why_sources *s, const char *name)
{
	struct kmt_evidences rows = {0};
	struct kmt_modref ref;
	char *known = kmt_map_get(&s->causes, name);

	if (known)
		return *known ? known : NULL;
	name = kmt_arena_strdup(&s->out->arena, name);
	kmt_map_set(&s->causes, name, kmt_arena_strdup(&s->out->arena, ""));
	if (kmt_modref_find(s->snap, name, &ref, NULL))
		ref = (struct kmt_modref){.name = name};
	collect(s, &ref, false, &rows);
	sort(&rows);
	known = rows.rows.n ? kmt_arena_strdup(&s->out->arena, rows.rows.v[0].text)
			    : kmt_arena_strdup(&s->out->arena, "nothing explains it");
	kmt_map_set(&s->causes, name, known);
	kmt_vec_free(&rows.rows);
	return known;
}

static void add_holder(struct kmt_why_sources *s, const char *holder, struct kmt_evidences *rows)
{
	const char *cause = cause_of(s, holder);

	kmt_why_add(rows, KMT_EVIDENCE_HOLDER, KMT_CONFIDENCE_HIGH, NULL,
		kmt_arena_printf(&s->out->arena, "%s depends on it%s%s%s%s", holder, cause ? "; " : "",
			cause ? holder : "", cause ? ": " : "", cause ? cause : ""));
}

static bool is_candidate(const struct kmt_device *device, const char *name)
{
	const struct kmt_device_candidate *c;

	kmt_vec_foreach(c, &device->candidates)
		if (!strcmp(c->name, name))
			return true;
	return false;
}

/* What else is known of a device that one of the module's drivers, "BUS:DRIVER", has. */
static void add_device_words(struct kmt_why_sources *s, const struct kmt_user *user, const char *name,
	struct kmt_strbuf *text)
{
	size_t bus = strcspn(user->detail, ":");

	for (size_t i = 0; i < s->devices.rows.n; i++) {
		const struct kmt_device *d = s->devices.rows.v[i];

		if (strcmp(d->name, user->what) != 0 || strlen(d->bus) != bus || strncmp(d->bus, user->detail, bus) != 0)
			continue;
		if (d->what)
			kmt_strbuf_addf(text, ": %s", d->what);
		if (is_candidate(d, name))
			kmt_strbuf_addstr(text, ", requested by its modalias");
	}
}

static void add_user(struct kmt_why_sources *s, const struct kmt_user *user, const char *name,
	struct kmt_evidences *rows)
{
	static const enum kmt_evidence_kind kinds[KMT_USER_COUNT] = {
		[KMT_USER_MODULE] = KMT_EVIDENCE_HOLDER,
		[KMT_USER_MOUNT] = KMT_EVIDENCE_MOUNT,
		[KMT_USER_SWAP] = KMT_EVIDENCE_SWAP,
		[KMT_USER_STACKED] = KMT_EVIDENCE_STACKED,
		[KMT_USER_PROCESS] = KMT_EVIDENCE_PROCESS,
		[KMT_USER_DEVICE] = KMT_EVIDENCE_DEVICE,
		[KMT_USER_INTERFACE] = KMT_EVIDENCE_INTERFACE,
	};
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (user->kind == KMT_USER_MODULE) {
		add_holder(s, user->what, rows);
		return;
	}
	kmt_user_text(user, &text);
	if (user->kind == KMT_USER_DEVICE)
		add_device_words(s, user, name, &text);
	kmt_why_add(rows, kinds[user->kind],
		user->kind == KMT_USER_PROCESS ? KMT_CONFIDENCE_MEDIUM : KMT_CONFIDENCE_HIGH, NULL,
		kmt_arena_strdup(&s->out->arena, kmt_strbuf_str(&text)));
}

static void add_users(struct kmt_why_sources *s, const struct kmt_procmod *mod, struct kmt_evidences *rows)
{
	const struct kmt_user *user;
	struct kmt_users users;

	kmt_users_find(s->snap, mod, &users);
	kmt_vec_foreach(user, &users.rows)
		add_user(s, user, mod->name, rows);
	if (users.unexplained && users.hidden > s->out->hidden)
		s->out->hidden = users.hidden;
	kmt_users_free(&users);
}

/* Devices that ask for the module, and that no driver of it has. */
static void add_devices(struct kmt_why_sources *s, const char *name, bool loaded, struct kmt_evidences *rows)
{
	for (size_t i = 0; i < s->devices.rows.n; i++) {
		const struct kmt_device *d = s->devices.rows.v[i];

		if (!is_candidate(d, name) || (d->module && !strcmp(d->module, name)))
			continue;
		kmt_why_add(rows, KMT_EVIDENCE_DEVICE,
			loaded || d->driver ? KMT_CONFIDENCE_MEDIUM : KMT_CONFIDENCE_HIGH, NULL,
			kmt_arena_printf(&s->out->arena, "%s %s%s%s%s requests it by its modalias; %s%s", d->bus, d->name,
				d->what ? " (" : "", d->what ? d->what : "", d->what ? ")" : "",
				d->driver ? "its driver is " : "it has no driver", d->driver ? d->driver : ""));
	}
}

static bool stands_for(struct kmt_why_sources *s, const char *query, const char *name)
{
	struct kmt_lookup found = {0};
	bool is = !strcmp(query, name);

	if (!is && !kmt_lookup_find(s->snap, query, &found, NULL))
		for (size_t i = 0; i < found.rows.n; i++)
			is |= !strcmp(found.rows.v[i].name, name);
	kmt_lookup_free(&found);
	return is;
}

static void add_boot(struct kmt_why_sources *s, const char *name, struct kmt_evidences *rows)
{
	const struct kmt_setting *row;

	kmt_vec_foreach(row, &s->settings.rows) {
		bool ignored = row->effect == KMT_SETTING_IGNORED;
		struct kmt_origin origin;

		if (!kmt_setting_is_boot(row) || !row->name || !stands_for(s, row->name, name))
			continue;
		origin = own_origin(s, &row->origin);
		kmt_why_add(rows, KMT_EVIDENCE_BOOT, ignored ? KMT_CONFIDENCE_LOW : KMT_CONFIDENCE_HIGH, &origin,
			ignored ? kmt_arena_printf(&s->out->arena, "a boot list has it, without effect: %s", row->reason)
				: "systemd loads it at boot");
	}
}

static void add_edges(struct kmt_why_sources *s, const char *name, struct kmt_evidences *rows)
{
	const struct kmt_config_edge *e;

	kmt_vec_foreach(e, &s->edges.rows) {
		bool weak = e->to.kind == KMT_EDGE_WEAK;
		bool there = s->snap->running && kmt_snapshot_loaded(s->snap, e->from);

		if (strcmp(e->to.name, name) != 0 || !strcmp(e->from, name))
			continue;
		kmt_why_add(rows, weak ? KMT_EVIDENCE_WEAKDEP : KMT_EVIDENCE_SOFTDEP,
			!there	 ? KMT_CONFIDENCE_LOW
			: weak	 ? KMT_CONFIDENCE_MEDIUM
				 : KMT_CONFIDENCE_HIGH,
			&e->to.origin,
			kmt_arena_printf(&s->out->arena, "%s, which is %sloaded, has it as a %s", e->from,
				there ? "" : "not ", weak ? "weak dependency" : "soft dependency"));
	}
}

static void add_mentions(struct kmt_why_sources *s, enum kmt_mentions_kind where, enum kmt_evidence_kind kind,
	const char *name, bool loaded, struct kmt_evidences *rows)
{
	struct kmt_mentions found = {0};
	const struct kmt_mention *m;

	kmt_mentions_read(s->snap->root, where, name, &s->out->arena, &found);
	kmt_vec_foreach(m, &found.rows)
		kmt_why_add(rows, kind, loaded && m->loads ? KMT_CONFIDENCE_MEDIUM : KMT_CONFIDENCE_LOW, &m->origin,
			m->text);
	kmt_vec_free(&found.rows);
}

static void add_texts(struct kmt_why_sources *s, const char *name, bool loaded, struct kmt_evidences *rows)
{
	add_mentions(s, KMT_MENTIONS_UDEV, KMT_EVIDENCE_UDEV, name, loaded, rows);
	add_mentions(s, KMT_MENTIONS_UNITS, KMT_EVIDENCE_UNIT, name, loaded, rows);
}

/* Rules and units are many files, and prove nothing: without ALL they are read only if nothing else does. */
static void collect(
	struct kmt_why_sources *s, const struct kmt_modref *ref, bool all, struct kmt_evidences *rows)
{
	const struct kmt_procmod *mod = s->snap->running ? kmt_snapshot_loaded(s->snap, ref->name) : NULL;

	if (mod)
		add_users(s, mod, rows);
	add_devices(s, ref->name, mod != NULL, rows);
	add_boot(s, ref->name, rows);
	add_edges(s, ref->name, rows);
	kmt_why_requests(s, ref, rows);
	if (all || !has_confidence(rows, KMT_CONFIDENCE_HIGH))
		add_texts(s, ref->name, mod != NULL, rows);
}

static void add_initramfs(struct kmt_why_sources *s, const char *name, struct kmt_evidences *rows)
{
	struct kmt_arena *arena = &s->out->arena;
	enum kmt_initramfs_tool tool;
	const char *image;
	int r = kmt_initramfs_module(s->snap->root, s->snap->version, name, arena, &image, &tool);
	const struct kmt_origin origin = {.file = image};

	if (!image)
		kmt_vec_push(&s->out->missing, "no initramfs image was found");
	else if (r < 0)
		kmt_vec_push(&s->out->missing, kmt_arena_printf(arena, "%s cannot be read", image));
	else if (r)
		kmt_why_add(rows, KMT_EVIDENCE_INITRAMFS, KMT_CONFIDENCE_LOW, &origin,
			"the initramfs has it: it may be loaded before the root file system is mounted");
}

static void add_blocked(
	struct kmt_evidences *rows, const struct kmt_origin *origin, const char *text)
{
	kmt_why_add(rows, KMT_EVIDENCE_BLOCKED, KMT_CONFIDENCE_HIGH, origin, text);
}

/* What keeps a module that is not loaded from being loaded. */
static void add_blocks(struct kmt_why_sources *s, const struct kmt_modref *ref, struct kmt_evidences *rows)
{
	struct kmt_arena *arena = &s->out->arena;
	const struct kmt_lookup_match match = {.name = ref->name,
		.module = s->snap->has_tree ? kmt_modindex_find(&s->snap->index, ref->name) : NULL,
		.stage = KMT_LOOKUP_NAME};
	const struct kmt_origin disabled = {.file = KMT_PATH_PROC_MODULES_DISABLED};
	kmt_autostrbuf struct kmt_strbuf value = KMT_STRBUF_INIT;
	struct kmt_obstacle obstacle;
	struct kmt_origin origin;

	kmt_obstacle_find(s->snap, &match, &obstacle);
	if (obstacle.blocks && obstacle.kind != KMT_OBSTACLE_MISSING)
		add_blocked(rows, &obstacle.origin, obstacle.kind == KMT_OBSTACLE_KERNEL
			? "module_blacklist= on the kernel command line: the kernel refuses it"
			: "an install line runs a command instead of loading it");
	if (kmt_config_blacklisted(s->snap, ref->name, &origin))
		add_blocked(rows, &origin, "blacklisted: only loading it by name works");
	if (ref->path && !kmt_root_exists(s->snap->root, ref->path))
		add_blocked(rows, NULL, kmt_arena_printf(arena, "its file is missing: %s", ref->path));
	if (s->snap->running && !kmt_root_read_line(s->snap->root, KMT_PATH_PROC_MODULES_DISABLED, &value) &&
		!strcmp(kmt_strbuf_str(&value), "1"))
		add_blocked(rows, &disabled,
			"module loading is disabled (kernel.modules_disabled=1) until the next reboot");
}

/* From the rows to the answer. */

static enum kmt_why_verdict judge(const struct kmt_whys *w, const struct kmt_evidences *rows)
{
	bool high = has_confidence(rows, KMT_CONFIDENCE_HIGH);

	if (w->module.builtin)
		return KMT_WHY_BUILTIN;
	if (w->loaded)
		return high					       ? KMT_WHY_EXPLAINED
		       : has_confidence(rows, KMT_CONFIDENCE_MEDIUM) ? KMT_WHY_LIKELY
									      : KMT_WHY_UNEXPLAINED;
	if (rows->rows.n && rows->rows.v[0].kind == KMT_EVIDENCE_BLOCKED)
		return KMT_WHY_BLOCKED;
	return high ? KMT_WHY_PENDING : KMT_WHY_UNASKED;
}

/* Moves the rows to the answer; of many of one kind only the first. */
static void take_rows(struct kmt_whys *w, const struct kmt_evidences *rows)
{
	for (size_t i = 0, end; i < rows->rows.n; i = end) {
		const struct kmt_evidence *first = &rows->rows.v[i];

		for (end = i; end < rows->rows.n && !compare(first, &rows->rows.v[end]); end++)
			if (end - i < ROWS_SHOWN)
				kmt_vec_push(&w->rows, rows->rows.v[end]);
		if (end - i > ROWS_SHOWN)
			kmt_vec_push(&w->rows, (struct kmt_evidence){.kind = first->kind,
						       .confidence = first->confidence,
						       .text = kmt_arena_printf(&w->arena, "and %zu more",
							       end - i - ROWS_SHOWN)});
	}
}

static const char *answer(struct kmt_whys *w)
{
	const char *name = w->module.name, *first = w->rows.n ? w->rows.v[0].text : "",
		   *state = w->running ? "is not loaded" : "would not be loaded";

	switch (w->verdict) {
	case KMT_WHY_EXPLAINED:
		return kmt_arena_printf(&w->arena, "%s is loaded: %s", name, first);
	case KMT_WHY_LIKELY:
		return kmt_arena_printf(
			&w->arena, "%s is loaded; nothing proves the reason, the best guess is: %s", name, first);
	case KMT_WHY_UNEXPLAINED:
		return kmt_arena_printf(&w->arena,
			"%s is loaded, and nothing explains it; searched: its users, devices, boot lists, dependencies of "
			"other modules, udev rules, systemd units. It may have been loaded by hand.",
			name);
	case KMT_WHY_BLOCKED:
		return kmt_arena_printf(&w->arena, "%s %s: %s", name, state, first);
	case KMT_WHY_UNASKED:
		return kmt_arena_printf(&w->arena, "%s %s: nothing asks for it now", name, state);
	case KMT_WHY_PENDING:
		if (!w->running)
			return kmt_arena_printf(&w->arena, "%s would be loaded: %s", name, first);
		return kmt_arena_printf(&w->arena, "%s is not loaded, although something asks for it: %s", name, first);
	default:
		return kmt_arena_printf(&w->arena, "%s is built into the kernel: it is always there", name);
	}
}

static int read_sources(struct kmt_why_sources *s, struct kmt_err *err)
{
	int r = kmt_settings_read(s->snap, &s->settings, err);

	if (r < 0)
		return r;
	if (!s->snap->has_tree)
		kmt_vec_push(&s->out->missing, "there is no module tree");
	r = kmt_graph_config_edges(s->snap, &s->edges, err);
	if (r < 0)
		return r;
	if (kmt_modaliases_read(s->snap->root, &s->modaliases)) {
		kmt_vec_push(&s->out->missing, "there is no device information");
		return 0;
	}
	return kmt_devices_find(s->snap, &s->modaliases, &s->devices, err);
}

static void free_sources(struct kmt_why_sources *s)
{
	kmt_settings_free(&s->settings);
	kmt_config_edges_free(&s->edges);
	kmt_devices_free(&s->devices);
	kmt_modaliases_free(&s->modaliases);
	kmt_modfacts_free(&s->facts);
	kmt_map_free(&s->causes);
}

/* The module that is meant, under the name that the kernel has for it. */
static int find_module(
	const struct kmt_snapshot *snap, const char *query, struct kmt_whys *w, struct kmt_err *err)
{
	char name[KMT_NAME_MAX];
	int r;

	w->running = snap->running && snap->has_modules;
	if (w->running && !kmt_name_is_path(query))
		w->loaded = kmt_snapshot_loaded(snap, query);
	r = kmt_modref_find(snap, query, &w->module, w->loaded ? NULL : err);
	/* It may be loaded, and in no index. */
	if (w->loaded)
		w->module = r || strcmp(w->module.name, w->loaded->name) != 0
				    ? (struct kmt_modref){.name = w->loaded->name}
				    : w->module;
	else if (r)
		return r;
	if (w->running && !w->loaded)
		w->loaded = kmt_snapshot_loaded(snap, w->module.name);
	if (w->loaded || !w->module.path || kmt_modref_kernel_name(snap->root, w->module.path, name))
		return 0;
	w->module.name = kmt_arena_strdup(&w->arena, name);
	if (w->running)
		w->loaded = kmt_snapshot_loaded(snap, name);
	return 0;
}

int kmt_why_find(
	const struct kmt_snapshot *snap, const char *query, struct kmt_whys *out, struct kmt_err *err)
{
	struct kmt_why_sources s = {.snap = snap, .out = out};
	struct kmt_evidences rows = {0};
	int r;

	*out = (struct kmt_whys){0};
	r = find_module(snap, query, out, err);
	if (!r)
		r = read_sources(&s, err);
	if (!r) {
		if (!out->loaded && !out->module.builtin)
			add_blocks(&s, &out->module, &rows);
		collect(&s, &out->module, true, &rows);
		if (!out->module.builtin)
			add_initramfs(&s, out->module.name, &rows);
		sort(&rows);
		out->verdict = judge(out, &rows);
		take_rows(out, &rows);
		out->answer = answer(out);
	}
	kmt_vec_free(&rows.rows);
	free_sources(&s);
	if (r < 0)
		kmt_whys_free(out);
	return r;
}

void kmt_whys_free(struct kmt_whys *w)
{
	kmt_vec_free(&w->rows);
	kmt_vec_free(&w->missing);
	kmt_arena_free(&w->arena);
	*w = (struct kmt_whys){0};
}
