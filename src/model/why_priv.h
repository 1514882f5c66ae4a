/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of `why` share: why_request.c has the evidence of the kernel's own requests. */
#ifndef KMT_MODEL_WHY_PRIV_H
#define KMT_MODEL_WHY_PRIV_H

#include <kmt/base/map.h>
#include <kmt/model/devices.h>
#include <kmt/model/graph.h>
#include <kmt/model/modfacts.h>
#include <kmt/model/settings.h>
#include <kmt/model/why.h>

/* Read once, for the module and all that hold it. */
struct kmt_why_sources {
	const struct kmt_snapshot *snap;
	struct kmt_whys *out;
	struct kmt_settings settings;
	struct kmt_modaliases modaliases;
	struct kmt_devices devices;
	struct kmt_config_edges edges;
	struct kmt_map causes; /* name of a holder -> its reason; "" while it is looked for */
	struct kmt_modfacts facts;
};

struct kmt_evidences {
	KMT_VEC(struct kmt_evidence) rows;
};

/* Appends a row whose text is in the arena of the answer. */
void kmt_why_add(struct kmt_evidences *rows, enum kmt_evidence_kind kind, enum kmt_confidence confidence,
	const struct kmt_origin *origin, const char *text);

/* The aliases of module NAME that the kernel requests, and whether what they are for is in use. */
void kmt_why_requests(struct kmt_why_sources *s, const struct kmt_modref *ref, struct kmt_evidences *rows);

#endif
