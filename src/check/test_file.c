/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file itself: whether it is a module, and for which machine and build. */
#include "check_priv.h"

#include <errno.h>
#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/base/name.h>
#include <kmt/model/modfacts.h>
#include <kmt/source/decoder.h>
#include <kmt/sys/kernel.h>
#include <kmt/sys/root.h>

/* Since this version the kernel compares the size of struct module. */
#define SIZE_COMPARED "6.4"

#define FIX_COPY "copy or build it again"

/* kofile's own words, without the path before them. */
static const char *without_path(struct kmt_checker *c, const char *msg)
{
	const char *after = strstr(msg, c->subject->path);

	return after && !strncmp(after + strlen(c->subject->path), ": ", 2)
		       ? after + strlen(c->subject->path) + 2
		       : msg;
}

/* The first fault that the kernel would find. */
static const char *id_of(struct kmt_checker *c)
{
	struct stat st;
	kmt_autoclose int fd = kmt_root_open_file(c->env->snap->root, c->subject->path, 0, &st);
	Elf64_Ehdr head;
	ssize_t n = fd < 0 ? -1 : kmt_pread(fd, &head, sizeof(head), 0);

	if (n >= 0 && n < (ssize_t)sizeof(head))
		return "truncated";
	if (n < 0 || kmt_compression_detect(&head, sizeof(head)) != KMT_COMP_NONE)
		return "damaged";
	if (memcmp(head.e_ident, ELFMAG, SELFMAG))
		return "not-elf";
	if (head.e_type != ET_REL)
		return "not-relocatable";
	return head.e_shoff + (uint64_t)head.e_shnum * head.e_shentsize > (uint64_t)st.st_size
		       ? "truncated"
		       : "damaged";
}

static void fail_open(struct kmt_checker *c, int r, const struct kmt_err *err)
{
	const char *why = without_path(c, err->msg);

	if (r == -ENOENT)
		kmt_check_fail(c, KMT_ERR_FAILED, "no-file", ENOENT, FIX_COPY, "%s", err->msg);
	else if (r == -EACCES || r == -EPERM)
		kmt_check_add(c, KMT_CHECK_UNKNOWN, "unreadable", NULL, "%s", err->msg);
	else if (r == -EOPNOTSUPP)
		kmt_check_add(c, KMT_CHECK_UNKNOWN, "no-decoder", err->hint, "%s", why);
	else if (r == -ENOEXEC)
		kmt_check_fail(c, KMT_ERR_FAILED, id_of(c), ENOEXEC, FIX_COPY, "%s", why);
	else if (r == -EBADMSG)
		kmt_check_fail(c, KMT_ERR_FAILED, "damaged", 0, FIX_COPY, "%s", why);
	else
		kmt_check_add(c, KMT_CHECK_UNKNOWN, "unreadable", NULL, "%s", err->msg);
}

/* What is no regular file with something in it. */
static bool fail_type(struct kmt_checker *c)
{
	struct stat st;

	if (kmt_root_stat(c->env->snap->root, c->subject->path, &st) < 0)
		return false;
	if (S_ISDIR(st.st_mode))
		kmt_check_fail(c, KMT_ERR_FAILED, "directory", EINVAL, "name a .ko file in it",
			"it is a directory");
	else if (!S_ISREG(st.st_mode))
		kmt_check_fail(c, KMT_ERR_FAILED, "special-file", EINVAL, "name a .ko file",
			"it is not a regular file");
	else if (!st.st_size)
		kmt_check_fail(c, KMT_ERR_FAILED, "empty", EINVAL, FIX_COPY, "the file is empty");
	else
		return false;
	return true;
}

static void pass_file(struct kmt_checker *c)
{
	enum kmt_compression packed = kmt_kofile_compression(c->ko);
	struct kmt_decoder_choice choice = {.decoder = KMT_DECODER_USER};

	if (packed == KMT_COMP_NONE) {
		kmt_check_pass(c, "%s", c->subject->path);
		return;
	}
	if (c->env->live)
		kmt_decoder_of_file(c->env->snap->root, c->subject->path, &choice, NULL);
	kmt_check_pass(c, "%s (%s, unpacked by %s)", c->subject->path, kmt_compression_name(packed),
		choice.decoder == KMT_DECODER_KERNEL ? "the kernel" : "kmtool");
}

static void take_depends(struct kmt_checker *c)
{
	const char *s = kmt_modinfo_get(&c->info, "depends");

	while (s && *s) {
		size_t n = strcspn(s, ",");

		if (n)
			kmt_vec_push(&c->depends, kmt_arena_strndup(&c->arena, s, n));
		s += n + (s[n] == ',');
	}
}

static void read_info(struct kmt_checker *c)
{
	if (kmt_kofile_modinfo(c->ko, &c->info, NULL) < 0)
		return;
	c->vermagic = kmt_modinfo_get(&c->info, "vermagic");
	c->license = kmt_modinfo_get(&c->info, "license");
	take_depends(c);
}

static void add_version(
	void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	struct kmt_checker *c = ctx;

	kmt_vec_push(
		&c->versions, (struct kmt_check_version){
				      .name = kmt_arena_strndup(&c->arena, name, len), .crc = crc});
}

