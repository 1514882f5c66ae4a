/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elf_words.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include "elf_fixture.h"

/* struct modversion_info of a 64-bit kernel. */
#define VERSION_ROW 64
#define SIGNER "signer:"

struct words {
	struct elf_fixture elf;
	struct kmt_strbuf modinfo, exports, versions;
	size_t any, gpl; /* sections of exports, 0: not there */
	KMT_VEC(char *) names; /* of symbols: the fixture does not copy them */
};

static char *keep(struct words *t, char *name)
{
	kmt_vec_push(&t->names, name);
	return name;
}

static void add_version(struct words *t, const char *name, uint64_t crc)
{
	char row[VERSION_ROW] = {0};
	size_t start = t->versions.len;

	elf_fixture_word(&t->elf, &t->versions, crc);
	strncpy(row, name, sizeof(row) - 9);
	kmt_strbuf_add(&t->versions, row, VERSION_ROW - (t->versions.len - start));
}

static void add_export(struct words *t, const char *word, const char *name, uint64_t crc)
{
	size_t table = *word == 'a' ? t->any : *word == 'g' ? t->gpl : 0;

	if (table)
		elf_fixture_symbol(&t->elf, keep(t, kmt_asprintf("__ksymtab_%s", name)), STB_LOCAL, table, 0);
	elf_fixture_symbol(&t->elf, keep(t, kmt_asprintf("__crc_%s", name)), STB_LOCAL, SHN_ABS, crc);
	kmt_strbuf_add(&t->exports, name, strlen(name) + 1);
}

/* The kinds of sections that are in memory. */
static bool add_section(struct words *t, const char *word, const char *name, size_t size)
{
	static const struct {
		const char *kind;
		uint32_t type;
		uint64_t flags;
	} kinds[] = {
		{"code:", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR},
		{"data:", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE},
		{"bss:", SHT_NOBITS, SHF_ALLOC | SHF_WRITE},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(kinds); i++) {
		kmt_autofree char *zeroes = kmt_alloc(size + 1);
		size_t at;

		if (strncmp(word, kinds[i].kind, strlen(kinds[i].kind)))
			continue;
		at = elf_fixture_add(&t->elf, name, kinds[i].type, zeroes,
			kinds[i].type == SHT_NOBITS ? 0 : size);
		t->elf.sections[at].flags = kinds[i].flags;
		t->elf.sections[at].claim_size = size;
		return true;
	}
	return false;
}

static bool is_export(const char *word)
{
	return !strncmp(word, "export:", 7) || !strncmp(word, "any:", 4) || !strncmp(word, "gpl:", 4);
}

/* "KIND:NAME=CRC". LOCAL: which round, as local symbols come first. */
static void add_word(struct words *t, const char *word, bool local)
{
	const char *colon = strchr(word, ':'), *equals = strchr(word, '=');
	const char *end = equals ? equals : word + strlen(word);
	uint64_t crc = equals ? strtoull(equals + 1, NULL, 16) : 0;
	char *name = NULL;

	if (colon && colon < end)
		name = keep(t, kmt_strndup(colon + 1, (size_t)(end - colon - 1)));
	if (name && !strncmp(word, "param:", 6)) {
		if (local)
			elf_fixture_symbol(&t->elf, keep(t, kmt_asprintf("__param_str_%s", name)), STB_LOCAL,
				SHN_ABS, 0);
	} else if (name && is_export(word)) {
		if (local)
			add_export(t, word, name, crc);
	} else if (name && (!strncmp(word, "import:", 7) || !strncmp(word, "weak:", 5))) {
		if (local)
			return;
		elf_fixture_symbol(
			&t->elf, name, *word == 'w' ? STB_WEAK : STB_GLOBAL, SHN_UNDEF, 0);
		if (equals)
			add_version(t, name, crc);
	} else if (name && !strncmp(word, "version:", 8)) {
		if (!local)
			add_version(t, name, crc);
	} else if (name && !local && add_section(t, word, name, crc)) {
		return;
	} else if (!local && strncmp(word, SIGNER, strlen(SIGNER))) {
		kmt_strbuf_add(&t->modinfo, word, strlen(word) + 1);
	}
}

/* What signing appends (linux/module_signature.h): signer, key, message, and their lengths. */
static void add_signature(const char *signer, struct kmt_strbuf *out)
{
	static const char key[] = "\x1a\x2b\x3c\x4d", message[] = "0123456789";
	const unsigned char header[12] = {1, 4, 1, (unsigned char)strlen(signer), 4, 0, 0, 0,
		*signer ? 0 : 0x7f, 0, 0, sizeof(message) - 1};

	kmt_strbuf_addf(out, "%s%s%s", signer, key, message);
	kmt_strbuf_add(out, header, sizeof(header));
	kmt_strbuf_addstr(out, "~Module signature appended~\n");
}

static size_t table_of(struct words *t, const char *const *words, const char *kind, const char *section)
{
	for (size_t i = 0; words[i]; i++)
		if (!strncmp(words[i], kind, strlen(kind)))
			return elf_fixture_add(&t->elf, section, SHT_PROGBITS, "", 1);
	return 0;
}

void elf_words(const char *const *words, struct kmt_strbuf *out)
{
	struct words t = {0};

	elf_fixture_init(&t.elf, true, false, EM_X86_64);
	t.any = table_of(&t, words, "any:", "__ksymtab");
	t.gpl = table_of(&t, words, "gpl:", "__ksymtab_gpl");
	for (size_t i = 0; words[i]; i++)
		add_word(&t, words[i], true);
	for (size_t i = 0; words[i]; i++)
		add_word(&t, words[i], false);
	elf_fixture_add(&t.elf, ".gnu.linkonce.this_module", SHT_PROGBITS, "module", 6);
	elf_fixture_add(&t.elf, ".modinfo", SHT_PROGBITS, t.modinfo.s, t.modinfo.len);
	if (t.exports.len)
		elf_fixture_add(&t.elf, "__ksymtab_strings", SHT_PROGBITS, t.exports.s,
			t.exports.len);
	if (t.versions.len)
		elf_fixture_add(
			&t.elf, "__versions", SHT_PROGBITS, t.versions.s, t.versions.len);
	elf_fixture_write(&t.elf, out);
	for (size_t i = 0; words[i]; i++)
		if (!strncmp(words[i], SIGNER, strlen(SIGNER)))
			add_signature(words[i] + strlen(SIGNER), out);
	for (size_t i = 0; i < t.names.n; i++)
		free(t.names.v[i]);
	kmt_vec_free(&t.names);
	kmt_strbuf_free(&t.modinfo);
	kmt_strbuf_free(&t.exports);
	kmt_strbuf_free(&t.versions);
}
