/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is appended to a module: the input stands behind a small ELF file, and once more as the
 * message of a signature. */
#include "fuzz.h"

#include <elf.h>

#include <kmt/source/signature.h>
#include "../unit/elf_fixture.h"

static void read_appended(
	const uint8_t *data, size_t size, const struct kmt_certs *certs)
{
	struct kmt_verification v;
	struct kmt_arena arena = {0};
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_ko_sigblob blob;
	struct kmt_signature sig;
	struct elf_fixture f;

	elf_fixture_init(&f, true, false, EM_X86_64);
	elf_fixture_write(&f, &file);
	kmt_strbuf_add(&file, data, size);
	if (!kmt_kofile_open_buffer(ko, "fuzz.ko", file.s, file.len, NULL) &&
		!kmt_kofile_sigblob(ko, &blob, NULL) && blob.present && !blob.damaged) {
		kmt_signature_read(&blob, &sig, NULL);
		kmt_signature_verify(ko, &blob, certs, &arena, &v, NULL);
	}
	kmt_arena_free(&arena);
	kmt_kofile_free(ko);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_ko_sigblob blob = {.present = true, .id_type = 2, .data = data, .n = size};
	struct kmt_certs certs = {0};
	struct kmt_signature sig;

	kmt_certs_add(&certs, data, size, "fuzz", 0, NULL);
	kmt_signature_read(&blob, &sig, NULL);
	read_appended(data, size, &certs);
	kmt_certs_free(&certs);
	return 0;
}