static void find_layout(struct kmt_checker *c)
{
	const struct kmt_check_version *v;

	kmt_vec_foreach (v, &c->versions)
		if (!strcmp(v->name, "module_layout"))
			c->layout = v;
}

static bool is_in_tree(struct kmt_checker *c)
{
	const struct kmt_module *m;

	pthread_mutex_lock(&c->env->lock);
	m = c->env->snap->has_tree ? kmt_modindex_find(&c->env->snap->index, c->subject->name)
				   : NULL;
	pthread_mutex_unlock(&c->env->lock);
	return m && m->path && !strcmp(m->path, c->subject->path);
}

/* It is of the tree if all that tells the kernel's build is the same in it. */
static bool is_of_tree(struct kmt_checker *c)
{
	const struct kmt_check_build *b = c->build;

	if (!b->path || !c->vermagic || strcmp(c->vermagic, b->vermagic) ||
		!kmt_modinfo_get(&c->info, "intree"))
		return false;
	if (b->has_layout && (!c->layout || c->layout->crc != b->layout))
		return false;
	return is_in_tree(c);
}

/* What is judged is what will be inserted, whatever has come to stand at its path. */
static int open_file(struct kmt_checker *c, struct kmt_err *err)
{
	const struct kmt_check_subject *s = c->subject;
	const struct kmt_root *root = c->env->snap->root;
	kmt_autoclose int fd = s->fd ? fcntl(*s->fd, F_DUPFD_CLOEXEC, 0) : -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return kmt_kofile_open(c->ko, root, s->path, err);
	return kmt_kofile_open_fd(c->ko, root, s->path, kmt_take_fd(&fd), &st, err);
}

static void test_file(struct kmt_checker *c)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	int r;

	if (!c->subject->path) {
		kmt_check_pass(c, "%s is part of the kernel image: there is nothing to load",
			c->subject->name);
		return;
	}
	r = open_file(c, &err);
	if (!r)
		r = kmt_kofile_versions(c->ko, add_version, c, &err);
	c->ended = r < 0;
	if (r < 0) {
		if (!fail_type(c))
			fail_open(c, r, &err);
		return;
	}
	read_info(c);
	find_layout(c);
	c->of_tree = is_of_tree(c);
	pass_file(c);
}

const char *kmt_machine_text(unsigned int machine, struct kmt_arena *arena)
{
	static const struct {
		unsigned int number;
		const char *name;
	} known[] = {
		{EM_386, "i386"},
		{EM_68K, "m68k"},
		{EM_MIPS, "mips"},
		{EM_PARISC, "parisc"},
		{EM_PPC, "powerpc"},
		{EM_PPC64, "powerpc64"},
		{EM_S390, "s390"},
		{EM_ARM, "arm"},
		{EM_SPARCV9, "sparc64"},
		{EM_IA_64, "ia64"},
		{EM_X86_64, "x86-64"},
		{EM_AARCH64, "aarch64"},
		{EM_RISCV, "riscv"},
		{EM_ALPHA, "alpha"},
		{258, "loongarch"},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(known); i++)
		if (known[i].number == machine)
			return kmt_arena_printf(arena, "%s (%u)", known[i].name, machine);
	return kmt_arena_printf(arena, "ELF machine %u", machine);
}

static void test_elf(struct kmt_checker *c)
{
	const struct kmt_check_build *b = c->build;
	unsigned int machine = kmt_kofile_machine(c->ko);
	const char *text = kmt_machine_text(machine, &c->arena);
	const char *bits = kmt_kofile_class(c->ko) == ELFCLASS32 ? "32" : "64";

	if (!b->path)
		kmt_check_add(c, KMT_CHECK_UNKNOWN, "no-module-tree", NULL,
			"%s, %s bits; no module of the kernel's own tree tells which it takes",
			text, bits);
	else if (kmt_kofile_encoding(c->ko) != b->encoding)
		kmt_check_fail(c, KMT_ERR_FAILED, "other-byte-order", ENOEXEC,
			"build it for this machine", "built for a machine of the other byte order");
	else if (machine != b->machine)
		kmt_check_fail(c, KMT_ERR_FAILED, "other-machine", ENOEXEC,
			"build it for this machine", "built for %s, and the kernel is for %s", text,
			kmt_machine_text(b->machine, &c->arena));
	else
		kmt_check_pass(c, "%s, %s bits", text, bits);
}

static bool is_version_from(const char *release, const char *from)
{
	return strverscmp(release, from) >= 0;
}

static void check_size(struct kmt_checker *c)
{
	uint64_t size = kmt_kofile_section_size(c->ko, ".gnu.linkonce.this_module");
	const struct kmt_check_build *b = c->build;

	if (!b->path || size == b->this_module)
		kmt_check_pass(c, "struct module, symbol table and .modinfo are there");
	else if (is_version_from(c->env->snap->version, SIZE_COMPARED))
		kmt_check_fail(c, KMT_ERR_FAILED, "struct-module", ENOEXEC, KMT_FIX_BUILD,
			"its struct module has %llu bytes, the kernel's %llu: built for another "
			"kernel",
			(unsigned long long)size, (unsigned long long)b->this_module);
	else
		kmt_check_add(c, KMT_CHECK_WARN, "struct-module", KMT_FIX_BUILD,
			"its struct module has %llu bytes, the kernel's %llu: built for another "
			"kernel",
			(unsigned long long)size, (unsigned long long)b->this_module);
}

