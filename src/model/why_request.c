/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "why_priv.h"

#include <stdio.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/source/procuse.h>
#include <kmt/sys/paths.h>

#define NAMES_SHOWN 4
#define TEXT_SIZE_MAX ((size_t)4 << 20)

void kmt_why_add(struct kmt_evidences *rows, enum kmt_evidence_kind kind, enum kmt_confidence confidence,
	const struct kmt_origin *origin, const char *text)
{
	struct kmt_evidence row = {.kind = kind, .confidence = confidence, .text = text};

	if (origin)
		row.origin = *origin;
	kmt_vec_push(&rows->rows, row);
}

/* The families of aliases that the kernel requests by itself (request_module()). */
static const struct {
	const char *prefix, *action;
} families[] = {
	{"fs-", "mounting "},
	{"net-pf-", "a socket of protocol family "},
	{"crypto-", "using the algorithm "},
	{"binfmt-", "running a program of format "},
	{"rtnl-link-", "creating a network interface of type "},
	{"devname:", "opening /dev/"},
	{"char-major-", "opening a character device of major number "},
	{"block-major-", "opening a block device of major number "},
	{"tty-ldisc-", "setting line discipline "},
	{"netdev-", "configuring network interface "},
	{"nft-", "an nftables rule with "},
	{"nfnetlink-subsys-", "netfilter's netlink subsystem "},
	{"ipt_", "an iptables rule with "},
	{"ip6t_", "an ip6tables rule with "},
	{"bt-proto-", "a Bluetooth socket of protocol "},
	{"can-proto-", "a CAN socket of protocol "},
	{"net-sched-", "a queueing discipline "},
	{"tcp_", "TCP congestion control "},
};

/* A module's aliases of one family, without the prefix. */
static const char *names_of(
	const struct kmt_modinfo *fields, const char *prefix, struct kmt_arena *arena, const char **alias)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	const struct kmt_modinfo_field *f;
	size_t n = 0;

	*alias = NULL;
	kmt_vec_foreach(f, &fields->fields) {
		if (!kmt_modinfo_is(f, "alias") || strncmp(f->value, prefix, strlen(prefix)) != 0)
			continue;
		if (!*alias)
			*alias = f->value;
		if (n++ < NAMES_SHOWN) {
			kmt_strbuf_item(&list, ", ", "%s", f->value + strlen(prefix));
			if (list.len > 2 && !strcmp(list.s + list.len - 2, "-*")) /* of a major number all minor ones */
				kmt_strbuf_truncate(&list, list.len - 2);
		}
	}
	if (n > NAMES_SHOWN)
		kmt_strbuf_addf(&list, " and %zu more", n - NAMES_SHOWN);
	return n ? kmt_arena_strdup(arena, kmt_strbuf_str(&list)) : NULL;
}

static void add_family(
	struct kmt_why_sources *s, size_t i, enum kmt_confidence confidence, struct kmt_evidences *rows)
{
	struct kmt_arena *arena = &s->out->arena;
	const char *alias, *names = names_of(&s->facts.fields, families[i].prefix, arena, &alias);

	if (names)
		kmt_why_add(rows, KMT_EVIDENCE_REQUEST, confidence, NULL,
			kmt_arena_printf(arena, "%s%s requests it (alias %s)", families[i].action, names, alias));
}

struct use_file {
	const char *path, *many, *one;
	enum kmt_procuse_kind kind;
};

/* What the module has registered and something uses. */
static void add_uses(struct kmt_why_sources *s, const struct use_file *file, const char *name,
	struct kmt_evidences *rows)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT, list = KMT_STRBUF_INIT;
	struct kmt_arena *arena = &s->out->arena;
	struct kmt_procuses uses = {0};
	const struct kmt_procuse *use;
	const struct kmt_origin origin = {.file = file->path};
	size_t n = 0;

	if (kmt_root_read(s->snap->root, file->path, TEXT_SIZE_MAX, &text, NULL) < 0)
		return;
	kmt_procuse_parse(file->kind, kmt_strbuf_str(&text), text.len, arena, &uses);
	kmt_vec_foreach(use, &uses.rows)
		if (use->uses && kmt_name_equal(use->module, name) && n++ < NAMES_SHOWN)
			kmt_strbuf_item(&list, ", ", "%s (%llu %s)", use->name, (unsigned long long)use->uses,
				use->uses == 1 ? file->one : file->many);
	if (n > NAMES_SHOWN)
		kmt_strbuf_addf(&list, " and %zu more", n - NAMES_SHOWN);
	if (n)
		kmt_why_add(rows, KMT_EVIDENCE_REQUEST, KMT_CONFIDENCE_HIGH, &origin,
			kmt_arena_printf(arena, "in use: %s", kmt_strbuf_str(&list)));
	kmt_vec_free(&uses.rows);
}

/* The file systems that the kernel has from it, whether they are mounted or not. */
static void add_filesystems(struct kmt_why_sources *s, struct kmt_evidences *rows)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_arena *arena = &s->out->arena;
	const struct kmt_origin origin = {.file = KMT_PATH_PROC_FILESYSTEMS};
	struct kmt_procuses types = {0};
	const struct kmt_procuse *type;

	if (!kmt_root_read(s->snap->root, KMT_PATH_PROC_FILESYSTEMS, TEXT_SIZE_MAX, &text, NULL))
		kmt_procuse_parse(
			KMT_PROCUSE_FILESYSTEMS, kmt_strbuf_str(&text), text.len, arena, &types);
	kmt_vec_foreach(type, &types.rows) {
		const struct kmt_modinfo_field *f;

		kmt_vec_foreach(f, &s->facts.fields.fields)
			if (kmt_modinfo_is(f, "alias") && !strncmp(f->value, "fs-", 3) &&
				kmt_name_equal(f->value + 3, type->name))
				kmt_why_add(rows, KMT_EVIDENCE_REQUEST, KMT_CONFIDENCE_LOW, &origin,
					kmt_arena_printf(arena, "the kernel has the file system %s from it", type->name));
	}
	kmt_vec_free(&types.rows);
}

void kmt_why_requests(struct kmt_why_sources *s, const struct kmt_modref *ref, struct kmt_evidences *rows)
{
	static const struct use_file files[] = {
		{KMT_PATH_PROC_NET_PROTOCOLS, "sockets", "socket", KMT_PROCUSE_PROTOCOLS},
		{KMT_PATH_PROC_CRYPTO, "users", "user", KMT_PROCUSE_CRYPTO},
	};
	bool loaded = s->snap->running && kmt_snapshot_loaded(s->snap, ref->name);

	for (size_t i = 0; loaded && i < KMT_ARRAY_SIZE(files); i++)
		add_uses(s, &files[i], ref->name, rows);
	if (!ref->path || kmt_modfacts_read(&s->facts, s->snap, ref, 0, NULL) < 0)
		return;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(families); i++)
		add_family(s, i, loaded ? KMT_CONFIDENCE_MEDIUM : KMT_CONFIDENCE_LOW, rows);
	if (loaded)
		add_filesystems(s, rows);
}
