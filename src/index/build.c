/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/build.h>

#include <errno.h>
#include <string.h>
#include <time.h>

#include <kmt/base/ordered.h>
#include <kmt/index/ksyms.h>
#include <kmt/source/moduletree.h>

int kmt_build_dir(const struct kmt_root *root, const char *version, char **dir, struct kmt_err *err)
{
	if (!*version || strchr(version, '/') || !strcmp(version, ".") || !strcmp(version, ".."))
		return kmt_err_set(
			err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be a kernel version", version);
	*dir = kmt_moduletree_dir(root, version);
	return 0;
}

int kmt_build_opts_dir(const struct kmt_build_opts *opts, char **dir, struct kmt_err *err)
{
	if (!opts->dir)
		return kmt_build_dir(opts->root, opts->version, dir, err);
	*dir = kmt_strdup(opts->dir);
	return 0;
}

/* One of the kernel's own files; missing is a warning. */
static bool read_own(struct kmt_build *b, const struct kmt_root *root, const char *name, bool warn,
	struct kmt_strbuf *out)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", b->dir, name);
	int r = kmt_root_read(root, path, 0, out, NULL);

	if (r < 0 && warn) /* in depmod's words */
		kmt_diag_add(b->diag, NULL, "could not open %s at %s%s: %s", name, root->path, b->dir, strerror(-r));
	return !r;
}

static void add_file(void *ctx, struct kmt_modfile *file)
{
	kmt_scan_add(ctx, file);
}

static int find_files(struct kmt_build *b, const struct kmt_build_opts *opts, struct kmt_scan *scan,
	struct kmt_err *err)
{
	struct kmt_tree tree = {
		.root = opts->root,
		.dir = b->dir,
		.conf = &b->conf,
		.diag = b->diag,
		.arena = &b->arena,
		.found = add_file,
		.ctx = scan,
	};
	int r = 0;

	if (!opts->files)
		r = kmt_tree_walk(&tree, err);
	for (size_t i = 0; !r && opts->files && i < opts->files->n; i++)
		r = kmt_tree_name(&tree, opts->files->v[i], err);
	b->n_skipped = tree.skipped;
	return r;
}

static int scan(struct kmt_build *b, const struct kmt_build_opts *opts, struct kmt_err *err)
{
	struct kmt_scan_opts scan_opts = {
		.root = opts->root,
		.threads = opts->threads,
		.want_crcs = opts->check_needs,
		.cache = b->cache,
		.progress = opts->progress,
		.ctx = opts->ctx,
	};
	struct kmt_scan *s = kmt_scan_start(&scan_opts);
	int r = find_files(b, opts, s, err);

	kmt_scan_finish(s, &b->scan);
	for (size_t i = 0; i < b->scan.files.n; i++)
		b->n_bad += b->scan.files.v[i]->error != NULL;
	return r;
}

static void load_cache(struct kmt_build *b, const struct kmt_build_opts *opts)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", b->dir, KMT_CACHE_NAME);

	/* It has no CRCs. */
	if (opts->use_cache && !opts->check_needs)
		b->cache = kmt_cache_load(opts->root, path);
}

int kmt_build_scan(struct kmt_build *b, const struct kmt_build_opts *opts, struct kmt_diag *diag,
	struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf order = KMT_STRBUF_INIT;
	struct timespec now;
	int r;

	*b = (struct kmt_build){.diag = diag};
	clock_gettime(CLOCK_REALTIME, &now);
	b->started = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	r = kmt_build_opts_dir(opts, &b->dir, err);
	/* depmod.d says where to look; who names the files needs none of it. */
	if (!r && !opts->files)
		r = kmt_depmodd_read(&b->conf, opts->root, opts->version, opts->config, diag, err);
	if (r < 0)
		return r;
	load_cache(b, opts);
	r = scan(b, opts, err);
	if (r < 0)
		return r;
	kmt_choose(&b->conf, b->scan.files.v, b->scan.files.n, &b->chosen);
	read_own(b, opts->root, "modules.order", true, &order);
	kmt_choose_order(&b->chosen.modules, kmt_strbuf_str(&order), order.len, "modules.order", diag);
	return 0;
}

static struct kmt_slice text_of(const struct kmt_strbuf *b)
{
	return (struct kmt_slice){kmt_strbuf_str(b), b->len};
}

