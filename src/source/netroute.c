/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/netroute.h>

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V6_DIGITS 32
/* net/route.h: usable, and one that says no. */
#define ROUTE_UP 0x1u
#define ROUTE_REJECT 0x200u

static const char *next_line(const char *s)
{
	const char *newline = strchr(s, '\n');

	return newline ? newline + 1 : NULL;
}

/* "eth0 00000000 0102A8C0 0003 0 0 100 00000000 ...": numbers in memory order of this machine. */
static bool find_v4(const char *text, const struct in_addr *to, char ifname[KMT_IFNAME_SIZE])
{
	uint32_t best = 0;
	bool found = false;

	for (const char *line = text; line; line = next_line(line)) {
		unsigned int dest, flags, mask;
		char name[KMT_IFNAME_SIZE];

		if (sscanf(line, "%15s %x %*x %x %*u %*u %*u %x", name, &dest, &flags, &mask) != 4)
			continue;
		if (!(flags & ROUTE_UP) || (flags & ROUTE_REJECT) || (to->s_addr & mask) != dest)
			continue;
		if (found && ntohl(mask) <= best)
			continue;
		best = ntohl(mask);
		found = true;
		memcpy(ifname, name, sizeof(name));
	}
	return found;
}

static bool read_v6(const char *digits, unsigned char out[16])
{
	for (size_t i = 0; i < 16; i++) {
		unsigned int byte;

		if (sscanf(digits + 2 * i, "%2x", &byte) != 1)
			return false;
		out[i] = (unsigned char)byte;
	}
	return true;
}

static bool same_prefix(const unsigned char *a, const unsigned char *b, unsigned int bits)
{
	unsigned int rest = bits % 8;

	if (memcmp(a, b, bits / 8) != 0)
		return false;
	return !rest || (a[bits / 8] ^ b[bits / 8]) >> (8 - rest) == 0;
}

/* "DEST LEN SOURCE LEN NEXTHOP METRIC REFS USE FLAGS IFACE", addresses as 32 hexadecimal digits. */
static bool find_v6(const char *text, const struct in6_addr *to, char ifname[KMT_IFNAME_SIZE])
{
	unsigned int best = 0;
	bool found = false;

	for (const char *line = text; line; line = next_line(line)) {
		char digits[V6_DIGITS + 1], name[KMT_IFNAME_SIZE];
		unsigned char dest[16];
		unsigned int bits, flags;

		if (sscanf(line, "%32[0-9a-f] %2x %*s %*x %*s %*x %*x %*x %x %15s", digits, &bits,
			    &flags, name) != 4)
			continue;
		if (strlen(digits) != V6_DIGITS || bits > 128 || !read_v6(digits, dest))
			continue;
		if (!(flags & ROUTE_UP) || (flags & ROUTE_REJECT) || !strcmp(name, "lo") ||
			!same_prefix(dest, to->s6_addr, bits) || (found && bits <= best))
			continue;
		best = bits;
		found = true;
		memcpy(ifname, name, sizeof(name));
	}
	return found;
}

bool kmt_netroute_find(
	const char *route, const char *ipv6_route, const char *address, char ifname[KMT_IFNAME_SIZE])
{
	const char *scope = strchr(address, '%');
	struct in6_addr v6;
	struct in_addr v4;

	if (scope && scope[1] && strlen(scope + 1) < KMT_IFNAME_SIZE) {
		strcpy(ifname, scope + 1);
		return true;
	}
	if (inet_pton(AF_INET, address, &v4) == 1)
		return route && find_v4(route, &v4, ifname);
	if (inet_pton(AF_INET6, address, &v6) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&v6)) {
		memcpy(&v4, &v6.s6_addr[12], sizeof(v4));
		return route && find_v4(route, &v4, ifname);
	}
	return ipv6_route && find_v6(ipv6_route, &v6, ifname);
}
