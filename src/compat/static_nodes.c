/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "kmod static-nodes": the device nodes whose opening loads a module, from modules.devname. */
#include "tools_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <kmt/base/slice.h>
#include <kmt/base/strbuf.h>
#include <kmt/source/moduletree.h>
#include <kmt/sys/file.h>

struct options {
	const char *format, *output;
};

struct node {
	int module_n, name_n; /* lengths */
	const char *module, *name; /* below /dev */
	char type;
	unsigned int major, minor;
};

/* "MODULE NAME c10:200" */
static bool read_node(struct kmt_slice line, struct node *out)
{
	struct kmt_slice module = kmt_slice_word(&line), name = kmt_slice_word(&line),
			 numbers = kmt_slice_word(&line);
	char text[32];

	if (!module.n || !name.n || numbers.n >= sizeof(text))
		return false;
	memcpy(text, numbers.s, numbers.n);
	text[numbers.n] = '\0';
	*out = (struct node){
		.module_n = (int)module.n, .name_n = (int)name.n, .module = module.s, .name = name.s};
	return sscanf(text, "%c%u:%u", &out->type, &out->major, &out->minor) == 3 &&
	       (out->type == 'c' || out->type == 'b');
}

static void write_human(const struct node *n, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out,
		"Module: %.*s\n\tDevice node: /dev/%.*s\n\t\tType: %s device\n\t\tMajor: %u\n\t\tMinor: %u\n",
		n->module_n, n->module, n->name_n, n->name, n->type == 'c' ? "character" : "block", n->major,
		n->minor);
}

static void write_tmpfiles(const struct node *n, struct kmt_strbuf *out)
{
	const char *slash = memrchr(n->name, '/', (size_t)n->name_n);

	if (slash)
		kmt_strbuf_addf(out, "d /dev/%.*s 0755 - - -\n", (int)(slash - n->name), n->name);
	kmt_strbuf_addf(out, "%c! /dev/%.*s 0600 - - - %u:%u\n", n->type, n->name_n, n->name, n->major, n->minor);
}

static void write_devname(const struct node *n, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "%.*s %.*s %c%u:%u\n", n->module_n, n->module, n->name_n, n->name, n->type, n->major,
		n->minor);
}

static const struct format {
	const char *name;
	void (*write)(const struct node *n, struct kmt_strbuf *out);
} formats[] = {
	{"human", write_human},
	{"tmpfiles", write_tmpfiles},
	{"devname", write_devname},
};

static const struct format *find_format(struct kmt_tool_env *env, const char *name)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	kmt_tool_say(env, LOG_ERR, "Unknown format: '%s'.", name);
	return NULL;
}

static int convert(
	struct kmt_tool_env *env, const struct format *format, struct kmt_slice text, struct kmt_strbuf *out)
{
	struct kmt_slice line;
	struct node node;
	int r = 0;

	while (kmt_slice_line(&text, &line)) {
		if (line.n && *line.s == '#')
			continue;
		if (read_node(line, &node)) {
			format->write(&node, out);
			continue;
		}
		kmt_tool_say(env, LOG_ERR, "invalid devname entry: %.*s", (int)line.n, line.s);
		r = -EBADMSG;
	}
	return r;
}

static int put(struct kmt_tool_env *env, const char *file, const struct kmt_strbuf *text)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	kmt_autofree char *path = file ? kmt_path_absolute(file) : NULL;
	int r;

	if (!file) {
		fwrite(kmt_strbuf_str(text), 1, text->len, stdout);
		return 0;
	}
	kmt_file_make_parents(path, 0755);
	r = kmt_file_replace(&env->host, path, kmt_strbuf_str(text), text->len, 0644, &err);
	if (r < 0)
		kmt_tool_say(env, LOG_ERR, "could not create %s - %s", file, err.msg);
	return r;
}

static int run_static_nodes(struct kmt_tool_env *env, const void *opts)
{
	const struct options *o = opts;
	const struct format *format = find_format(env, o->format ? o->format : formats->name);
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT, out = KMT_STRBUF_INIT;
	kmt_autofree char *dir = NULL, *path = NULL;
	struct utsname un;
	int r, bad = 0;

	if (!format)
		return -EINVAL;
	dir = kmt_moduletree_dir(&env->host, uname(&un) ? "" : un.release);
	path = kmt_asprintf("%s/modules.devname", dir);
	r = kmt_root_read(&env->host, path, 0, &text, NULL);
	if (r == -ENOENT) {
		kmt_tool_say(env, LOG_WARNING, "%s not found - ignoring", path);
	} else if (r < 0) {
		kmt_tool_say(env, LOG_ERR, "could not open %s - %s", path, strerror(-r));
		return r;
	}
	bad = convert(env, format, (struct kmt_slice){kmt_strbuf_str(&text), text.len}, &out);
	r = put(env, o->output, &out);
	return r ? r : bad;
}

static const struct kmt_tool_opt static_nodes_opts[] = {
	{KMT_TOOL_STRING, "format", 'f', "FORMAT", .help = "human (default), tmpfiles or devname",
		.offset = offsetof(struct options, format)},
	{KMT_TOOL_STRING, "output", 'o', "FILE", .help = "write to FILE",
		.offset = offsetof(struct options, output)},
	KMT_TOOL_OPT_HELP,
	{0},
};

const struct kmt_tool kmt_tool_static_nodes = {
	.name = "static-nodes",
	.summary = "Print the device nodes whose opening loads a module",
	.usage = "[options]",
	.of_kmod = true,
	.opts = static_nodes_opts,
	.opts_size = sizeof(struct options),
	.level = LOG_WARNING,
	.run = run_static_nodes,
};
