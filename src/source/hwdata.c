/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/hwdata.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/slice.h>
#include <kmt/sys/paths.h>

#define LIST_MAX (16u << 20)
#define SHOWN_MAX 256 /* bytes of a name */

/* The four hexadecimal digits at S; -1 if there are other bytes. */
static int32_t hex4(const char *s)
{
	int32_t n = 0;

	for (int i = 0; i < 4; i++) {
		unsigned char c = (unsigned char)s[i];
		unsigned int digit = c - '0';

		if (digit > 9) {
			digit = (c | 0x20u) - 'a';
			if (digit > 5)
				return -1;
			digit += 10;
		}
		n = n << 4 | (int32_t)digit;
	}
	return n;
}

static int32_t take_hex(const char **s, const char *before, const char *zeros)
{
	size_t n = strlen(before);
	int32_t value;

	if (strncmp(*s, before, n) != 0 || strncmp(*s + n, zeros, strlen(zeros)) != 0)
		return -1;
	*s += n + strlen(zeros);
	value = strnlen(*s, 4) == 4 ? hex4(*s) : -1;
	*s += value < 0 ? 0 : 4;
	return value;
}

enum list { PCI, USB, LISTS };

/* "pci:v00008086d000010D3sv...", "usb:v1D6Bp0002d..." */
static int id_of(const char *modalias, enum list *list, uint32_t *id)
{
	bool pci = !strncmp(modalias, "pci:", strlen("pci:"));
	const char *s = modalias + strlen("pci:"), *zeros = pci ? "0000" : "";
	int32_t vendor, device;

	if (!pci && strncmp(modalias, "usb:", strlen("usb:")) != 0)
		return -1;
	vendor = take_hex(&s, "v", zeros);
	device = vendor < 0 ? -1 : take_hex(&s, pci ? "d" : "p", zeros);
	if (device < 0)
		return -1;
	*list = pci ? PCI : USB;
	*id = (uint32_t)vendor << 16 | (uint32_t)device;
	return 0;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = ((const struct kmt_hwdata_name *)a)->id, y = ((const struct kmt_hwdata_name *)b)->id;

	return x < y ? -1 : x > y;
}

/* Some devices are there more than once, and the interfaces of a USB device have its name. */
static void sort(struct kmt_hwdata_names *names)
{
	size_t n = 0;

	if (names->rows.n)
		qsort(names->rows.v, names->rows.n, sizeof(*names->rows.v), compare);
	for (size_t i = 0; i < names->rows.n; i++)
		if (!n || names->rows.v[n - 1].id != names->rows.v[i].id)
			names->rows.v[n++] = names->rows.v[i];
	names->rows.n = n;
}

/* The first of ROWS whose identifier is not below ID. */
static size_t lower_bound(const struct kmt_hwdata_names *names, uint32_t id)
{
	size_t low = 0, high = names->rows.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (names->rows.v[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* What stands behind the number; NULL if that is nothing. */
static const char *take_name(struct kmt_slice line, struct kmt_arena *arena)
{
	size_t blanks = 4;

	while (blanks < line.n && (line.s[blanks] == ' ' || line.s[blanks] == '\t'))
		blanks++;
	line.s += blanks;
	line.n -= blanks;
	while (line.n && (line.s[line.n - 1] == ' ' || line.s[line.n - 1] == '\r'))
		line.n--;
	return line.n ? kmt_arena_strndup(arena, line.s, line.n < SHOWN_MAX ? line.n : SHOWN_MAX) : NULL;
}

/* The rows of one vendor: FROM up to TO. */
struct vendor {
	struct kmt_hwdata_names *names;
	size_t from, to;
};

static void start_vendor(struct vendor *v, struct kmt_slice line, struct kmt_arena *arena)
{
	/* Behind the vendors come classes and the like: "C 02  Network controller". */
	int32_t number = line.n > 4 && line.s[4] == ' ' ? hex4(line.s) : -1;
	const char *name;

	v->from = v->to = 0;
	if (number < 0)
		return;
	v->from = v->to = lower_bound(v->names, (uint32_t)number << 16);
	while (v->to < v->names->rows.n && v->names->rows.v[v->to].id >> 16 == (uint32_t)number)
		v->to++;
	if (v->from == v->to)
		return;
	name = take_name(line, arena);
	for (size_t i = v->from; i < v->to; i++)
		v->names->rows.v[i].vendor = name;
}

static void add_device(struct vendor *v, struct kmt_slice line, struct kmt_arena *arena)
{
	int32_t number = line.n > 4 ? hex4(line.s) : -1;

	for (size_t i = v->from; i < v->to; i++)
		if ((int32_t)(v->names->rows.v[i].id & 0xffff) == number)
			v->names->rows.v[i].device = take_name(line, arena);
}

/* Most lines are of devices whose vendor was not asked for: skips them. */
static void skip_devices(struct kmt_slice *rest)
{
	const char *s = rest->s, *end = s + rest->n;

	while (s < end && *s == '\t') {
		s = memchr(s, '\n', (size_t)(end - s));
		s = s ? s + 1 : end;
	}
	*rest = (struct kmt_slice){s, (size_t)(end - s)};
}

void kmt_hwdata_parse(const char *text, size_t n, struct kmt_hwdata_names *names, struct kmt_arena *arena)
{
	struct kmt_slice rest = {text, n}, line;
	struct vendor v = {.names = names};

	while (kmt_slice_line(&rest, &line)) {
		if (line.n && *line.s != '\t' && *line.s != '#')
			start_vendor(&v, line, arena);
		else if (line.n > 1 && *line.s == '\t' && line.s[1] != '\t')
			add_device(&v, (struct kmt_slice){line.s + 1, line.n - 1}, arena);
		if (v.from == v.to)
			skip_devices(&rest);
	}
}

static void read_list(const struct kmt_root *root, const char *name, struct kmt_hwdata_names *names,
	struct kmt_arena *arena)
{
	static const char *const dirs[] = KMT_HWDATA_DIRS;
	int r = -ENOENT;

	for (size_t i = 0; r && i < KMT_ARRAY_SIZE(dirs); i++) {
		kmt_autofree char *path = kmt_asprintf("%s/%s", dirs[i], name);
		kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

		r = kmt_root_read(root, path, LIST_MAX, &text, NULL);
		if (!r)
			kmt_hwdata_parse(kmt_strbuf_str(&text), text.len, names, arena);
	}
}

const struct kmt_hwdata_name *kmt_hwdata_read(
	const struct kmt_root *root, const struct kmt_modaliases *devices, struct kmt_arena *arena)
{
	static const char *const files[LISTS] = {[PCI] = "pci.ids", [USB] = "usb.ids"};
	struct kmt_hwdata_name *names = kmt_arena_alloc(arena, (devices->rows.n + 1) * sizeof(*names));
	struct kmt_hwdata_names lists[LISTS] = {0};
	enum list list;
	uint32_t id;

	for (size_t i = 0; i < devices->rows.n; i++)
		if (!id_of(devices->rows.v[i].modalias, &list, &id))
			kmt_vec_push(&lists[list].rows, (struct kmt_hwdata_name){.id = id});
	for (int l = 0; l < LISTS; l++) {
		sort(&lists[l]);
		if (lists[l].rows.n)
			read_list(root, files[l], &lists[l], arena);
	}
	for (size_t i = 0; i < devices->rows.n; i++)
		if (!id_of(devices->rows.v[i].modalias, &list, &id))
			names[i] = lists[list].rows.v[lower_bound(&lists[list], id)];
	for (int l = 0; l < LISTS; l++)
		kmt_vec_free(&lists[l].rows);
	return names;
}
