/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/identity.h>

#include <string.h>

#include <kmt/base/slice.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/paths.h>

#define TEXT_MAX (1u << 20)
#define UID_FIRST 1000
#define UID_NOBODY 65534

const char *kmt_os_release(const struct kmt_root *root, const char *key, struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_slice rest, line;

	if (kmt_root_read(root, KMT_PATH_OS_RELEASE, TEXT_MAX, &text, NULL) < 0)
		return NULL;
	rest = (struct kmt_slice){kmt_strbuf_str(&text), text.len};
	while (kmt_slice_line(&rest, &line)) {
		if (!kmt_slice_skip(&line, key) || !kmt_slice_skip(&line, "="))
			continue;
		if (line.n && (*line.s == '"' || *line.s == '\''))
			line = (struct kmt_slice){line.s + 1, line.n - 1};
		return kmt_arena_strndup(arena, line.s, strcspn(line.s, "\"'\n"));
	}
	return NULL;
}

static void add_host(const char *name, const char *system, struct kmt_strv *hosts)
{
	static const char *const usual[] = {"", "localhost", "localdomain", "linux", "kernel", "(none)"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(usual); i++)
		if (!strcasecmp(name, usual[i]))
			return;
	/* An installer's default: it is the name of the distribution. */
	if (!system || strcasecmp(name, system) != 0)
		kmt_vec_push(hosts, name);
}

/* "a.b.org": that, and "a" and "b.org". */
static void add_hosts(const char *full, const char *system, struct kmt_arena *arena, struct kmt_strv *hosts)
{
	size_t n = strcspn(full, ".");

	add_host(full, system, hosts);
	if (!full[n])
		return;
	add_host(full + n + 1, system, hosts);
	add_host(kmt_arena_strndup(arena, full, n), system, hosts);
}

/* name:password:UID:... */
static void add_users(struct kmt_slice text, struct kmt_arena *arena, struct kmt_strv *users)
{
	struct kmt_slice line;

	while (kmt_slice_line(&text, &line)) {
		const char *password = memchr(line.s, ':', line.n), *end = line.s + line.n, *uid;
		unsigned long n;

		uid = password ? memchr(password + 1, ':', (size_t)(end - password - 1)) : NULL;
		if (!uid || password == line.s)
			continue;
		n = strtoul(uid + 1, NULL, 10);
		if (n >= UID_FIRST && n != UID_NOBODY)
			kmt_vec_push(users, kmt_arena_strndup(arena, line.s, (size_t)(password - line.s)));
	}
}

void kmt_identity_read(const struct kmt_root *root, struct kmt_arena *arena, struct kmt_strv *hosts,
	struct kmt_strv *users)
{
	static const char *const files[] = {KMT_PATH_PROC_HOSTNAME, KMT_PATH_HOSTNAME};
	kmt_autostrbuf struct kmt_strbuf passwd = KMT_STRBUF_INIT;
	const char *system = kmt_os_release(root, "ID", arena);

	for (size_t i = 0; i < KMT_ARRAY_SIZE(files); i++) {
		kmt_autostrbuf struct kmt_strbuf name = KMT_STRBUF_INIT;

		if (!kmt_root_read_line(root, files[i], &name))
			add_hosts(kmt_arena_strdup(arena, kmt_strbuf_str(&name)), system, arena, hosts);
	}
	if (!kmt_root_read(root, KMT_PATH_PASSWD, TEXT_MAX, &passwd, NULL))
		add_users((struct kmt_slice){kmt_strbuf_str(&passwd), passwd.len}, arena, users);
}
