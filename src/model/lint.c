/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lint_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <kmt/model/lookup.h>
#include <kmt/sys/paths.h>

const struct kmt_lint_rule kmt_lint_rules[] = {
	{"bad-line", "a line that modprobe cannot read", .run = kmt_lint_bad_line},
	{"comment-indented", "a comment that does not start in the first column", .run = kmt_lint_comment},
	{"comment-trailing", "a comment behind a directive, which becomes a part of it",
		.run = kmt_lint_trailing_comment},
	{"carriage-return", "a line that ends with CR and LF, as other systems write it",
		.run = kmt_lint_carriage_return},
	{"extra-words", "words behind a blacklist or alias line, which modprobe does not look at",
		.run = kmt_lint_extra_words},
	{"not-conf", "a file that is not read, because its name does not end in .conf",
		.run = kmt_lint_not_conf},
	{"masked-file", "a vendor's file that is not read, because another one has its name", .note = true,
		.run = kmt_lint_masked_file},
	{"shadowed", "an install, remove, softdep or weakdep line after the one that counts",
		.run = kmt_lint_shadowed},
	{"shadowed-same", "a line that says the same as the one that counts instead", .note = true,
		.run = kmt_lint_shadowed_same},
	{"after-softdep", "a softdep or weakdep line that comes after what the module itself ships",
		.run = kmt_lint_after_softdep},
	{"void-install", "an install line that is not run, because the module has soft dependencies",
		.run = kmt_lint_void_install},
	{"empty-softdep", "a softdep line with names that follow neither pre: nor post:",
		.run = kmt_lint_empty_softdep},
	{"duplicate", "a line that says what another one says already", .run = kmt_lint_duplicate},
	{"overridden", "a parameter that a later line sets to something else", .run = kmt_lint_overridden},
	{"options-pattern", "options for a pattern instead of a module", .run = kmt_lint_options_pattern},
	{"unknown-module", "a module that this kernel does not have", .run = kmt_lint_unknown_module},
	{"bad-parameter", "a parameter that the module does not have, or a value that it cannot have",
		.run = kmt_lint_bad_parameter},
	{"builtin-options", "options for a module that is built into the kernel",
		.run = kmt_lint_builtin_options},
	{"builtin-block", "a built-in module that a line wants to keep out", .note = true,
		.run = kmt_lint_builtin_block},
	{"weak-blacklist", "a blacklist line that does not keep the module out", .note = true,
		.run = kmt_lint_weak_blacklist},
	{"alias-off", "an alias that is switched off, and does not keep the module out", .note = true,
		.run = kmt_lint_alias_off},
	{"essential-block", "a block of a module that the machine needs at the next boot",
		.run = kmt_lint_essential_block},
	{"cmdline-dash", "a name with '-' in modprobe.blacklist= or module_blacklist=",
		.run = kmt_lint_cmdline_dash},
	{"boot-unknown", "a line of modules-load.d that names no module", .run = kmt_lint_boot_name},
	{"boot-builtin", "a line of modules-load.d for a built-in module", .note = true,
		.run = kmt_lint_boot_builtin},
	{"boot-blacklisted", "a module that is to be loaded at boot, and is blacklisted or switched off",
		.run = kmt_lint_boot_blacklisted},
	{"late-options", "options that differ from what the loaded module has", .note = true,
		.run = kmt_lint_late_options},
	{"initramfs-config", "an initramfs image with another configuration than the disk",
		.run = kmt_lint_initramfs_config},
	{"initramfs-module", "an initramfs image with other modules than the disk",
		.run = kmt_lint_initramfs_module},
	{"initramfs-root", "an initramfs image without a module that the root filesystem needs",
		.run = kmt_lint_initramfs_root},
	{0},
};

/* One file after the other; for one line in the order of the rules. */
static int compare_findings(const void *a, const void *b)
{
	const struct kmt_lint_finding *x = a, *y = b;
	int r = strcmp(x->origin.file, y->origin.file);

	if (r)
		return r;
	if (x->origin.line != y->origin.line)
		return x->origin.line < y->origin.line ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

int kmt_lint_run(const struct kmt_snapshot *snap, const struct kmt_settings *settings,
	const struct kmt_lint_facts *facts, struct kmt_lint *out, struct kmt_err *err)
{
	int r = 0;

	*out = (struct kmt_lint){.snap = snap, .settings = settings, .facts = facts};
	for (out->rule = kmt_lint_rules; !r && out->rule->id; out->rule++)
		r = out->rule->run(out, err);
	if (r < 0)
		kmt_lint_free(out);
	else if (out->rows.n)
		qsort(out->rows.v, out->rows.n, sizeof(*out->rows.v), compare_findings);
	return r;
}

void kmt_lint_free(struct kmt_lint *lint)
{
	kmt_vec_free(&lint->rows);
	kmt_arena_free(&lint->arena);
	*lint = (struct kmt_lint){0};
}

size_t kmt_lint_problems(const struct kmt_lint *lint)
{
	const struct kmt_lint_finding *f;
	size_t n = 0;

	kmt_vec_foreach(f, &lint->rows) {
		n += !f->rule->note;
	}
	return n;
}
