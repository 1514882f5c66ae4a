/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command_line_priv.h"

#include <kmt/base/alloc.h>
#include <kmt/base/shell.h>
#include <kmt/base/strbuf.h>

static void add_value(struct kmt_strbuf *out, const struct kmt_opt *opt, const char *value)
{
	kmt_strbuf_addf(out, " --%s", opt->long_name);
	if (value)
		kmt_shell_add(out, value);
}

static void add_option(struct kmt_strbuf *out, const struct kmt_opt *opt, const void *base)
{
	const void *field = (const char *)base + opt->offset;
	const struct kmt_strv *list = field;

	switch (opt->kind) {
	case KMT_OPT_FLAG:
		if (*(const bool *)field)
			add_value(out, opt, NULL);
		break;
	case KMT_OPT_STRING:
		if (*(const char *const *)field)
			add_value(out, opt, *(const char *const *)field);
		break;
	case KMT_OPT_UINT:
		if (*(const unsigned int *)field)
			kmt_strbuf_addf(out, " --%s %u", opt->long_name, *(const unsigned int *)field);
		break;
	case KMT_OPT_CHOICE:
		if (*(const int *)field)
			add_value(out, opt, opt->choices[*(const int *)field]);
		break;
	case KMT_OPT_LIST:
		for (size_t i = 0; i < list->n; i++)
			add_value(out, opt, list->v[i]);
		break;
	}
}

char *kmt_command_line(const struct kmt_env *env, const void *opts)
{
	struct kmt_strbuf out = KMT_STRBUF_INIT;

	kmt_strbuf_addf(&out, "kmtool %s", env->cmd->name);
	for (const struct kmt_opt *o = env->cmd->opts; o && o->long_name; o++)
		add_option(&out, o, opts);
	for (const struct kmt_opt *o = kmt_global_opts; o->long_name; o++)
		add_option(&out, o, &env->g);
	for (int i = 0; i < env->argc; i++)
		kmt_shell_add(&out, env->argv[i]);
	return kmt_strbuf_steal(&out);
}
