/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/config.h>

#include <fnmatch.h>
#include <string.h>

#include <kmt/sys/paths.h>

bool kmt_config_matches(const char *pattern, const char *name)
{
	if (!strpbrk(pattern, "*?[\\"))
		return !strcmp(pattern, name);
	return !fnmatch(pattern, name, 0);
}

void kmt_config_options(const struct kmt_snapshot *snap, const char *name, const char *alias,
	struct kmt_config_options *out)
{
	const struct kmt_conf_line *line;
	const struct kmt_cmdline_option *option;

	kmt_vec_foreach(line, &snap->conf.lines) {
		if (line->kind != KMT_CONF_OPTIONS)
			continue;
		if (!strcmp(line->pattern, name) || (alias && !strcmp(line->pattern, alias)))
			kmt_vec_push(&out->rows, (struct kmt_config_option){
							 .text = line->value,
							 .origin = line->origin,
						 });
	}
	kmt_vec_foreach(option, &snap->cmdline.options) {
		if (*option->param && (!strcmp(option->module, name) ||
					      (alias && !strcmp(option->module, alias))))
			kmt_vec_push(&out->rows, (struct kmt_config_option){
							 .text = option->param,
							 .origin = {.file = KMT_PATH_PROC_CMDLINE},
						 });
	}
}

void kmt_config_options_free(struct kmt_config_options *o)
{
	kmt_vec_free(&o->rows);
}

const struct kmt_conf_line *kmt_config_first(const struct kmt_snapshot *snap, enum kmt_conf_kind kind,
	const char *name, bool shipped_only)
{
	const struct kmt_conf_line *line;

	kmt_vec_foreach(line, &snap->conf.lines) {
		if (line->kind == kind && (line->shipped || !shipped_only) &&
			kmt_config_matches(line->pattern, name))
			return line;
	}
	return NULL;
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
	const struct kmt_conf_line *line;

	kmt_vec_foreach(line, &snap->conf.lines) {
		if (line->kind == KMT_CONF_BLACKLIST && !strcmp(line->pattern, name)) {
			*origin = line->origin;
			return true;
		}
	}
	if (!in_list(&snap->cmdline.modprobe_blacklist, name))
		return false;
	*origin = (struct kmt_origin){.file = KMT_PATH_PROC_CMDLINE};
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
