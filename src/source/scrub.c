/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/scrub.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include <kmt/sys/paths.h>

#define HEX "0123456789abcdefABCDEF"
#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
#define MAIL WORD "-.+%"
/* Nothing that is looked for has more of such characters: a long text takes no longer for them. */
#define SPAN_MAX 254

struct hit {
	size_t keep;	  /* how much of the text stays in front */
	size_t n;	  /* how much of it goes then; 0: it is no hit */
	const char *mark; /* what stands there instead */
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* strspn(3), but 0 beyond a limit. */
static size_t span(const char *s, const char *set)
{
	size_t n = 0;

	while (n <= SPAN_MAX && s[n] && strchr(set, s[n]))
		n++;
	return n <= SPAN_MAX ? n : 0;
}

/* The length of groups of hexadecimal digits, SIZES[i] of them each, with SEPARATOR between; 0 if S has
 * others. */
static size_t groups(const char *s, const unsigned char *sizes, size_t n, char separator)
{
	const char *at = s;

	for (size_t i = 0; i < n; i++) {
		if ((i && *at++ != separator) || span(at, HEX) != sizes[i])
			return 0;
		at += sizes[i];
	}
	return (size_t)(at - s);
}

static struct hit find_uuid(const char *s)
{
	static const unsigned char sizes[] = {8, 4, 4, 4, 12};

	return (struct hit){0, groups(s, sizes, 5, '-'), "<uuid>"};
}

/* Six bytes or more: Ethernet, EUI-64, InfiniBand. */
static struct hit find_mac(const char *s)
{
	static const unsigned char dotted[] = {4, 4, 4};
	size_t n = 0, bytes = 0;
	char separator = s[0] && s[1] ? s[2] : '\0';

	if (separator == ':' || separator == '-')
		while (span(s + n, HEX) == 2 && (bytes++, n += 2, s[n] == separator))
			n++;
	if (bytes < 6 || is_word(s[n]))
		n = groups(s, dotted, 3, '.');
	else
		n -= s[n - 1] == separator;
	return (struct hit){0, n, "<mac>"};
}

/* Names that systemd makes of the hardware address: enx001122334455. */
static struct hit find_interface(const char *s)
{
	bool named = !strncmp(s, "enx", 3) || !strncmp(s, "wlx", 3) || !strncmp(s, "wwx", 3);

	return (struct hit){3, named && span(s + 3, HEX) == 12 ? 12 : 0, "<mac>"};
}

static struct hit find_ipv4(const char *s)
{
	size_t n = span(s, "0123456789.");
	struct in_addr address;
	char text[16] = "";

	while (n && s[n - 1] == '.')
		n--;
	if (n < sizeof(text))
		memcpy(text, s, n);
	return (struct hit){0, inet_pton(AF_INET, text, &address) == 1 ? n : 0, "<ip>"};
}

static struct hit find_ipv6(const char *s)
{
	size_t n = span(s, HEX ":.");
	struct in6_addr address;
	char text[INET6_ADDRSTRLEN] = "";

	while (n > 2 && (s[n - 1] == '.' || (s[n - 1] == ':' && s[n - 2] != ':')))
		n--;
	if (n > 2 && n < sizeof(text))
		memcpy(text, s, n);
	return (struct hit){0, inet_pton(AF_INET6, text, &address) == 1 ? n : 0, "<ip>"};
}

static struct hit find_mail(const char *s)
{
	size_t user = span(s, MAIL), host = s[user] == '@' ? span(s + user + 1, MAIL) : 0;

	while (host && s[user + host] == '.')
		host--;
	return (struct hit){0, user && host ? user + 1 + host : 0, "<mail>"};
}

/* /etc/machine-id and its like: 32 digits; a WWN with what is in front of it. */
static struct hit find_id(const char *s)
{
	static const char *const prefixes[] = {"naa.", "eui.", "wwn-0x", "nvme."};
	size_t n = span(s, HEX);

	for (size_t i = 0; i < KMT_ARRAY_SIZE(prefixes); i++)
		if (!strncmp(s, prefixes[i], strlen(prefixes[i])))
			return (struct hit){strlen(prefixes[i]), strcspn(s + strlen(prefixes[i]), " \t\n,;:/\")"),
				"<id>"};
	if (!strncmp(s, "0x5", 3) && span(s + 2, HEX) == 16)
		return (struct hit){0, 18, "<id>"};
	return (struct hit){0, n == 32 ? n : 0, "<id>"};
}

/* What comes behind these names a person or a disk. */
static struct hit find_path(const char *s)
{
	static const char part[] = " \t\n/,;:\"'", whole[] = " \t\n,;\"'";
	static const char *const users[] = {KMT_PATHS_OF_USERS}, *const disks[] = {KMT_PATHS_OF_DISKS};
	size_t n;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(users); i++)
		if (!strncmp(s, users[i], n = strlen(users[i])))
			return (struct hit){n, strcspn(s + n, part), "<user>"};
	for (size_t i = 0; i < KMT_ARRAY_SIZE(disks); i++)
		if (!strncmp(s, disks[i], n = strlen(disks[i])))
			return (struct hit){n, strcspn(s + n, whole), "<id>"};
	return (struct hit){0};
}

