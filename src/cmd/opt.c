/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/cmd/opt.h>

static struct kmt_syntax syntax_of(const struct kmt_cmd *cmd)
{
	return (struct kmt_syntax){.name = cmd->name, .operands = cmd->operands, .opts = cmd->opts,
		.shared = kmt_global_opts, .takes = cmd->takes};
}

int kmt_opt_parse_globals(int argc, char **argv, struct kmt_globals *g, struct kmt_opt_seen *seen,
	int *next, struct kmt_err *err)
{
	static const struct kmt_syntax syntax = {.shared = kmt_global_opts};

	return kmt_syntax_parse(&syntax, argc, argv, NULL, g, seen ? &seen->bits : NULL, next, err);
}

int kmt_opt_parse(const struct kmt_cmd *cmd, int argc, char **argv, struct kmt_globals *g,
	struct kmt_opt_seen *seen, void *opts, int *next, struct kmt_err *err)
{
	const struct kmt_syntax syntax = syntax_of(cmd);
	int r = kmt_syntax_parse(&syntax, argc, argv, opts, g, &seen->bits, next, err);

	return r ? r : kmt_syntax_check_shared(&syntax, seen->bits, err);
}

int kmt_opt_check_operands(const struct kmt_cmd *cmd, int n, char **operands, struct kmt_err *err)
{
	const struct kmt_syntax syntax = syntax_of(cmd);

	return kmt_syntax_check_operands(&syntax, n, operands, err);
}

bool kmt_opt_applies(const struct kmt_cmd *cmd, const struct kmt_opt *global)
{
	return !global->group || (cmd->takes & global->group);
}

void kmt_opt_free(const struct kmt_cmd *cmd, void *opts)
{
	kmt_syntax_free(cmd->opts, opts);
}
