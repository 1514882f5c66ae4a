/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>
#include <kmt/cmd/cmd.h>

#include "cmds_priv.h"

#define ENTRY(name) &kmt_cmd_##name,
const struct kmt_cmd *const kmt_cmds[] = {KMT_COMMANDS(ENTRY) NULL};

const struct kmt_cmd *kmt_cmd_find(const char *name)
{
	for (const struct kmt_cmd *const *c = kmt_cmds; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

int kmt_cmd_unknown(const char *name, struct kmt_err *err)
{
	const char *near = NULL;
	unsigned int best = 3;

	for (const struct kmt_cmd *const *c = kmt_cmds; *c; c++) {
		unsigned int d = kmt_name_distance(name, (*c)->name);

		if (d < best && !(*c)->hidden) {
			best = d;
			near = (*c)->name;
		}
	}
	kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "there is no command '%s'", name);
	if (near)
		kmt_err_hint(err, "did you mean 'kmtool %s'?", near);
	else
		kmt_err_hint(err, "'kmtool help' lists the commands");
	return -EINVAL;
}

const char *kmt_cmd_verb_name(const struct kmt_cmd *verb)
{
	const char *blank = strchr(verb->name, ' ');

	return blank ? blank + 1 : verb->name;
}

const struct kmt_cmd *kmt_cmd_verb(const struct kmt_cmd *cmd, const char *word)
{
	for (const struct kmt_cmd *const *v = cmd->verbs; v && *v; v++)
		if (!strcmp(kmt_cmd_verb_name(*v), word))
			return *v;
	return NULL;
}

int kmt_cmd_unknown_verb(const struct kmt_cmd *cmd, const char *word, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf known = KMT_STRBUF_INIT;

	for (const struct kmt_cmd *const *v = cmd->verbs; *v; v++)
		kmt_strbuf_item(&known, ", ", "%s", kmt_cmd_verb_name(*v));
	kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool %s' does not know '%s'", cmd->name, word);
	kmt_err_hint(err, "it knows %s", kmt_strbuf_str(&known));
	return -EINVAL;
}

int kmt_exit_status(const struct kmt_err *err)
{
	if (err->signo)
		return 128 + err->signo;
	switch (err->kind) {
	case KMT_ERR_NONE:
		return 0;
	case KMT_ERR_FAILED:
		return 1;
	case KMT_ERR_USAGE:
		return 2;
	case KMT_ERR_PARTLY:
		return 3;
	case KMT_ERR_NOT_FOUND:
		return 4;
	case KMT_ERR_REFUSED:
		return 5;
	}
	return 1;
}