static void link_modules(struct kmt_build *b, const struct kmt_build_opts *opts)
{
	b->links = (struct kmt_links){
		.modules = &b->chosen.modules,
		.names = &b->scan.names,
		.prefix = opts->prefix,
		.check = opts->check_needs,
	};
	if (opts->symvers)
		kmt_ksyms_symvers(&b->links, opts->ksyms_file, text_of(opts->symvers), b->diag);
	else if (opts->system_map &&
		 !kmt_ksyms_system_map(&b->links, opts->ksyms_file, text_of(opts->system_map), b->diag))
		kmt_diag_add(b->diag, NULL,
			"%s names no exported symbol: is it a stub, or of another kernel?", opts->ksyms_file);
	kmt_links_build(&b->links);
}

static const struct kmt_modfile **files_of(struct kmt_build *b, const uint32_t *modules, size_t n)
{
	const struct kmt_modfile **files = kmt_arena_alloc(&b->arena, n * sizeof(*files));

	for (size_t i = 0; i < n; i++)
		files[i] = b->chosen.modules.v.v[modules[i]];
	return files;
}

/* Takes the members of cycles out of the list of modules. */
static void drop_cycles(struct kmt_build *b, const struct kmt_cycles *cycles)
{
	struct kmt_modules *modules = &b->chosen.modules;
	kmt_autofree bool *gone = kmt_alloc(modules->v.n + 1);
	size_t n = 0;

	for (size_t c = 0; c < cycles->v.n; c++) {
		const struct kmt_cycle *cycle = &cycles->v.v[c];
		struct kmt_dropped d = {.n = cycle->n, .path_n = cycle->path_n};

		d.members = files_of(b, cycle->members, cycle->n);
		d.path = files_of(b, cycle->path, cycle->path_n);
		kmt_vec_push(&b->dropped, d);
		for (size_t i = 0; i < cycle->n; i++)
			gone[cycle->members[i]] = true;
	}
	for (uint32_t m = 0; m < modules->v.n; m++) {
		const struct kmt_depslice *s = &b->links.slices[m];
		bool bereft = false;

		for (uint32_t i = 0; i < s->n; i++)
			bereft |= gone[b->links.deps.v[s->first + i]];
		if (bereft && !gone[m])
			kmt_vec_push(&b->bereft, modules->v.v[m]);
	}
	for (uint32_t m = 0; m < modules->v.n; m++)
		if (!gone[m])
			modules->v.v[n++] = modules->v.v[m];
	modules->v.n = n;
}

int kmt_build_link(struct kmt_build *b, const struct kmt_build_opts *opts, struct kmt_err *err)
{
	struct kmt_output *out = &b->output;

	link_modules(b, opts);
	if (b->links.n_sorted < b->chosen.modules.v.n) {
		struct kmt_cycles cycles = {0};

		kmt_links_cycles(&b->links, &cycles);
		drop_cycles(b, &cycles);
		kmt_cycles_free(&cycles);
		kmt_links_free(&b->links);
		link_modules(b, opts);
	}
	*out = (struct kmt_output){
		.modules = &b->chosen.modules,
		.links = &b->links,
		.order = opts->order,
		.threads = kmt_ordered_threads(opts->threads),
		.diag = b->diag,
	};
	if (read_own(b, opts->root, "modules.builtin", true, &b->builtin))
		out->builtin = &b->builtin;
	if (read_own(b, opts->root, "modules.builtin.modinfo", true, &b->builtin_modinfo))
		out->builtin_modinfo = &b->builtin_modinfo;
	if (kmt_output_build(out) < 0)
		return kmt_err_set(err, KMT_ERR_FAILED, -out->error,
			"the tree is too large: an index file may have 256 MiB");
	return 0;
}

void kmt_build_free(struct kmt_build *b)
{
	kmt_output_free(&b->output);
	kmt_links_free(&b->links);
	kmt_chosen_free(&b->chosen);
	kmt_vec_free(&b->dropped);
	kmt_vec_free(&b->bereft);
	kmt_scan_result_free(&b->scan);
	kmt_cache_free(b->cache);
	kmt_depmodd_free(&b->conf);
	kmt_strbuf_free(&b->builtin);
	kmt_strbuf_free(&b->builtin_modinfo);
	kmt_arena_free(&b->arena);
	free(b->dir);
}
