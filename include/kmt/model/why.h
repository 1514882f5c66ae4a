/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a module is loaded, or why it is not. The kernel keeps no record of who asked for a module: what can
 * be found is evidence, from what uses it now to what names it. Reads below the snapshot's root.
 */
#ifndef KMT_MODEL_WHY_H
#define KMT_MODEL_WHY_H

#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/origin.h>
#include <kmt/base/vec.h>
#include <kmt/model/modfacts.h>
#include <kmt/model/snapshot.h>

enum kmt_evidence_kind {
	KMT_EVIDENCE_BLOCKED,	/* what keeps it from being loaded */
	KMT_EVIDENCE_MOUNT,	/* from here to INTERFACE: a user, see model/users.h */
	KMT_EVIDENCE_SWAP,
	KMT_EVIDENCE_STACKED,
	KMT_EVIDENCE_PROCESS,
	KMT_EVIDENCE_DEVICE,	/* bound to one of its drivers, or with a modalias that it matches */
	KMT_EVIDENCE_INTERFACE,
	KMT_EVIDENCE_HOLDER,	/* a module that depends on it, with the reason for that one */
	KMT_EVIDENCE_BOOT,	/* a line of modules-load.d, or of the kernel command line */
	KMT_EVIDENCE_SOFTDEP,	/* of another module */
	KMT_EVIDENCE_WEAKDEP,
	KMT_EVIDENCE_REQUEST,	/* an alias that the kernel itself requests: fs-ext4, net-pf-38 */
	KMT_EVIDENCE_UDEV,
	KMT_EVIDENCE_UNIT,	/* of systemd */
	KMT_EVIDENCE_INITRAMFS,
	KMT_EVIDENCE_COUNT,
};

enum kmt_confidence {
	KMT_CONFIDENCE_HIGH,   /* it uses the module, or is there to load it */
	KMT_CONFIDENCE_MEDIUM, /* it would load the module; whether it did is not recorded */
	KMT_CONFIDENCE_LOW,    /* it names the module */
	KMT_CONFIDENCE_COUNT,
};

struct kmt_evidence {
	enum kmt_evidence_kind kind;
	enum kmt_confidence confidence;
	const char *text;	  /* "mounted on / (/dev/vda1)" */
	struct kmt_origin origin; /* file NULL if it is nowhere written */
};

enum kmt_why_verdict {
	KMT_WHY_EXPLAINED,   /* loaded, and at least one row is of high confidence */
	KMT_WHY_LIKELY,	     /* loaded; of medium confidence */
	KMT_WHY_UNEXPLAINED, /* loaded; nothing but what names it */
	KMT_WHY_BLOCKED,     /* not loaded, and a line keeps it out */
	KMT_WHY_UNASKED,     /* not loaded, and nothing asks for it */
	KMT_WHY_PENDING,     /* not loaded, though something asks for it and nothing keeps it out */
	KMT_WHY_BUILTIN,
	KMT_WHY_VERDICTS,
};

struct kmt_whys {
	struct kmt_modref module;
	const struct kmt_procmod *loaded; /* NULL: it is not */
	bool running;			  /* the kernel that is looked at runs, and can have it loaded */
	KMT_VEC(struct kmt_evidence) rows; /* by confidence, then by kind */
	enum kmt_why_verdict verdict;
	const char *answer; /* the same in a sentence: "ext4 is loaded: mounted on / (/dev/vda1)" */
	size_t hidden; /* processes whose files this user may not see */
	struct kmt_strv missing; /* what could not be looked at, in words */
	struct kmt_arena arena;
};

/* QUERY is a module, an alias or a module file; SNAP needs LOADED, TREE and CONFIG, the tree may be missing.
 * NOT_FOUND for what nothing knows, FAILED for a damaged index. Strings live as long as OUT and SNAP. */
int kmt_why_find(
	const struct kmt_snapshot *snap, const char *query, struct kmt_whys *out, struct kmt_err *err);
void kmt_whys_free(struct kmt_whys *w);

const char *kmt_evidence_kind_name(enum kmt_evidence_kind kind);	 /* "mount", "boot" ... */
const char *kmt_confidence_name(enum kmt_confidence confidence);	 /* "high" ... */
const char *kmt_why_verdict_name(enum kmt_why_verdict verdict);		 /* "explained" ... */

#endif