static bool is_one_of(const char *word, size_t n, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == n && !strncasecmp(word, list[i], n))
			return true;
	return false;
}

/* An option whose value tells who or where this is: by its whole name, or what comes last in it. */
static bool is_telling(const char *key, size_t n)
{
	static const char *const names[] = {"ip", "nfsroot", "nfsaddrs", "ifname", "bootif", "ds", "netconsole",
		"cryptdevice", "machine_id", "systemd.machine_id", "rd.lvm.lv", "rd.lvm.vg", "rd.iscsi.initiator",
		"netroot", "zfs"};
	static const char *const ends[] = {"hostname", "uuid", "partuuid", "label", "partlabel", "serial",
		"serialnumber", "sn", "wwn", "wwid", "mac", "macaddr", "hwaddr", "user", "username", "password",
		"passwd", "passphrase", "psk", "secret", "token", "key", "ssid"};
	size_t end = n;

	while (end && isalnum((unsigned char)key[end - 1]))
		end--;
	return is_one_of(key, n, names, KMT_ARRAY_SIZE(names)) ||
	       is_one_of(key + end, n - end, ends, KMT_ARRAY_SIZE(ends));
}

static size_t value_length(const char *s)
{
	size_t quoted = *s == '"' || *s == '\'' ? strcspn(s + 1, *s == '"' ? "\"" : "'") : 0;

	return quoted ? quoted + 2 - (s[quoted + 1] == '\0') : strcspn(s, " \t\n");
}

static struct hit find_option(const char *s)
{
	size_t n = span(s, WORD "-.");

	if (!n || s[n] != '=' || !is_telling(s, n))
		return (struct hit){0};
	return (struct hit){n + 1, value_length(s + n + 1), "<removed>"};
}

/* "SerialNumber: 0123", as USB and DMI have it. */
static struct hit find_serial(const char *s)
{
	static const char *const names[] = {
		"serialnumber:", "serial number:", "serial:", "s/n:", "service tag:", "asset tag:", "hostname:"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++) {
		size_t n = strlen(names[i]);

		if (strncasecmp(s, names[i], n) != 0)
			continue;
		n += strspn(s + n, " \t");
		return (struct hit){n, strcspn(s + n, " \t\n,;"), "<removed>"};
	}
	return (struct hit){0};
}

static struct hit find_name(const char *s, const struct kmt_strv *names, const char *mark)
{
	for (size_t i = 0; i < names->n; i++) {
		size_t n = strlen(names->v[i]);

		if (n && !strncasecmp(s, names->v[i], n) && !is_word(s[n]))
			return (struct hit){0, n, mark};
	}
	return (struct hit){0};
}

/* What begins at S, which no word leads up to. */
static struct hit find(const char *s, const struct kmt_strv *hosts, const struct kmt_strv *users)
{
	static struct hit (*const finders[])(const char *) = {find_option, find_serial, find_uuid, find_mac,
		find_interface, find_ipv4, find_ipv6, find_id, find_mail, find_path};
	struct hit hit = find_name(s, hosts, "<host>");

	if (!hit.n)
		hit = find_name(s, users, "<user>");
	for (size_t i = 0; !hit.n && i < KMT_ARRAY_SIZE(finders); i++) {
		hit = finders[i](s);
		/* A part of a longer word is something else. */
		if (hit.n && is_word(s[hit.keep + hit.n - 1]) && is_word(s[hit.keep + hit.n]))
			hit.n = 0;
	}
	return hit;
}

void kmt_scrub(const char *text, const struct kmt_strv *hosts, const struct kmt_strv *users,
	struct kmt_strbuf *out)
{
	while (*text) {
		struct hit hit = find(text, hosts, users);
		size_t n = strspn(text, WORD);

		if (hit.n) {
			kmt_strbuf_add(out, text, hit.keep);
			kmt_strbuf_addstr(out, hit.mark);
			text += hit.keep + hit.n;
			n = strspn(text, WORD);
		} else if (!n) {
			n = 1;
		}
		kmt_strbuf_add(out, text, n);
		text += n;
	}
}
