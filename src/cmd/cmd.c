/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/cmd/cmd.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>

const struct kmt_cmd *kmt_cmd_find(const struct kmt_cmd *const *cmds, const char *name)
{
	for (const struct kmt_cmd *const *c = cmds; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

/* What the tools of kmod and habit call it. */
static const char *other_name(const char *name)
{
	static const struct {
		const char *other, *ours;
	} names[] = {
		{"lsmod", "list"}, {"ls", "list"}, {"modinfo", "info"}, {"show", "info"}, {"modprobe", "load"},
		{"insmod", "load"}, {"add", "load"}, {"rmmod", "unload"}, {"remove", "unload"}, {"rm", "unload"},
		{"depmod", "index"},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		if (!strcmp(names[i].other, name))
			return names[i].ours;
	return NULL;
}

/* One error in a short word, two in a long one: more is another word. */
static const char *near_name(const struct kmt_cmd *const *cmds, const char *name)
{
	const char *near = NULL;
	unsigned int best = strlen(name) < 4 ? 2 : 3;

	for (const struct kmt_cmd *const *c = cmds; *c; c++) {
		unsigned int d = kmt_name_distance(name, (*c)->name);

		if (d < best && d < strlen((*c)->name) && !(*c)->hidden) {
			best = d;
			near = (*c)->name;
		}
	}
	return near;
}

int kmt_cmd_unknown(const struct kmt_cmd *const *cmds, const char *name, struct kmt_err *err)
{
	const char *meant = other_name(name);

	if (!meant)
		meant = near_name(cmds, name);
	kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "unknown command '%s'", name);
	if (meant)
		kmt_err_hint(err, "did you mean 'kmtool %s'?", meant);
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
