/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kmtool-browse: parses the options of `kmtool browse` and runs the browser. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <kmt/cmd/browse.h>
#include <kmt/cmd/cmd.h>
#include <kmt/cmd/help.h>
#include <kmt/cmd/opt.h>
#include <kmt/sys/privilege.h>
#include <kmt/sys/ssh.h>
#include <kmt/tui/loop.h>

static void complain(const char *label, const char *text)
{
	fprintf(stderr, "kmtool: %s", label);
	kmt_put_text(stderr, text);
	fputc('\n', stderr);
}

static int browse(const struct kmt_cmd *cmd, int argc, char **argv, struct kmt_err *err)
{
	struct kmt_globals g = {0};
	struct kmt_opt_seen seen = {0};
	struct kmt_browse_opts opts = {0};
	struct kmt_style style;
	struct kmt_root root;
	struct kmt_kernel kernel;
	struct kmt_machine machine;
	kmt_autofree char *cwd = NULL;
	char ssh[IF_NAMESIZE];
	int first, r = kmt_opt_parse(cmd, argc, argv, &g, &seen, &opts, &first, err);

	if (r)
		return r;
	kmt_style_detect(&style, stdout, (enum kmt_color)g.color, g.ascii);
	if (g.help || g.version) {
		if (g.help)
			kmt_help_print(stdout, cmd, kmt_style_text_width(&style));
		else
			kmt_version_print(stdout);
		return 0;
	}
	r = kmt_opt_check_operands(cmd, argc - first, argv + first, err);
	if (!r)
		r = kmt_root_open(&root, g.root, err);
	if (r)
		return r;
	cwd = root.is_host ? getcwd(NULL, 0) : NULL;
	machine = (struct kmt_machine){.root = &root, .version = g.kernel, .kernel = &kernel,
		.readonly = opts.readonly, .cwd = cwd,
		.elevate = kmt_privilege_program(), .ssh_interface = kmt_ssh_interface(&root, ssh)};
	if (opts.readonly)
		kmt_privilege_drop();
	if (root.is_host)
		kmt_kernel_real(&kernel);
	else
		machine.kernel = NULL;
	r = kmt_loop_run(&machine, &(struct kmt_start){opts.view, g.sort, opts.filter}, &style,
		!opts.no_mouse, err);
	kmt_root_close(&root);
	return r;
}

int main(int argc, char **argv)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	int status;

	/* For the width of characters only: numbers and words stay as they are. */
	setlocale(LC_CTYPE, "");
	browse(kmt_cmd_find(kmt_cmds, "browse"), argc, argv, &err);
	status = kmt_exit_status(&err);
	if (err.msg)
		complain("", err.msg);
	if (err.hint)
		complain("hint: ", err.hint);
	return status;
}
