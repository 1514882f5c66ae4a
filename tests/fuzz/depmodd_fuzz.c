/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of depmod.d, and the ranks that it gives. */
#include "fuzz.h"

#include <kmt/base/strbuf.h>
#include <kmt/index/depmodd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const rels[] = {"kernel/a/b.ko", "updates/dkms/b-c.ko.xz", "b.ko", NULL};
	struct kmt_depmodd conf = {0};
	struct kmt_diag diag = {0};
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_strbuf_add(&text, data, size);
	if (text.len)
		kmt_depmodd_parse(&conf, "fuzz.conf", text.s, text.len, "6.1.0", &diag);
	kmt_depmodd_finish(&conf);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(rels); i++)
		kmt_depmodd_rank(&conf, rels[i], "/ext/b.ko");
	kmt_depmodd_excludes(&conf, "b.ko");
	kmt_depmodd_free(&conf);
	kmt_diag_clear(&diag);
	return 0;
}
