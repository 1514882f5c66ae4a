/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/keys and a variable of the firmware: both are the input. */
#include "fuzz.h"

#include <kmt/base/alloc.h>
#include <kmt/check/keys.h>
#include <kmt/sys/paths.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct kmt_signer signer = {
		.issuer = "Key", .key = (const unsigned char *)"\x11\x22", .key_n = 2, .by_key_id = size % 2};
	const struct kmt_root_overlay files[] = {
		{KMT_PATH_PROC_KEYS, (const char *)data, size},
		{KMT_PATH_SYS_MOKVARS "/MokListRT", (const char *)data, size},
		{KMT_PATH_SYS_EFIVARS "/dbx-d719b2cb-3d3a-4596-a3bc-dad00e67656f", (const char *)data, size},
	};
	struct kmt_root root = {.fd = -1, .path = "/none", .overlay = files, .n_overlay = 3};
	struct kmt_keyring ring = {0};
	struct kmt_key_answer answer;
	struct kmt_arena arena = {0};

	kmt_keyring_read(&root, &ring);
	kmt_keyring_ask(&ring, &signer, &arena, &answer);
	kmt_keyring_free(&ring);
	kmt_arena_free(&arena);
	return 0;
}
