/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of a tool of kmod: the first byte says which one, MODPROBE_OPTIONS follows, then words, each with a
 * zero byte behind it. */
#include "fuzz.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>

#include "src/compat/tools_priv.h"

#define VARIABLE "MODPROBE_OPTIONS"
#define MAX_WORDS 100

#define TOOL(name) &kmt_tool_##name,
static const struct kmt_tool *const tools[] = {KMT_TOOLS(TOOL)};

/* Reads every operand to its end; what the table stored is freed afterwards. */
static int run_nothing(struct kmt_tool_env *env, const void *opts)
{
	size_t n = 0;

	for (int i = 0; i < env->argc; i++)
		n += strlen(env->argv[i]);
	return env->argv[env->argc] || n > MAX_WORDS * (size_t)UINT16_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_tool tool = *tools[size ? data[0] % KMT_ARRAY_SIZE(tools) : 0];
	kmt_autofree char *text = kmt_alloc(size + 1);
	struct kmt_tool_env env = {.tool = &tool, .prog = tool.name, .host = {.fd = -1}};
	char *argv[MAX_WORDS + 2] = {(char *)tool.name};
	int argc = 1;

	if (!freopen("/dev/null", "w", stdout))
		abort();
	if (size > 1)
		memcpy(text, data + 1, size - 1);
	setenv(VARIABLE, text, 1);
	for (char *p = text + strlen(text) + 1; p < text + size && argc <= MAX_WORDS; p += strlen(p) + 1)
		argv[argc++] = p;
	tool.env_options = VARIABLE;
	tool.level = -LOG_DEBUG;
	tool.run = run_nothing;
	opterr = 0;
	kmt_tool_run(&env, argc, argv);
	return 0;
}
