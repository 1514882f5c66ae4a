/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `kmtool config` about the whole configuration: a backup, and the way back to it. */
#include "config_priv.h"

#include <errno.h>
#include <stdio.h>

#include <kmt/out/text.h>
#include <kmt/plan/backup.h>
#include <kmt/sys/file.h>
#include <kmt/sys/paths.h>

static int run_backup(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	size_t n;
	int r = kmt_backup_make(&env->root, &text, &n, err);

	if (!r)
		r = kmt_file_new(env->argv[0], text.s, text.len, err);
	if (r == -EEXIST)
		kmt_err_hint(err, "nothing was changed; choose another name");
	if (r || env->g.quiet)
		return r;
	printf("saved %zu file%s of %s and %s in ", n, n == 1 ? "" : "s", KMT_PATH_MODPROBE_D,
		KMT_PATH_MODULES_LOAD_D);
	kmt_put_text(stdout, env->argv[0]);
	putchar('\n');
	return 0;
}

static const char *const backup_examples[] = {"kmtool config backup modules.backup",
	"save all files that were configured here", NULL};

const struct kmt_cmd kmt_cmd_config_backup = {
	.name = "config backup",
	.summary = "Save the files of /etc/modprobe.d and /etc/modules-load.d in a new file",
	.operands = KMT_BACKUP_OPERANDS,
	.complete = KMT_COMPLETE_FILE,
	.examples = backup_examples,
	.takes = KMT_TAKES_MACHINE,
	.run = run_backup,
};

static const char *const restore_backup_examples[] = {"kmtool config restore-backup -n modules.backup",
	"show what has changed since the backup", NULL};

const struct kmt_cmd kmt_cmd_config_restore_backup = {
	.name = "config restore-backup",
	.summary = "Restore /etc/modprobe.d and /etc/modules-load.d from a backup",
	.operands = KMT_BACKUP_OPERANDS,
	.complete = KMT_COMPLETE_FILE,
	.examples = restore_backup_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_JSON | KMT_TAKES_RAW | KMT_TAKES_DRY_RUN,
	.run = kmt_change_request,
};
