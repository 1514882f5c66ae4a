/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/sysmodule.h>

#include <byteswap.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/paths.h>

/* A module has one or two notes of a few dozen bytes. */
#define NOTES_MAX (64u << 10)
#define BUILD_ID_MAX 64

/* "/sys/module/NAME/WHAT" into ARENA; NULL if NAME is no name. */
static char *path_of(struct kmt_arena *arena, const char *name, const char *what)
{
	char normal[KMT_NAME_MAX];

	if (*name == '.' || kmt_name_normalize(name, normal, sizeof(normal)))
		return NULL;
	return kmt_arena_printf(
		arena, "%s/%s%s%s", KMT_PATH_SYS_MODULE, normal, *what ? "/" : "", what);
}

const char *kmt_sysmodule_attr(
	const struct kmt_root *root, const char *name, const char *attr, struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;
	const char *path = path_of(arena, name, attr);

	if (!path || kmt_root_read_line(root, path, &b))
		return NULL;
	return kmt_arena_strdup(arena, kmt_strbuf_str(&b));
}

static void read_list(const struct kmt_root *root, const char *path, struct kmt_arena *arena,
	struct kmt_strv *out)
{
	struct kmt_strv names = {0};

	if (kmt_root_list(root, path, &names))
		return;
	for (size_t i = 0; i < names.n; i++)
		kmt_vec_push(out, kmt_arena_strdup(arena, names.v[i]));
	kmt_root_list_free(&names);
}

static uint32_t word(const char *p, bool swap)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return swap ? bswap_32(n) : n;
}

static size_t pad4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* The description of the first NT_GNU_BUILD_ID note. A fixture may come from the other byte order.
 */
static const char *build_id(const char *s, size_t n, struct kmt_arena *arena)
{
	bool swap = n >= 12 && word(s + 4, false) > NOTES_MAX;

	while (n >= 12) {
		size_t name_len = word(s, swap), desc_len = word(s + 4, swap);
		uint32_t type = word(s + 8, swap);
		size_t start, next;

		if (name_len > n || desc_len > n)
			return NULL;
		start = 12 + pad4(name_len);
		next = start + pad4(desc_len);
		if (start + desc_len > n)
			return NULL;
		if (type == NT_GNU_BUILD_ID && name_len == 4 && !memcmp(s + 12, "GNU", 4) &&
			desc_len <= BUILD_ID_MAX) {
			char *hex = kmt_arena_alloc(arena, 2 * desc_len + 1);

			for (size_t i = 0; i < desc_len; i++)
				snprintf(hex + 2 * i, 3, "%02x", (unsigned char)s[start + i]);
			return hex;
		}
		if (next > n)
			return NULL;
		s += next;
		n -= next;
	}
	return NULL;
}

const char *kmt_sysmodule_build_id(
	const struct kmt_root *root, const char *name, struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;
	const char *path = path_of(arena, name, "notes/.note.gnu.build-id");

	if (!path || kmt_root_read(root, path, NOTES_MAX, &b, NULL))
		return NULL;
	return build_id(kmt_strbuf_str(&b), b.len, arena);
}

static int64_t read_refs(const struct kmt_root *root, const char *name, struct kmt_arena *arena)
{
	const char *text = kmt_sysmodule_attr(root, name, "refcnt", arena);
	int64_t n;

	return text && !kmt_num_i64(text, 10, &n) && n >= 0 ? n : -1;
}

int kmt_sysmodule_read(const struct kmt_root *root, const char *name, struct kmt_arena *arena,
	struct kmt_sysmodule *out)
{
	const char *dir = path_of(arena, name, "");
	struct stat st;
	int r;

	*out = (struct kmt_sysmodule){.refs = -1};
	if (!dir)
		return -ENOENT;
	r = kmt_root_stat(root, dir, &st);
	if (r)
		return r;
	out->initstate = kmt_sysmodule_attr(root, name, "initstate", arena);
	out->has_initstate = out->initstate;
	out->refs = read_refs(root, name, arena);
	out->version = kmt_sysmodule_attr(root, name, "version", arena);
	out->srcversion = kmt_sysmodule_attr(root, name, "srcversion", arena);
	out->taint = kmt_sysmodule_attr(root, name, "taint", arena);
	out->build_id = kmt_sysmodule_build_id(root, name, arena);
	read_list(root, path_of(arena, name, "holders"), arena, &out->holders);
	read_list(root, path_of(arena, name, "drivers"), arena, &out->drivers);
	return 0;
}

void kmt_sysmodule_free(struct kmt_sysmodule *m)
{
	kmt_vec_free(&m->holders);
	kmt_vec_free(&m->drivers);
}

int kmt_sysmodule_params(const struct kmt_root *root, const char *name, struct kmt_arena *arena,
	struct kmt_sysparams *out)
{
	const char *dir = path_of(arena, name, "parameters");
	struct kmt_strv names = {0};

	if (!dir || kmt_root_list(root, dir, &names))
		return 0;
	for (size_t i = 0; i < names.n; i++) {
		kmt_autostrbuf struct kmt_strbuf value = KMT_STRBUF_INIT;
		const char *path = kmt_arena_printf(arena, "%s/%s", dir, names.v[i]);
		struct kmt_sysparam row = {.name = kmt_arena_strdup(arena, names.v[i])};
		struct stat st;

		if (kmt_root_stat(root, path, &st) || !S_ISREG(st.st_mode))
			continue;
		row.mode = st.st_mode & 07777;
		/* A parameter without read permission has no show(): root would get -EIO. */
		if ((row.mode & 0444) && !kmt_root_read_line(root, path, &value))
			row.value = kmt_arena_strdup(arena, kmt_strbuf_str(&value));
		kmt_vec_push(&out->rows, row);
	}
	kmt_root_list_free(&names);
	return 0;
}

void kmt_sysparams_free(struct kmt_sysparams *p)
{
	kmt_vec_free(&p->rows);
}

int kmt_sysmodule_sections(const struct kmt_root *root, const char *name, struct kmt_arena *arena,
	struct kmt_syssections *out)
{
	const char *dir = path_of(arena, name, "sections");
	struct kmt_strv names = {0};
	int r = dir ? kmt_root_list(root, dir, &names) : -ENOENT, result = r;

	for (size_t i = 0; !r && i < names.n; i++) {
		kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
		const char *path = kmt_arena_printf(arena, "%s/%s", dir, names.v[i]);
		struct kmt_syssection row = {.name = kmt_arena_strdup(arena, names.v[i])};

		if (kmt_root_read_line(root, path, &text) == -EACCES)
			result = -EACCES;
		else if (kmt_num_u64(kmt_strbuf_str(&text), 16, &row.address))
			row.address = 0;
		kmt_vec_push(&out->rows, row);
	}
	kmt_root_list_free(&names);
	return result;
}

void kmt_syssections_free(struct kmt_syssections *s)
{
	kmt_vec_free(&s->rows);
}
