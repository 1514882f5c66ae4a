/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What -h and -V print. */
#include "tool_priv.h"

#include <stdio.h>
#include <string.h>

#include <kmt/base/strbuf.h>

/* Where the help of an option begins. */
#define HELP_COLUMN 28

static void print_option(const struct kmt_tool_opt *opt)
{
	kmt_autostrbuf struct kmt_strbuf left = KMT_STRBUF_INIT;

	if (!opt->help)
		return;
	if (opt->short_name)
		kmt_strbuf_addf(&left, "-%c", opt->short_name);
	if (opt->long_name)
		kmt_strbuf_addf(&left, "%s--%s", opt->short_name ? ", " : "    ", opt->long_name);
	if (opt->metavar)
		kmt_strbuf_addf(&left, "%c%s", opt->long_name ? '=' : ' ', opt->metavar);
	printf("\t%-*s%s%s\n", HELP_COLUMN, left.s, left.len >= HELP_COLUMN ? "  " : "", opt->help);
}

void kmt_tool_help(const struct kmt_tool_env *env)
{
	const struct kmt_tool *tool = env->tool;
	const char *line = tool->usage;

	printf("%s - %s\nUsage:\n", tool->name, tool->summary);
	for (;;) {
		size_t n = strcspn(line, "\n");

		printf("\t%s%s %.*s\n", tool->of_kmod ? "kmod " : "", tool->name, (int)n, line);
		if (!line[n])
			break;
		line += n + 1;
	}
	fputs("\nOptions:\n", stdout);
	for (const struct kmt_tool_opt *o = tool->opts; o->kind != KMT_TOOL_END; o++)
		print_option(o);
}

/* Scripts ask for the version of kmod: this is the one whose behaviour the tools have. */
#define KMOD_VERSION "34"
#ifdef HAVE_ZSTD
#define ZSTD "+ZSTD"
#else
#define ZSTD "-ZSTD"
#endif
#ifdef HAVE_LZMA
#define XZ "+XZ"
#else
#define XZ "-XZ"
#endif
#ifdef HAVE_ZLIB
#define ZLIB "+ZLIB"
#else
#define ZLIB "-ZLIB"
#endif
#ifdef HAVE_CRYPTO
#define CRYPTO "+OPENSSL"
#else
#define CRYPTO "-OPENSSL"
#endif

void kmt_tool_version(void)
{
	puts("kmod version " KMOD_VERSION "\n" ZSTD " " XZ " " ZLIB " " CRYPTO "\n" PACKAGE_STRING);
}
