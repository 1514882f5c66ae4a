/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tool is one file and one entry in tools_priv.h. Its option table is read by the parser, by --help and
 * by the test that compares the man page with it. It does and says what kmod's tool of that name does and
 * says: options may follow operands and be abbreviated, the exit status is 0 or 1, messages have kmod's
 * words.
 */
#ifndef KMT_COMPAT_TOOL_PRIV_H
#define KMT_COMPAT_TOOL_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <syslog.h>
#include <kmt/base/vec.h>
#include <kmt/sys/kernel.h>
#include <kmt/sys/root.h>

enum kmt_tool_opt_kind {
	KMT_TOOL_END,	 /* of a table */
	KMT_TOOL_FLAG,	 /* bool */
	KMT_TOOL_COUNT,	 /* int: one more each time */
	KMT_TOOL_NUMBER, /* int: becomes .number */
	KMT_TOOL_WORD,	 /* const char *: becomes .word; of several options of one offset the last counts */
	KMT_TOOL_STRING, /* const char *: the option's value */
	KMT_TOOL_LIST,	 /* struct kmt_strv: may be given several times */
};

struct kmt_tool_opt {
	enum kmt_tool_opt_kind kind;
	const char *long_name;	/* NULL: it has only the short one */
	char short_name;	/* 0: it has only the long one */
	const char *metavar;	/* STRING, LIST: "DIR" */
	const char *word;	/* WORD */
	int number;		/* NUMBER */
	const char *help;	/* one line, no full stop; NULL: not shown (another spelling of the one before) */
	const char *instead;	/* it is deprecated: the long option that is meant; NULL */
	size_t offset;		/* into the struct of options ... */
	bool in_env;		/* ... or into struct kmt_tool_env */
};

struct kmt_tool;

/* What each tool gets. */
struct kmt_tool_env {
	const struct kmt_tool *tool;
	const char *prog;	/* for messages: "modprobe"; "kmod" for "kmod list" */
	int level;		/* LOG_*: messages above it are not said */
	int verbose;		/* how many -v there were; below 0 after -q */
	bool syslog, help, version; /* -s, -h, -V */
	bool ended;		/* a FATAL message was said: nothing more is to be done */
	struct kmt_root host;	/* "/": /sys, /proc and the configuration, whatever -d says */
	struct kmt_kernel *kernel;
	int argc;		/* operands */
	char **argv;
};

struct kmt_tool {
	const char *name;
	const char *summary;	/* one line */
	const char *usage;	/* what follows the name, one line for each form of the command line */
	bool of_kmod;		/* "kmod NAME", and no program of that name */
	const struct kmt_tool_opt *opts; /* ends with an all-zero entry */
	size_t opts_size;	/* of the struct of options; 0: none */
	int level;		/* of messages, without -v: LOG_ERR, LOG_WARNING */
	const char *env_options; /* a variable whose words come before the command line's; NULL */
	/* Returns 0, or anything else for exit status 1. Has said why. */
	int (*run)(struct kmt_tool_env *env, const void *opts);
};

/* Options that several tools have, for their tables. */
#define KMT_TOOL_OPT_SYSLOG                                                                        \
	{KMT_TOOL_FLAG, "syslog", 's', .help = "print messages to syslog, not stderr", .in_env = true, \
		.offset = offsetof(struct kmt_tool_env, syslog)}
#define KMT_TOOL_OPT_VERBOSE                                                                       \
	{KMT_TOOL_COUNT, "verbose", 'v', .help = "print more messages", .in_env = true,            \
		.offset = offsetof(struct kmt_tool_env, verbose)}
#define KMT_TOOL_OPT_QUIET                                                                         \
	{KMT_TOOL_NUMBER, "quiet", 'q', .number = -LOG_DEBUG, .help = "print no messages",         \
		.in_env = true, .offset = offsetof(struct kmt_tool_env, verbose)}
#define KMT_TOOL_OPT_VERSION                                                                       \
	{KMT_TOOL_FLAG, "version", 'V', .help = "print the version", .in_env = true,               \
		.offset = offsetof(struct kmt_tool_env, version)}
#define KMT_TOOL_OPT_HELP                                                                          \
	{KMT_TOOL_FLAG, "help", 'h', .help = "print this help", .in_env = true,                    \
		.offset = offsetof(struct kmt_tool_env, help)}

/*
 * Says "PROG: FATAL|ERROR|WARNING|NOTICE|INFO|DEBUG: text" on stderr or to syslog, if LEVEL is not above
 * env->level. LOG_CRIT is FATAL, and ends the run: the caller returns. Escapes nothing that kmod does not,
 * but control characters.
 */
void kmt_tool_say(struct kmt_tool_env *env, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Runs env->tool with ARGV and what its variable has. 0, or anything else for exit status 1. */
int kmt_tool_run(struct kmt_tool_env *env, int argc, char **argv);
void kmt_tool_version(void); /* "kmod version N", what it can read, and whose it is */

#endif
