/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which tool is meant, and what is done before and after it runs. */
#include <kmt/compat/compat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/paths.h>

#include "tools_priv.h"

#define TOOL(name) &kmt_tool_##name,
static const struct kmt_tool *const tools[] = {KMT_TOOLS(TOOL)};

/* The program's own name; "kmtool-kmod TOOL ..." runs any tool. */
#define PROGRAM "kmtool-kmod"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const struct kmt_tool *find_tool(const char *name, bool of_kmod)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(tools); i++)
		if (!strcmp(tools[i]->name, name) && tools[i]->of_kmod == of_kmod)
			return tools[i];
	return NULL;
}

/* The kernel may run us without any of the three: nothing that is opened later must take their place. True if
 * there is a stderr to write to. */
static bool fill_std_fds(void)
{
	bool has_stderr = fcntl(STDERR_FILENO, F_GETFD) >= 0;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open(KMT_PATH_DEV_NULL, O_RDWR) < 0)
			open("/", O_RDONLY | O_DIRECTORY);
	return has_stderr;
}

static void print_tools(bool of_kmod)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(tools); i++)
		if (tools[i]->of_kmod == of_kmod)
			printf("  %-12s %s\n", tools[i]->name, tools[i]->summary);
}

static void kmod_help(void)
{
	fputs("kmod - Manage kernel modules: list, load, unload\n"
	      "Usage:\n"
	      "\tkmod [options] command [command_options]\n\n"
	      "Options:\n"
	      "\t-V, --version     print the version\n"
	      "\t-h, --help        print this help\n\n"
	      "Commands:\n"
	      "  help         Print this help\n", stdout);
	print_tools(true);
	fputs("\nIt is also one of these tools, by its name:\n", stdout);
	print_tools(false);
}

/* "kmod WORD ...", or "kmtool-kmod WORD ..." */
static int run_kmod(struct kmt_tool_env *env, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	bool any = !strcmp(env->prog, PROGRAM);

	if (any && word && !strcmp(word, "kmod")) {
		env->prog = word;
		return run_kmod(env, argc - 1, argv + 1);
	}
	if (word && (!strcmp(word, "-V") || !strcmp(word, "--version"))) {
		kmt_tool_version();
		return 0;
	}
	if (word && (!strcmp(word, "-h") || !strcmp(word, "--help") || !strcmp(word, "help"))) {
		kmod_help();
		return 0;
	}
	env->tool = word ? find_tool(word, true) : NULL;
	if (!env->tool && word && any) {
		env->tool = find_tool(word, false);
		env->prog = word;
	}
	if (env->tool)
		return kmt_tool_run(env, argc - 1, argv + 1);
	if (word)
		fprintf(stderr, "invalid command '%s'\n\n", word);
	else
		fputs("missing command\n\n", stderr);
	kmod_help();
	return -EINVAL;
}

int kmt_compat_main(int argc, char **argv, const char *host, struct kmt_kernel *kernel)
{
	struct kmt_tool_env env = {.host = {.fd = -1}, .kernel = kernel, .level = LOG_ERR};
	int r;

	signal(SIGCHLD, SIG_DFL); /* who ignores it never hears of a child that ended */
	env.syslog = !fill_std_fds();
	if (argc < 1 || kmt_root_open(&env.host, host, NULL))
		return 1;
	env.prog = base_name(argv[0]);
	env.tool = find_tool(env.prog, false);
	if (env.tool)
		r = kmt_tool_run(&env, argc, argv);
	else if (!strcmp(env.prog, "kmod") || !strcmp(env.prog, PROGRAM))
		r = run_kmod(&env, argc, argv);
	else
		r = -EINVAL;
	kmt_root_close(&env.host);
	/* A stdout that was closed all along, or whose reader went away, is no failure of the tool. */
	if (fflush(stdout) && errno != EBADF && errno != EPIPE) {
		kmt_tool_say(&env, LOG_ERR, "cannot write the output: %s", strerror(errno));
		r = -EIO;
	}
	return r ? 1 : 0;
}
