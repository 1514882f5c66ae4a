/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command_line_priv.h"

#include <kmt/base/shell.h>

char *kmt_command_line(const struct kmt_env *env, const void *opts)
{
	struct kmt_strbuf out = KMT_STRBUF_INIT;
	struct kmt_arena arena = {0};
	struct kmt_strv words = {0};

	kmt_syntax_words(env->cmd->opts, opts, &arena, &words);
	kmt_syntax_words(kmt_global_opts, &env->g, &arena, &words);
	for (int i = 0; i < env->argc; i++)
		kmt_vec_push(&words, env->argv[i]);
	kmt_strbuf_addf(&out, "kmtool %s", env->cmd->name);
	for (size_t i = 0; i < words.n; i++)
		kmt_shell_add(&out, words.v[i]);
	kmt_vec_free(&words);
	kmt_arena_free(&arena);
	return kmt_strbuf_steal(&out);
}
