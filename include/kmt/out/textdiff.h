/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What would change in a file, as a unified diff that patch(1) understands. Pure: appends to a buffer. */
#ifndef KMT_OUT_TEXTDIFF_H
#define KMT_OUT_TEXTDIFF_H

#include <stddef.h>
#include <kmt/base/strbuf.h>
#include <kmt/out/lines.h>

struct kmt_diff_side {
	const char *name; /* the file, for the heading */
	const char *text; /* N bytes; NULL: there is no such file */
	size_t n;
};

/* Three lines of context; nothing for equal texts. ESCAPE: as for a terminal; else the bytes as they are. */
void kmt_diff_lines(const struct kmt_diff_side *before, const struct kmt_diff_side *after, bool escape,
	struct kmt_lines *out);
/* The same as one text, coloured by STYLE and escaped; STYLE NULL: neither. */
void kmt_diff(const struct kmt_diff_side *before, const struct kmt_diff_side *after,
	const struct kmt_style *style, struct kmt_strbuf *out);

#endif
