/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds the environment of a command, runs it, and is the one place that prints errors, hints and
 * warnings and turns an error into an exit status.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/cmd/cmd.h>
#include <kmt/cmd/help.h>
#include <kmt/cmd/opt.h>
#include <kmt/cmd/print.h>
#include <kmt/out/text.h>

/* One line on stderr. TEXT may hold bytes from hostile files; only a hint of ours spans lines. */
static void complain(const char *label, const char *text)
{
	fprintf(stderr, "kmtool: %s", label);
	kmt_put_text(stderr, text);
	fputc('\n', stderr);
}

static void print_diag(const struct kmt_env *env)
{
	if (env->g.quiet)
		return;
	for (size_t i = 0; i < env->diag.n; i++) {
		kmt_autofree char *line = kmt_diag_text(&env->diag.items[i]);

		complain("warning: ", line);
	}
}

static void print_err(const struct kmt_err *err)
{
	if (!err->msg)
		return;
	complain("", err->msg);
	if (err->hint)
		complain("hint: ", err->hint);
}

/* A reader that went away (kmtool list | head) is no reason to complain. */
static bool reader_is_gone(void)
{
	struct pollfd p = {.fd = STDOUT_FILENO};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLERR);
}

/* Output that did not arrive is a failure, however late it is noticed. Returns the exit status. */
static int finish_stdout(int status)
{
	bool failed = ferror(stdout), unused = !failed && !__fpending(stdout);
	int cause = 0;

	if (fflush(stdout)) {
		failed = true;
		cause = errno;
	}
	if (failed && !reader_is_gone())
		complain("cannot write the output: ",
			cause ? strerror(cause) : "an earlier write failed");
	/* Some file systems tell only now. A stdout that was closed all along is no matter if
	 * unused. */
	if (fclose(stdout) && !failed && !(unused && errno == EBADF)) {
		failed = true;
		complain("cannot write the output: ", strerror(errno));
	}
	return failed && !status ? 1 : status;
}

/* --json may stand behind the word that was wrong. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--json"))
			return true;
	return false;
}

/* Of a command of several verbs, puts the one that is meant into env->cmd: ARGV then begins with it. */
static int choose_verb(struct kmt_env *env, struct kmt_opt_seen *seen, int *argc, char ***argv,
	struct kmt_err *err)
{
	const struct kmt_globals globals = env->g;
	const struct kmt_opt_seen before = *seen;
	const struct kmt_cmd *cmd = env->cmd, *verb;
	kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
	int next;

	if (!cmd->verbs)
		return 0;
	/* What is no global option may be one of the verb that need not be named. */
	if (kmt_opt_parse_globals(*argc, *argv, &env->g, seen, &next, &why)) {
		env->g = globals;
		*seen = before;
		env->cmd = cmd->verbs[0];
		return 0;
	}
	if (next == *argc && env->g.help)
		return 0;
	verb = next < *argc ? kmt_cmd_verb(cmd, (*argv)[next]) : cmd->verbs[0];
	if (!verb && !cmd->bare)
		return kmt_cmd_unknown_verb(cmd, (*argv)[next], err);
	env->cmd = verb ? verb : cmd->verbs[0];
	if (next == *argc || !verb)
		next--; /* the word before it, which is taken for the verb's name */
	*argc -= next;
	*argv += next;
	return 0;
}

static int run_command(
	struct kmt_env *env, struct kmt_opt_seen *seen, int argc, char **argv, struct kmt_err *err)
{
	int first, r = choose_verb(env, seen, &argc, &argv, err);
	const struct kmt_cmd *cmd = env->cmd;
	kmt_autofree void *opts = kmt_alloc(cmd->opts_size ? cmd->opts_size : 1);

	if (r)
		return r;
	r = kmt_opt_parse(cmd, argc, argv, &env->g, seen, opts, &first, err);
	if (r)
		goto out;
	kmt_style_detect(&env->style, stdout, (enum kmt_color)env->g.color, env->g.ascii);
	env->argc = argc - first;
	env->argv = argv + first;
	if (env->g.help) {
		kmt_help_print(stdout, cmd, kmt_style_text_width(&env->style));
		goto out;
	}
	if (env->g.version) {
		kmt_version_print(stdout);
		goto out;
	}
	if (env->g.list_columns) {
		r = kmt_cmd_list_columns(env, err);
		goto out;
	}
	r = kmt_opt_check_operands(cmd, env->argc, env->argv, err);
	if (r)
		goto out;
	r = kmt_root_open(&env->root, env->g.root, err);
	if (r)
		goto out;
	if (env->root.is_host)
		kmt_kernel_real(&env->kernel);
	else
		kmt_kernel_refuse(&env->kernel);
	r = cmd->run(env, opts, err);
out:
	kmt_opt_free(cmd, opts);
	return r;
}

static int run(struct kmt_env *env, int argc, char **argv, struct kmt_err *err)
{
	struct kmt_opt_seen seen = {0};
	int next, r;

	r = kmt_opt_parse_globals(argc, argv, &env->g, &seen, &next, err);
	if (r)
		return r;
	if (next < argc) {
		env->cmd = kmt_cmd_find(env->cmds, argv[next]);
		if (!env->cmd)
			return kmt_cmd_unknown(env->cmds, argv[next], err);
		return run_command(env, &seen, argc - next, argv + next, err);
	}
	kmt_style_detect(&env->style, stdout, (enum kmt_color)env->g.color, env->g.ascii);
	if (env->g.version) {
		kmt_version_print(stdout);
		return 0;
	}
	if (env->g.help) {
		kmt_help_overview(stdout, env->cmds, kmt_style_text_width(&env->style));
		return 0;
	}
	kmt_help_overview(stderr, env->cmds, kmt_style_text_width(&env->style));
	r = kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "no command was given");
	kmt_err_hint(err, "'kmtool help' lists the commands");
	return r;
}

static void pipe_broke(int signo)
{
}

int main(int argc, char **argv)
{
	struct kmt_env env = {.root = {.fd = -1}, .cmds = kmt_cmds};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct sigaction go_on = {.sa_handler = pipe_broke};
	bool json;
	int status;

	/* A reader of our output that goes away must not end a half-done plan: writing then fails,
	 * and finish_stdout() notices. A handler, because children would inherit an ignored signal.
	 */
	sigaction(SIGPIPE, &go_on, NULL);
	json = wants_json(argc, argv);
	status = run(&env, argc, argv, &err);
	if (status <= 0)
		status = kmt_exit_status(&err);
	if (status && json && !env.has_document)
		kmt_cmd_print_error(&env, &err);
	status = finish_stdout(
		status); /* before the messages, so that they stand below the output */
	print_diag(&env);
	print_err(&err);
	kmt_diag_clear(&env.diag);
	kmt_root_close(&env.root);
	return status;
}
