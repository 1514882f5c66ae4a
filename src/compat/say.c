/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages, as scripts know them from kmod. */
#include "tool_priv.h"

#include <stdarg.h>
#include <stdio.h>

#include <kmt/base/escape.h>
#include <kmt/base/strbuf.h>

static const char *label(int level)
{
	static const char *const labels[] = {
		[LOG_CRIT] = "FATAL",
		[LOG_ERR] = "ERROR",
		[LOG_WARNING] = "WARNING",
		[LOG_NOTICE] = "NOTICE",
		[LOG_INFO] = "INFO",
		[LOG_DEBUG] = "DEBUG",
	};

	return labels[level];
}

void kmt_tool_say(struct kmt_tool_env *env, int level, const char *fmt, ...)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT, shown = KMT_STRBUF_INIT;
	va_list ap;

	if (level > env->level)
		return;
	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	kmt_escape_text(&shown, kmt_strbuf_str(&text), text.len);
	if (env->syslog)
		syslog(level, "%s: %s", label(level), kmt_strbuf_str(&shown));
	else
		fprintf(stderr, "%s: %s: %s\n", env->prog, label(level), kmt_strbuf_str(&shown));
	env->ended |= level <= LOG_CRIT;
}
