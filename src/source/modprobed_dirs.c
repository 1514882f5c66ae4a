/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All modprobe.d files below a root, with modules.softdep and modules.weakdep of the tree among them. */
#include <kmt/source/modprobed.h>

#include <kmt/sys/paths.h>

static void read_file(const struct kmt_root *root, const struct kmt_conf_file *file, struct kmt_conf *out,
	struct kmt_diag *diag)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (!kmt_confdirs_read(root, &out->files, file, &text, diag))
		kmt_modprobed_parse(file, kmt_strbuf_str(&text), text.len, out, diag);
}

int kmt_modprobed_read(const struct kmt_root *root, const char *tree_dir, struct kmt_conf *out,
	struct kmt_diag *diag, struct kmt_err *err)
{
	static const char *const dirs[] = KMT_MODPROBE_D_DIRS;
	const struct kmt_conf_file *file;

	kmt_confdirs_list(root, dirs, KMT_ARRAY_SIZE(dirs), tree_dir, &out->arena, &out->files, diag);
	kmt_vec_foreach(file, &out->files.rows) {
		if (file->state == KMT_CONF_FILE_READ)
			read_file(root, file, out, diag);
	}
	return 0;
}

void kmt_modprobed_read_masked(
	const struct kmt_root *root, const struct kmt_conf_files *files, struct kmt_conf *out)
{
	const struct kmt_conf_file *file;

	kmt_vec_foreach(file, &files->rows) {
		if (file->state == KMT_CONF_FILE_MASKED)
			read_file(root, file, out, NULL);
	}
}
