/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/provides.h>

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>

/* Protocol families by name (include/linux/socket.h): those that a module has ever answered to. */
static const struct {
	const char *name;
	unsigned int number;
} families[] = {
	{"unix", 1}, {"local", 1}, {"inet", 2}, {"ax25", 3}, {"ipx", 4}, {"appletalk", 5},
	{"netrom", 6}, {"atmpvc", 8}, {"x25", 9}, {"inet6", 10}, {"rose", 11}, {"key", 15},
	{"netlink", 16}, {"packet", 17}, {"atmsvc", 20}, {"rds", 21}, {"irda", 23}, {"pppox", 24},
	{"llc", 26}, {"ib", 27}, {"mpls", 28}, {"can", 29}, {"tipc", 30}, {"bluetooth", 31},
	{"iucv", 32}, {"rxrpc", 33}, {"phonet", 35}, {"ieee802154", 36}, {"caif", 37}, {"alg", 38},
	{"nfc", 39}, {"vsock", 40}, {"kcm", 41}, {"qipcrtr", 42}, {"smc", 43}, {"xdp", 44},
	{"mctp", 45},
};

/* "FAMILY", "FAMILY-proto-N" and "FAMILY-proto-N-type-M", where FAMILY is a name or a number. */
static int add_net(
	const char *what, struct kmt_arena *arena, struct kmt_strv *out, struct kmt_err *err)
{
	size_t n = strcspn(what, "-_");

	if (isdigit((unsigned char)*what)) {
		kmt_vec_push(out, kmt_arena_printf(arena, "net-pf-%s", what));
		return 0;
	}
	if (!strncmp(what, "pf-", 3) || !strncmp(what, "pf_", 3)) {
		kmt_vec_push(out, kmt_arena_printf(arena, "net-%s", what));
		return 0;
	}
	for (size_t i = 0; i < KMT_ARRAY_SIZE(families); i++) {
		if (strlen(families[i].name) != n || strncasecmp(families[i].name, what, n) != 0)
			continue;
		kmt_vec_push(out,
			kmt_arena_printf(arena, "net-pf-%u%s", families[i].number, what + n));
		return 0;
	}
	kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' is no protocol family that is known here", what);
	kmt_err_hint(err, "its number does as well: net:38 is net:alg");
	return -EINVAL;
}

static int add_crypto(
	const char *what, struct kmt_arena *arena, struct kmt_strv *out, struct kmt_err *err)
{
	kmt_vec_push(out, kmt_arena_printf(arena, "crypto-%s", what));
	/* What the kernel asks for next: implementations that are a fallback for all. */
	kmt_vec_push(out, kmt_arena_printf(arena, "crypto-%s-all", what));
	return 0;
}

static int add_fs(const char *what, struct kmt_arena *arena, struct kmt_strv *out, struct kmt_err *err)
{
	kmt_vec_push(out, kmt_arena_printf(arena, "fs-%s", what));
	return 0;
}

static const struct {
	const char *word, *prefix; /* as in indexes: with '_' */
	int (*add)(const char *what, struct kmt_arena *arena, struct kmt_strv *out, struct kmt_err *err);
} words[] = {
	{"fs:", "fs_", add_fs},
	{"crypto:", "crypto_", add_crypto},
	{"net:", "net_pf_", add_net},
};

int kmt_provides_aliases(
	const char *query, struct kmt_arena *arena, struct kmt_strv *out, struct kmt_err *err)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i].word);

		if (strncmp(query, words[i].word, n) != 0)
			continue;
		if (!query[n])
			return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' lacks a name", query);
		return words[i].add(query + n, arena, out, err);
	}
	kmt_vec_push(out, kmt_arena_strdup(arena, query));
	return 0;
}

const char *kmt_provides_word(const char *alias, struct kmt_arena *arena)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i].prefix), at = 0;

		while (at < n && (alias[at] == '-' ? '_' : alias[at]) == words[i].prefix[at])
			at++;
		if (at == n && alias[n])
			return kmt_arena_printf(arena, "%s%s", words[i].word, alias + n);
	}
	return alias;
}