static void test_structure(struct kmt_checker *c)
{
	if (!kmt_kofile_find_symtab(c->ko))
		kmt_check_fail(c, KMT_ERR_FAILED, "stripped", ENOEXEC,
			"strip it with --strip-debug only, or install it again",
			"it has no symbol table: it was stripped of all symbols");
	else if (!kmt_kofile_section_size(c->ko, ".gnu.linkonce.this_module"))
		kmt_check_fail(c, KMT_ERR_FAILED, "no-module-structure", ENOEXEC,
			"link it with the kernel's build (make -C .../build M=DIR modules)",
			"it has no section .gnu.linkonce.this_module: an object file, but not a "
			"module");
	else if (!c->info.fields.n)
		kmt_check_add(c, KMT_CHECK_WARN, "no-modinfo", KMT_FIX_BUILD,
			"it has no .modinfo: the kernel takes it for a module of no licence");
	else
		check_size(c);
}

static bool has_word(const char *text, const char *word, size_t n)
{
	for (const char *s = text; *s; s += strcspn(s, " ")) {
		s += strspn(s, " ");
		if (strcspn(s, " ") == n && !strncmp(s, word, n))
			return true;
	}
	return false;
}

static void add_words(const char *of, const char *not_in, char sign, struct kmt_strbuf *out)
{
	for (const char *s = of; *s;) {
		size_t n = strcspn(s, " ");

		if (n && !has_word(not_in, s, n))
			kmt_strbuf_item(out, " ", "%c%.*s", sign, (int)n, s);
		s += n + (s[n] == ' ');
	}
}

void kmt_vermagic_differ(const char *theirs, const char *ours, struct kmt_strbuf *out)
{
	kmt_autostrbuf struct kmt_strbuf words = KMT_STRBUF_INIT;

	add_words(theirs, ours, '+', &words);
	add_words(ours, theirs, '-', &words);
	kmt_strbuf_addstr(out, words.len ? words.s : "in the order of words");
}

/* The release, which is known without a tree; with MODVERSIONS the kernel does not look at it. */
static void check_release(struct kmt_checker *c, bool ignored)
{
	const char *release = c->env->snap->version;

	if (ignored || kmt_check_is_release(c->vermagic, release))
		kmt_check_add(c, KMT_CHECK_UNKNOWN, "no-module-tree", NULL,
			"'%s'; no module of the kernel's own tree tells what it should be",
			c->vermagic);
	else
		kmt_check_fail(c, KMT_ERR_FAILED, "vermagic", ENOEXEC, KMT_FIX_BUILD,
			"built for '%s', and the kernel is %s", c->vermagic, release);
}

static void test_vermagic(struct kmt_checker *c)
{
	const struct kmt_check_build *b = c->build;
	bool crcs = c->versions.n && !(c->subject->flags & KMT_INSERT_IGNORE_MODVERSIONS);
	const char *theirs = c->vermagic, *ours = b->vermagic;
	kmt_autostrbuf struct kmt_strbuf differ = KMT_STRBUF_INIT;

	if (!theirs || (c->subject->flags & KMT_INSERT_IGNORE_VERMAGIC)) {
		if (kmt_check_config(c->env, "CONFIG_MODULE_FORCE_LOAD") == 'n')
			kmt_check_fail(c, KMT_ERR_FAILED, "vermagic", ENOEXEC, KMT_FIX_BUILD,
				"no version magic counts, and this kernel forces nothing "
				"(CONFIG_MODULE_FORCE_LOAD)");
		else
			kmt_check_add(c, KMT_CHECK_WARN, "forced", KMT_FIX_BUILD,
				"no version magic counts: it is loaded by force and taints the "
				"kernel (F), or refused");
		return;
	}
	if (!ours) {
		check_release(c, crcs);
		return;
	}
	if (crcs && has_word(ours, "modversions", strlen("modversions"))) {
		theirs += strcspn(theirs, " ");
		ours += strcspn(ours, " ");
	}
	if (!strcmp(theirs, ours)) {
		kmt_check_pass(c, "%s%s", c->vermagic,
			strcmp(c->vermagic, b->vermagic) ? " (the CRCs count, not the release)"
							 : "");
		return;
	}
	kmt_vermagic_differ(theirs, ours, &differ);
	kmt_check_fail(c, KMT_ERR_FAILED, "vermagic", ENOEXEC, KMT_FIX_BUILD,
		"'%s' should be '%s': %s", c->vermagic, b->vermagic, differ.s);
}

const kmt_check_fn kmt_tests_of_file[KMT_TESTS] = {
	[KMT_TEST_FILE] = test_file,
	[KMT_TEST_ELF] = test_elf,
	[KMT_TEST_STRUCTURE] = test_structure,
	[KMT_TEST_VERMAGIC] = test_vermagic,
};
