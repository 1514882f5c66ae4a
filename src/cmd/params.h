/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of `kmtool params` share. */
#ifndef KMT_CMD_PARAMS_H
#define KMT_CMD_PARAMS_H

#include <kmt/cmd/cmd.h>
#include <kmt/model/paramlist.h>
#include <kmt/model/snapshot.h>
#include <kmt/out/params.h>
#include <kmt/source/kofile.h>

/* All that is known of the parameters of one module. */
struct kmt_params_facts {
	const char *name;	/* normal form */
	const char *path;	/* its file, absolute below the root; NULL: built in, or only loaded */
	bool builtin, loaded;
	bool unchecked;		/* there is no module tree that could tell what the module is */
	unsigned int long_bits;
	struct kmt_modinfo_params declared;
	struct kmt_strv others;
	struct kmt_ko_defaults defaults;
	struct kmt_sysparams live;
	struct kmt_paramlist list;
	struct kmt_modinfo info;
	struct kmt_kofile *ko;
	struct kmt_arena arena;
};

/* Reads them for QUERY, a name, an alias of one module, or a file. NOT_FOUND, USAGE if several modules
 * answer, FAILED for a damaged file. The facts are to be freed in either case. */
int kmt_params_read(
	struct kmt_env *env, struct kmt_snapshot *snap, const char *query, struct kmt_params_facts *out,
	struct kmt_err *err);
/* Checks ARGS, "PARAM=VALUE" each, against what is known. */
int kmt_params_check_all(
	const struct kmt_params_facts *f, const struct kmt_strv *args, struct kmt_err *err);
void kmt_params_facts_free(struct kmt_params_facts *f);

#endif
