/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that is known of the parameters of one module: for `kmtool params`, for configuration lines, and for
 * the browser's editing of a value. Reads below the snapshot's root, changes nothing.
 */
#ifndef KMT_MODEL_PARAMFACTS_H
#define KMT_MODEL_PARAMFACTS_H

#include <kmt/model/paramlist.h>
#include <kmt/model/snapshot.h>
#include <kmt/source/kofile.h>

struct kmt_paramfacts {
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
int kmt_paramfacts_read(
	struct kmt_snapshot *snap, const char *query, struct kmt_paramfacts *out, struct kmt_err *err);
/* Checks ARGS, "PARAM=VALUE" each, against what is known. */
int kmt_paramfacts_check(
	const struct kmt_paramfacts *f, const struct kmt_strv *args, struct kmt_err *err);
void kmt_paramfacts_free(struct kmt_paramfacts *f);

#endif
