/* SPDX-License-Identifier: GPL-2.0-or-later */
/* udev rules and units, and the lists of /proc that name modules. */
#include "fuzz.h"

#include <kmt/source/mentions.h>
#include <kmt/source/procuse.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct kmt_mentions m = {0};
	struct kmt_procuses uses = {0};
	struct kmt_strv types = {0};

	kmt_mentions_parse("fuzz", text, size, "loop", &m);
	kmt_proccrypto_parse(text, size, &m.arena, &uses);
	kmt_procprotocols_parse(text, size, &m.arena, &uses);
	kmt_procfilesystems_parse(text, size, &m.arena, &types);
	kmt_vec_free(&types);
	kmt_vec_free(&uses.rows);
	kmt_mentions_free(&m);
	return 0;
}
