/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/snapshot.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>
#include <kmt/source/moduletree.h>
#include <kmt/sys/paths.h>

/* The release of the kernel that runs on this root; NULL if none tells (an image, no /proc). */
static char *running_release(const struct kmt_root *root)
{
	struct kmt_strbuf release = KMT_STRBUF_INIT;

	if (kmt_root_read_line(root, KMT_PATH_PROC_OSRELEASE, &release) || !release.len) {
		kmt_strbuf_free(&release);
		return NULL;
	}
	return kmt_strbuf_steal(&release);
}

static int several_trees(
	const struct kmt_root *root, const struct kmt_strv *versions, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;

	for (size_t i = 0; i < versions->n; i++)
		kmt_strbuf_item(&list, ", ", "%s", versions->v[i]);
	kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
		"no kernel runs below %s, and there are several module trees", root->path);
	kmt_err_hint(err, "choose one with -k: %s", list.s);
	return -EINVAL;
}

/* Below a root where no kernel runs: the only tree that is there; "" if there is none. */
static int only_tree(const struct kmt_root *root, char **version, struct kmt_err *err)
{
	struct kmt_strv versions = {0};
	int r = 0;

	kmt_moduletree_versions(root, &versions);
	if (versions.n > 1)
		r = several_trees(root, &versions, err);
	else
		*version = kmt_strdup(versions.n ? versions.v[0] : "");
	kmt_root_list_free(&versions);
	return r;
}

int kmt_snapshot_kernel(const struct kmt_root *root, char **version, struct kmt_err *err)
{
	*version = running_release(root);
	return *version ? 0 : only_tree(root, version, err);
}

static int choose_version(
	struct kmt_snapshot *snap, const char *version, unsigned int parts, struct kmt_err *err)
{
	char *release = running_release(snap->root);

	snap->has_kernel = release != NULL;
	if (version) {
		snap->running = release && !strcmp(release, version);
		free(release);
		snap->version = kmt_strdup(version);
		return 0;
	}
	snap->running = true;
	snap->version = release;
	if (release)
		return 0;
	if (parts & (KMT_SNAP_TREE | KMT_SNAP_CONFIG))
		return only_tree(snap->root, &snap->version, err);
	snap->version = kmt_strdup("");
	return 0;
}

static int read_loaded(struct kmt_snapshot *snap, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_procmod *row;
	int r = kmt_root_read(snap->root, KMT_PATH_PROC_MODULES, 0, &text, err);

	if (r == -ENOENT) {
		kmt_err_clear(err);
		return 0;
	}
	if (r)
		return r;
	snap->has_modules = true;
	kmt_procmodules_parse(
		kmt_strbuf_str(&text), text.len, snap->texts, &snap->loaded, snap->diag);
	kmt_vec_foreach (row, &snap->loaded.rows)
		kmt_map_add(&snap->loaded_by_name, row->name, row);
	return 0;
}

bool kmt_snapshot_tree_gone(const struct kmt_snapshot *snap, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	struct kmt_strv versions = {0};

	if (!snap->running || !snap->has_kernel || snap->has_tree)
		return false;
	kmt_moduletree_versions(snap->root, &versions);
	for (size_t i = 0; i < versions.n; i++)
		kmt_strbuf_item(&list, ", ", "%s", versions.v[i]);
	kmt_root_list_free(&versions);
	if (!list.len)
		return false;
	kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT,
		"the running kernel %s has no module tree (installed: %s): nothing new can be loaded until you reboot",
		snap->version, list.s);
	kmt_err_hint(err, "reboot");
	return true;
}

static int read_tree(struct kmt_snapshot *snap, unsigned int parts, struct kmt_err *err)
{
	struct kmt_err why = KMT_ERR_INIT;
	int r;

	if (!*snap->version)
		r = kmt_moduletree_missing(snap->root, "", &why);
	else
		r = kmt_modindex_open(&snap->index, snap->root, snap->version, parts & KMT_SNAP_TREE_BY_NAME,
			snap->diag, &why);
	snap->has_tree = !r;
	if (!r)
		return 0;
	if (why.kind == KMT_ERR_NOT_FOUND)
		kmt_snapshot_tree_gone(snap, &why);
	if (!(parts & KMT_SNAP_TREE_OPTIONAL) &&
		!((parts & KMT_SNAP_TREE_OR_NONE) && why.kind == KMT_ERR_NOT_FOUND)) {
		if (err) {
			kmt_err_clear(err);
			*err = why;
		} else {
			kmt_err_clear(&why);
		}
		return r;
	}
	/* That there is none may be no matter; that it is damaged is worth a word. */
	if (why.kind != KMT_ERR_NOT_FOUND)
		kmt_diag_add(snap->diag, NULL, "%s", why.msg);
	snap->tree_err = why;
	return 0;
}

