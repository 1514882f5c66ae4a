/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/config.h>

#include <string.h>

#include <kmt/sys/paths.h>

static void add_option(const char *text, const struct kmt_origin *origin, struct kmt_config_options *out)
{
	kmt_vec_push(&out->rows, (struct kmt_config_option){.text = text, .origin = *origin});
}

/* The next of two lists of lines, in the order of the lines. */
static const struct kmt_conf_line *next_of(
	const struct kmt_confindex_entry **a, const struct kmt_confindex_entry **b)
{
	const struct kmt_confindex_entry **first = *a && (!*b || (*a)->line < (*b)->line) ? a : b;
	const struct kmt_conf_line *line = *first ? (*first)->line : NULL;

	if (line)
		*first = (*first)->next;
	return line;
}

void kmt_config_options(const struct kmt_snapshot *snap, const char *name, const char *alias,
	struct kmt_config_options *out)
{
	const struct kmt_confindex_entry *by_name = kmt_confindex_spelt(&snap->lines, KMT_CONF_OPTIONS, name);
	const struct kmt_confindex_entry *by_alias =
		alias && strcmp(alias, name) ? kmt_confindex_spelt(&snap->lines, KMT_CONF_OPTIONS, alias) : NULL;
	const struct kmt_origin cmdline = {.file = KMT_PATH_PROC_CMDLINE};
	bool builtin = kmt_snapshot_is_builtin(snap, name);
	const struct kmt_cmdline_option *option;
	const struct kmt_conf_line *line;

	while (!builtin && (line = next_of(&by_name, &by_alias)))
		add_option(line->value, &line->origin, out);
	kmt_vec_foreach(option, &snap->cmdline.options) {
		if (*option->param && (!strcmp(option->module, name) ||
					      (alias && !strcmp(option->module, alias))))
			add_option(option->param, &cmdline, out);
	}
}

void kmt_config_options_free(struct kmt_config_options *o)
{
	kmt_vec_free(&o->rows);
}

static bool in_list(const struct kmt_strv *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], name))
			return true;
	return false;
}

bool kmt_config_blacklisted(
	const struct kmt_snapshot *snap, const char *name, struct kmt_origin *origin)
{
	const struct kmt_confindex_entry *entry = kmt_confindex_spelt(&snap->lines, KMT_CONF_BLACKLIST, name);

	if (entry)
		*origin = entry->line->origin;
	else if (in_list(&snap->cmdline.modprobe_blacklist, name))
		*origin = (struct kmt_origin){.file = KMT_PATH_PROC_CMDLINE};
	else
		return false;
	return true;
}

bool kmt_config_kernel_blacklisted(const struct kmt_snapshot *snap, const char *name)
{
	return in_list(&snap->cmdline.module_blacklist, name);
}

bool kmt_config_command_blocks(const char *command)
{
	static const char *const blocks[] = {"true", "false", "/bin/true", "/bin/false",
		"/usr/bin/true", "/usr/bin/false", ":", "exit 0", "exit 1", "/sbin/nologin",
		"/usr/sbin/nologin"};
	size_t n;

	command += strspn(command, " \t");
	n = strlen(command);
	while (n && strchr(" \t\r;", command[n - 1]))
		n--;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(blocks); i++)
		if (strlen(blocks[i]) == n && !strncmp(blocks[i], command, n))
			return true;
	return false;
}