int kmt_snapshot_read_modprobed(struct kmt_snapshot *snap, struct kmt_err *err)
{
	int r = kmt_modprobed_read(
		snap->root, snap->has_tree ? snap->index.dir : NULL, &snap->conf, snap->diag, err);

	if (!r)
		kmt_confindex_build(&snap->conf, &snap->lines);
	return r;
}

static int read_config(struct kmt_snapshot *snap, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	int r = kmt_snapshot_read_modprobed(snap, err);

	if (r || !snap->running)
		return r;
	r = kmt_root_read(snap->root, KMT_PATH_PROC_CMDLINE, 0, &text, NULL);
	if (!r) {
		kmt_cmdline_parse(kmt_strbuf_str(&text), text.len, snap->texts, &snap->cmdline);
	} else if (r != -ENOENT && !snap->conf.files.unread) {
		snap->conf.files.unread = KMT_PATH_PROC_CMDLINE;
		snap->conf.files.unread_errno = -r;
	}
	return 0;
}

int kmt_snapshot_check_config(const struct kmt_snapshot *snap, struct kmt_err *err)
{
	const struct kmt_conf_files *files = &snap->conf.files;

	if (!files->unread)
		return 0;
	return kmt_err_set(err, KMT_ERR_REFUSED, files->unread_errno,
		"%s%s cannot be read (%s): a line that blocks the module may be missing", snap->root->path,
		files->unread, strerror(files->unread_errno));
}

void kmt_snapshot_init(struct kmt_snapshot *snap, const struct kmt_root *root, struct kmt_diag *diag)
{
	*snap = (struct kmt_snapshot){.root = root, .texts = kmt_alloc(sizeof(*snap->texts)), .diag = diag};
}

int kmt_snapshot_take(struct kmt_snapshot *snap, const struct kmt_root *root, const char *version,
	unsigned int parts, struct kmt_diag *diag, struct kmt_err *err)
{
	int r;

	kmt_snapshot_init(snap, root, diag);
	r = choose_version(snap, version, parts, err);
	if (!r && (parts & KMT_SNAP_LOADED) && snap->running)
		r = read_loaded(snap, err);
	if (!r && (parts & KMT_SNAP_TREE))
		r = read_tree(snap, parts, err);
	if (!r && (parts & KMT_SNAP_CONFIG))
		r = read_config(snap, err);
	if (r)
		kmt_snapshot_free(snap);
	return r;
}

void kmt_snapshot_free(struct kmt_snapshot *snap)
{
	free(snap->version);
	kmt_procmodules_free(&snap->loaded);
	kmt_map_free(&snap->loaded_by_name);
	kmt_err_clear(&snap->tree_err);
	if (snap->has_tree)
		kmt_modindex_close(&snap->index);
	kmt_confindex_free(&snap->lines);
	kmt_conf_free(&snap->conf);
	kmt_cmdline_free(&snap->cmdline);
	if (snap->texts)
		kmt_arena_free(snap->texts);
	free(snap->texts);
	*snap = (struct kmt_snapshot){0};
}

bool kmt_snapshot_is_builtin(const struct kmt_snapshot *snap, const char *name)
{
	return snap->has_tree && !kmt_modindex_find(&snap->index, name) &&
	       kmt_modindex_find_builtin(&snap->index, name);
}

const struct kmt_procmod *kmt_snapshot_loaded(const struct kmt_snapshot *snap, const char *name)
{
	char normal[KMT_NAME_MAX];

	if (kmt_name_normalize(name, normal, sizeof(normal)))
		return NULL;
	return kmt_map_get(&snap->loaded_by_name, normal);
}
