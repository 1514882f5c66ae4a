/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/exec.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

#include <kmt/base/alloc.h>
#include <kmt/base/err.h>
#include <kmt/plan/plan.h>
#include <kmt/source/decompress.h>
#include <kmt/source/sysmodule.h>
#include <kmt/source/undo.h>
#include <kmt/sys/file.h>
#include <kmt/sys/interrupt.h>
#include <kmt/sys/kernel.h>
#include <kmt/sys/kmsg.h>
#include <kmt/sys/paths.h>
#include <kmt/sys/root.h>

/*
 * Giving one module file to the kernel, packed or not. The kernel unpacks one algorithm where it can
 * (/sys/module/compression, since 5.17), but not everything that this algorithm can do: xz without
 * CRC32 check is refused. Then it is unpacked here.
 */
struct kmt_inserter {
	struct kmt_kernel *kernel;
	const struct kmt_root *root;
	struct kmt_kmsg *kmsg;	  /* what the kernel says of an attempt ... */
	struct kmt_kmsg_log *log; /* ... is added here */
};

static bool kernel_unpacks(const struct kmt_root *root, enum kmt_compression c)
{
	kmt_autostrbuf struct kmt_strbuf name = KMT_STRBUF_INIT;

	return !kmt_root_read_line(root, KMT_PATH_SYS_COMPRESSION, &name) &&
	       !strcmp(kmt_strbuf_str(&name), kmt_compression_name(c));
}

/* EINVAL has many causes, but only the decoder's own complaint speaks of compression. */
static bool decoder_complained(const struct kmt_inserter *in, size_t first)
{
	if (kmt_kmsg_read_new(in->kmsg, in->log) < 0)
		return true; /* nothing is known: to try it unpacked costs little */
	for (size_t i = first; i < in->log->records.n; i++)
		if (strstr(in->log->records.v[i].text, "compress"))
			return true;
	return false;
}

/* Whether the kernel failed to unpack it, rather than to load it. */
static bool not_unpacked(const struct kmt_inserter *in, int r, size_t first)
{
	if (r == -ENOSYS || r == -EOPNOTSUPP)
		return true;
	return r == -EINVAL && decoder_complained(in, first);
}

static int read_packed(int fd, struct kmt_strbuf *out)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size > KMT_ROOT_READ_MAX)
		return -EFBIG;
	kmt_strbuf_reserve(out, (size_t)st.st_size + 1);
	n = kmt_pread(fd, out->s, (size_t)st.st_size, 0);
	if (n < 0)
		return (int)n;
	out->len = (size_t)n;
	return 0;
}

static int insert_unpacked(const struct kmt_inserter *in, const struct kmt_step *step, int fd,
	enum kmt_compression c, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf packed = KMT_STRBUF_INIT, image = KMT_STRBUF_INIT;
	__attribute__((cleanup(kmt_decompressor_free))) struct kmt_decompressor d = {0};
	int r = read_packed(fd, &packed);

	if (r < 0)
		return kmt_err_errno(err, -r, "%s%s", in->root->path, step->path);
	r = kmt_decompress(&d, c, packed.s, packed.len, &image, err);
	if (r < 0)
		return kmt_err_wrap(err, "%s%s", in->root->path, step->path);
	kmt_strbuf_free(&packed);
	return in->kernel->ops->insert_image(
		in->kernel, image.s, image.len, step->params, step->flags);
}

/* The file that the plan was made from: the descriptor that the plan has, or what is still the same file. */
static int open_planned(const struct kmt_inserter *in, const struct kmt_step *step, struct kmt_err *err)
{
	const struct kmt_step_file *file = step->file;
	struct stat st;
	bool held = file && file->fd >= 0;
	kmt_autoclose int fd = held ? fcntl(file->fd, F_DUPFD_CLOEXEC, 0)
				    : kmt_root_open_file(in->root, step->path, 0, &st);

	if (fd < 0 && held)
		fd = -errno;
	if (fd < 0)
		return kmt_err_errno(err, -fd, "%s%s", in->root->path, step->path);
	if (file && (fstat(fd, &st) < 0 || !kmt_step_file_same(&st, &file->st)))
		return kmt_err_set(err, KMT_ERR_FAILED, ESTALE,
			"%s%s changed after the plan was made; run the command again to see the new plan",
			in->root->path, step->path);
	return kmt_take_fd(&fd);
}

/* Returns 0 or -errno. ERR is filled only when the kernel was not asked: the file cannot be read or
 * unpacked, or is another one. It is opened once: what is judged here is what is inserted. */
static int exec_insert(const struct kmt_inserter *in, const struct kmt_step *step, struct kmt_err *err)
{
	const struct kmt_kernel_ops *ops = in->kernel->ops;
	size_t first = in->log->records.n;
	kmt_autoclose int fd = open_planned(in, step, err);
	enum kmt_compression c;
	int r;

	if (fd < 0)
		return fd;
	c = kmt_compression_of_fd(fd);
	if (c == KMT_COMP_NONE)
		return ops->insert(in->kernel, fd, step->path, step->params, step->flags);
	if (kernel_unpacks(in->root, c)) {
		r = ops->insert(in->kernel, fd, step->path, step->params,
			step->flags | KMT_INSERT_COMPRESSED);
		if (!not_unpacked(in, r, first))
			return r;
	}
	return insert_unpacked(in, step, fd, c, err);
}

#define NEW_FILE_MODE 0644
#define NEW_DIR_MODE 0755
#define RECORD_MODE 0600 /* it may hold what only root may read */

static int changed(const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	kmt_err_set(err, KMT_ERR_FAILED, ESTALE, "%s%s was changed by somebody else meanwhile", root->path,
		path);
	kmt_err_hint(err, "nothing was written to it; run the command again to see the new plan");
	return -ESTALE;
}

/* Whether the file is what it was when the plan was made. */
static int check_unchanged(
	const struct kmt_root *root, const char *path, const struct kmt_write *w, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf now = KMT_STRBUF_INIT;
	int r;

	if (!kmt_root_exists(root, path))
		return w->absent ? 0 : changed(root, path, err);
	if (w->absent)
		return changed(root, path, err);
	r = kmt_root_read(root, path, 0, &now, err);
	if (r < 0)
		return r;
	return now.len == w->old_n && !memcmp(kmt_strbuf_str(&now), w->old, w->old_n)
		       ? 0
		       : changed(root, path, err);
}

bool kmt_plan_is_stale(const struct kmt_plan *plan, const struct kmt_root *root)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps)
		if (step->kind == KMT_STEP_WRITE && check_unchanged(root, step->path, step->write, NULL) == -ESTALE)
			return true;
	return false;
}

/* Replaces or removes the file of a WRITE step, if it still holds what the plan was made from: -ESTALE
 * else. -errno with ERR filled. */
static int exec_write(const struct kmt_root *root, const struct kmt_step *step, struct kmt_err *err)
{
	const struct kmt_write *w = step->write;
	int r = check_unchanged(root, step->path, w, err);

	if (r < 0)
		return r;
	if (!w->data)
		return kmt_file_remove(root, step->path, err);
	return kmt_file_replace(root, step->path, w->data, w->n, NEW_FILE_MODE, err);
}

/* Makes the file what it was before the step, if it still is what the step made of it. 0 or -errno. */
static int unwrite(const struct kmt_root *root, const struct kmt_step *step)
{
	const struct kmt_write *w = step->write;
	const struct kmt_write back = {
		.old = w->data,
		.old_n = w->data ? w->n : 0,
		.absent = !w->data,
		.data = w->absent ? NULL : w->old,
		.n = w->old_n,
	};
	const struct kmt_step reversed = {.path = step->path, .write = &back};

	return exec_write(root, &reversed, NULL);
}

static int make_dir(const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	return kmt_file_make_dir(root, path, NEW_DIR_MODE, err);
}

/* The record of changes goes with the directory if nothing else is in it. -ENOTEMPTY. */
static int remove_dir(const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	struct kmt_strv names = {0};
	int r = kmt_root_list(root, path, &names);

	if (!r && names.n == 1) {
		kmt_autofree char *only = kmt_asprintf("%s/%s", path, names.v[0]);

		if (!strcmp(only, KMT_PATH_UNDO))
			r = kmt_file_remove_link(root, only, err);
	}
	kmt_root_list_free(&names);
	return r ? r : kmt_file_remove_dir(root, path, err);
}

/* A link in the place of the record is not followed: what a record holds may be root's only. */
static int write_record(const struct kmt_root *root, const struct kmt_strbuf *record, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf target = KMT_STRBUF_INIT;

	if (!kmt_root_readlink(root, KMT_PATH_UNDO, &target)) {
		int r = kmt_file_remove_link(root, KMT_PATH_UNDO, err);

		if (r < 0)
			return r;
	}
	return kmt_file_replace(root, KMT_PATH_UNDO, record->s, record->len, RECORD_MODE, err);
}

/* Before the first WRITE step: records all of them, so that they can be taken back. */
static int record_undo(const struct kmt_root *root, const struct kmt_plan *plan,
	const struct kmt_report *report, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf record = KMT_STRBUF_INIT;
	struct kmt_undo undo = {0};
	int r = 0;

	for (size_t i = 0; i < plan->steps.n; i++) {
		const struct kmt_step *step = &plan->steps.v[i];
		const struct kmt_write *w = step->write;

		/* /etc is more than a place for our files. */
		if (step->kind == KMT_STEP_MKDIR && report->results.v[i].outcome == KMT_STEP_DONE &&
			strcmp(step->path, KMT_PATH_ETC) != 0)
			kmt_vec_push(&undo.dirs, step->path);
		if (step->kind != KMT_STEP_WRITE)
			continue;
		kmt_vec_push(&undo.files, (struct kmt_undo_file){
						  .path = step->path,
						  .before = w->absent ? NULL : w->old,
						  .before_n = w->old_n,
						  .after = w->data,
						  .after_n = w->data ? w->n : 0,
					  });
	}
	if (undo.files.n) {
		kmt_undo_write(&undo, &record);
		r = write_record(root, &record, err);
	}
	kmt_undo_free(&undo);
	return r;
}

/* Naps between two tries grow from the first to the longest. */
#define FIRST_NAP_MS 2u
#define LONGEST_NAP_MS 250u
/* What was just loaded may be looked at by udev; taking it back is worth a short wait. */
#define UNDO_WAIT_MS 500u /* in the whole run */

struct run {
	const struct kmt_plan *plan;
	struct kmt_kernel *kernel;
	const struct kmt_root *root;
	struct kmt_report *report;
	struct kmt_kmsg kmsg;
	unsigned int wait_left;
	bool collect;
	const struct kmt_exec_watch *watch;
	bool recorded; /* the files of WRITE steps, for undo */
};

const char *kmt_step_outcome_name(enum kmt_step_outcome outcome)
{
	static const char *const names[KMT_STEP_OUTCOME_COUNT] = {
		[KMT_STEP_NOT_RUN] = "not-run",
		[KMT_STEP_SKIPPED] = "skipped",
		[KMT_STEP_DONE] = "done",
		[KMT_STEP_ALREADY] = "already",
		[KMT_STEP_FAILED] = "failed",
		[KMT_STEP_UNDONE] = "undone",
		[KMT_STEP_UNDO_FAILED] = "undo-failed",
	};

	return outcome < KMT_STEP_OUTCOME_COUNT ? names[outcome] : "?";
}

int kmt_step_may_write(const struct kmt_root *root, const struct kmt_step *step, struct kmt_err *err)
{
	bool edit = kmt_step_is_edit(step->kind);
	int r = kmt_file_may_write(root, step->path, edit);

	/* An earlier step creates the directory. */
	if (!r || (r == -ENOENT && edit))
		return 0;
	return kmt_err_errno(err, -r, "%s%s cannot be written", root->path, step->path);
}

static bool is_busy(int r)
{
	return r == -EAGAIN || r == -EBUSY;
}

static bool is_interrupted(struct run *run)
{
	if (!run->report->interrupted)
		run->report->interrupted = kmt_interrupt_take();
	return run->report->interrupted;
}

/* By a signal, or by whoever watches. */
static bool is_stopped(struct run *run)
{
	const struct kmt_exec_watch *watch = run->watch;

	if (watch && !run->report->cancelled)
		run->report->cancelled = watch->cancelled(watch->ctx);
	return is_interrupted(run) || run->report->cancelled;
}

/* Sleeps before the next try, twice as long as before. False when the time is up or a signal came. */
static bool nap(struct run *run, unsigned int *left, unsigned int *ms)
{
	unsigned int now = *ms < *left ? *ms : *left;

	if (!now || run->report->interrupted || run->report->cancelled)
		return false;
	run->kernel->ops->sleep_ms(run->kernel, now);
	*left -= now;
	*ms = 2 * *ms < LONGEST_NAP_MS ? 2 * *ms : LONGEST_NAP_MS;
	return !is_stopped(run);
}

/* "live"; "coming" or "going", for good if its init or exit function crashed; NULL: not loaded. */
static const char *state_of(const struct run *run, const char *module)
{
	return kmt_sysmodule_attr(run->root, module, "initstate", &run->report->log.arena);
}

/* The answer is lost, but what became of the module can be seen. DONE: it is as it should be. */
static int judge_killed(struct run *run, const char *module, struct kmt_step_result *result, bool done)
{
	const char *state = state_of(run, module);

	if (state && strcmp(state, "live") != 0)
		return -KMT_KERNEL_KILLED;
	if (done)
		return 0;
	result->detail = kmt_arena_strdup(&run->report->log.arena, run->report->interrupted || is_interrupted(run)
		? "a signal stopped it" : "the process that asked the kernel for it was killed");
	return -EINTR;
}

static int insert(struct run *run, const struct kmt_step *step, struct kmt_step_result *result)
{
	const struct kmt_inserter in = {run->kernel, run->root, &run->kmsg, &run->report->log};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	bool before = state_of(run, step->module);
	unsigned int ms = FIRST_NAP_MS;
	int r;

	do
		r = exec_insert(&in, step, &err);
	while (is_busy(r) && nap(run, &run->wait_left, &ms));
	if (err.msg)
		result->detail = kmt_arena_strdup(&run->report->log.arena, err.msg);
	if (r == -KMT_KERNEL_NO_ANSWER)
		return judge_killed(run, step->module, result, !before && state_of(run, step->module));
	/* An init function may answer EEXIST too: then the module is not there. */
	if (r == -EEXIST && state_of(run, step->module)) {
		result->outcome = KMT_STEP_ALREADY;
		return 0;
	}
	return r;
}

static int remove_module(struct run *run, const struct kmt_step *step, struct kmt_step_result *result)
{
	unsigned int ms = FIRST_NAP_MS;
	int r;

	do
		r = run->kernel->ops->remove(run->kernel, step->module, step->flags);
	while (is_busy(r) && !step->if_unused && nap(run, &run->wait_left, &ms));
	if (r == -KMT_KERNEL_NO_ANSWER)
		return judge_killed(run, step->module, result, !state_of(run, step->module));
	if (is_busy(r) && step->if_unused) {
		result->outcome = KMT_STEP_SKIPPED;
		return 0;
	}
	if (r != -ENOENT)
		return r;
	result->outcome = KMT_STEP_ALREADY;
	return 0;
}

/* A command that a signal ended has failed, too. */
static int run_command(struct run *run, const struct kmt_step *step, struct kmt_step_result *result)
{
	kmt_autostrbuf struct kmt_strbuf output = KMT_STRBUF_INIT;
	int r = run->kernel->ops->run(run->kernel, step->command, step->module, step->params,
		run->collect ? &output : NULL, &result->status);

	if (output.len)
		result->output = kmt_arena_strdup(&run->report->log.arena, kmt_strbuf_str(&output));
	if (r < 0)
		return r;
	return WIFEXITED(result->status) && !WEXITSTATUS(result->status) ? 0 : -ECHILD;
}

/* All files of the plan are recorded before the first is written. */
static int write_file(struct run *run, const struct kmt_step *step, struct kmt_step_result *result)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	int r = run->recorded ? 0 : record_undo(run->root, run->plan, run->report, &err);

	run->recorded = true;
	if (!r)
		r = exec_write(run->root, step, &err);
	if (r < 0)
		result->detail = kmt_arena_strdup(&run->report->log.arena, err.msg);
	return r;
}

/* Somebody else may create it meanwhile, or put something into it. */
static int change_dir(struct run *run, const struct kmt_step *step, struct kmt_step_result *result)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	bool create = step->kind == KMT_STEP_MKDIR;
	int r = create ? make_dir(run->root, step->path, &err) : remove_dir(run->root, step->path, &err);

	if (create && r == -EEXIST) {
		result->outcome = KMT_STEP_ALREADY;
		return 0;
	}
	if (!create && r == -ENOTEMPTY) {
		result->outcome = KMT_STEP_SKIPPED;
		return 0;
	}
	if (r < 0)
		result->detail = kmt_arena_strdup(&run->report->log.arena, err.msg);
	return r;
}

/* An empty value needs a line of its own: nothing written is nothing heard. */
static int write_param(struct run *run, const char *path, const char *value)
{
	const char *text = *value ? value : "\n";

	return run->kernel->ops->write(run->kernel, path, text, strlen(text));
}

static int set_param(struct run *run, const struct kmt_step *step, struct kmt_step_result *result)
{
	kmt_autostrbuf struct kmt_strbuf now = KMT_STRBUF_INIT;
	int r = write_param(run, step->path, step->params);

	if (!r && !kmt_root_read_line(run->root, step->path, &now))
		result->value = kmt_arena_strdup(&run->report->log.arena, kmt_strbuf_str(&now));
	return r;
}

/* The last part of where the link leads to. */
static const char *driver_of(const struct run *run, const char *device)
{
	kmt_autofree char *link = kmt_asprintf("%s/driver", device);
	kmt_autostrbuf struct kmt_strbuf target = KMT_STRBUF_INIT;
	const char *slash;

	if (kmt_root_readlink(run->root, link, &target))
		return NULL;
	slash = strrchr(kmt_strbuf_str(&target), '/');
	return kmt_arena_strdup(&run->report->log.arena, slash ? slash + 1 : kmt_strbuf_str(&target));
}

static int change_device(struct run *run, const struct kmt_step *step, struct kmt_step_result *result)
{
	int r = write_param(run, step->path, step->params);

	if (!r && step->kind == KMT_STEP_BIND)
		result->value = driver_of(run, step->device);
	return r;
}

static int do_step(struct run *run, const struct kmt_step *step, struct kmt_step_result *result)
{
	switch (step->kind) {
	case KMT_STEP_INSERT:
		return insert(run, step, result);
	case KMT_STEP_REMOVE:
		return remove_module(run, step, result);
	case KMT_STEP_RUN:
		return run_command(run, step, result);
	case KMT_STEP_SETPARAM:
		return set_param(run, step, result);
	case KMT_STEP_UNBIND:
	case KMT_STEP_OVERRIDE:
	case KMT_STEP_BIND:
		return change_device(run, step, result);
	case KMT_STEP_WRITE:
		return write_file(run, step, result);
	case KMT_STEP_MKDIR:
	case KMT_STEP_RMDIR:
		return change_dir(run, step, result);
	case KMT_STEP_SKIP:
		result->outcome = KMT_STEP_SKIPPED;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

/* What failed before the kernel was asked is not the module's fault. */
static int judge_not_asked(struct run *run, struct kmt_step_result *result, int r)
{
	if (r > -KMT_KERNEL_NOT_ASKED)
		return r;
	r += KMT_KERNEL_NOT_ASKED;
	result->detail = kmt_arena_printf(
		&run->report->log.arena, "kmtool could not ask the kernel: %s", strerror(-r));
	return r;
}

/* Runs one step and notes what came of it and what the kernel said. */
static int run_step(struct run *run, size_t i)
{
	const struct kmt_step *step = &run->plan->steps.v[i];
	struct kmt_step_result *result = &run->report->results.v[i];
	int r;

	result->outcome = KMT_STEP_DONE;
	result->log_first = run->report->log.records.n;
	r = judge_not_asked(run, result, do_step(run, step, result));
	kmt_kmsg_read_new(&run->kmsg, &run->report->log);
	result->log_n = run->report->log.records.n - result->log_first;
	if (!r)
		return 0;
	result->outcome = KMT_STEP_FAILED;
	/* ECHILD stands for a command that failed by itself: its status tells more. */
	result->errnum = step->kind == KMT_STEP_RUN && r == -ECHILD ? 0 : -r;
	return step->required ? r : 0;
}

static int check_file(const struct kmt_inserter *in, const struct kmt_step *step, struct kmt_err *err)
{
	kmt_autoclose int fd = open_planned(in, step, err);

	return fd < 0 ? fd : 0;
}

/* Nothing is unloaded for a file that is not what it was. */
static int check_files(struct run *run)
{
	const struct kmt_inserter in = {run->kernel, run->root, &run->kmsg, &run->report->log};

	for (size_t i = 0; i < run->plan->steps.n; i++) {
		const struct kmt_step *step = &run->plan->steps.v[i];
		struct kmt_step_result *result = &run->report->results.v[i];
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
		int r = step->file && step->required ? check_file(&in, step, &err) : 0;

		if (!r)
			continue;
		*result = (struct kmt_step_result){.outcome = KMT_STEP_FAILED, .errnum = -r,
			.detail = kmt_arena_strdup(&run->report->log.arena, err.msg)};
		run->report->failed_step = i;
		return r;
	}
	return 0;
}

static int run_steps(struct run *run)
{
	struct kmt_report *report = run->report;

	for (size_t i = 0; i < run->plan->steps.n; i++) {
		int r;

		report->failed_step = i;
		if (is_stopped(run))
			return -EINTR;
		if (run->watch)
			run->watch->step(run->watch->ctx, i);
		r = run_step(run, i);
		if (r < 0)
			return r;
	}
	report->failed_step = run->plan->steps.n;
	return is_interrupted(run) ? -EINTR : 0;
}

static int remove_again(struct run *run, const char *module, unsigned int *left)
{
	unsigned int ms = FIRST_NAP_MS;

	for (;;) {
		unsigned int now = ms < *left ? ms : *left;
		int r = run->kernel->ops->remove(run->kernel, module, 0);

		if (!is_busy(r) || !now)
			return r;
		run->kernel->ops->sleep_ms(run->kernel, now);
		*left -= now;
		ms *= 2;
	}
}

static int insert_again(struct run *run, const struct kmt_step *step)
{
	const struct kmt_inserter in = {run->kernel, run->root, &run->kmsg, &run->report->log};

	return exec_insert(&in, step, NULL);
}

static bool can_undo(const struct kmt_step *step)
{
	return step->kind == KMT_STEP_INSERT || kmt_step_is_edit(step->kind) ||
	       (kmt_step_is_live(step->kind) && step->before) || (step->kind == KMT_STEP_REMOVE && step->restore);
}

/* A reload that was interrupted when all was done: nothing is better with the modules unloaded. */
static bool replaced_all(const struct run *run)
{
	const struct kmt_step *step;

	if (run->report->failed_step < run->plan->steps.n)
		return false;
	kmt_vec_foreach(step, &run->plan->steps)
		if (step->kind == KMT_STEP_REMOVE)
			return true;
	return false;
}

static int undo_step(struct run *run, const struct kmt_step *step, unsigned int *left)
{
	if (step->kind == KMT_STEP_WRITE)
		return unwrite(run->root, step);
	if (step->kind == KMT_STEP_MKDIR)
		return remove_dir(run->root, step->path, NULL);
	if (step->kind == KMT_STEP_RMDIR)
		return make_dir(run->root, step->path, NULL);
	if (kmt_step_is_live(step->kind))
		return write_param(run, step->undo_path ? step->undo_path : step->path, step->before);
	if (step->kind == KMT_STEP_REMOVE)
		return insert_again(run, step->restore);
	return remove_again(run, step->module, left);
}

/* Not to be interrupted: signals stay held back. */
static void undo(struct run *run)
{
	unsigned int left = UNDO_WAIT_MS;

	for (size_t i = run->report->failed_step; i-- > 0;) {
		const struct kmt_step *step = &run->plan->steps.v[i];
		struct kmt_step_result *result = &run->report->results.v[i];
		int r;

		if (result->outcome != KMT_STEP_DONE || !can_undo(step))
			continue;
		r = undo_step(run, step, &left);
		if (r == -ENOENT && !step->restore)
			r = 0; /* somebody else took it away */
		result->outcome = r ? KMT_STEP_UNDO_FAILED : KMT_STEP_UNDONE;
		if (result->outcome == KMT_STEP_UNDO_FAILED)
			result->errnum = -r % KMT_KERNEL_NOT_ASKED;
	}
}

int kmt_plan_exec(const struct kmt_plan *plan, struct kmt_kernel *kernel, const struct kmt_root *root,
	const struct kmt_exec_options *opts, struct kmt_report *report)
{
	struct run run = {.plan = plan, .kernel = kernel, .root = root, .report = report,
		.wait_left = opts->wait_ms, .collect = opts->collect, .watch = opts->watch};
	struct kmt_interrupt interrupt;
	int r;

	*report = (struct kmt_report){0};
	for (size_t i = 0; i < plan->steps.n; i++)
		kmt_vec_push(&report->results, (struct kmt_step_result){0});
	kmt_interrupt_hold(&interrupt);
	kmt_kmsg_open_end(&run.kmsg, root);
	report->log_errnum = run.kmsg.errnum;
	r = check_files(&run);
	if (!r)
		r = run_steps(&run);
	if (r < 0)
		is_interrupted(&run);
	if (r < 0 && !opts->partial_ok && !replaced_all(&run))
		undo(&run);
	kmt_kmsg_close(&run.kmsg);
	kmt_interrupt_release(&interrupt);
	return r;
}

void kmt_report_free(struct kmt_report *report)
{
	kmt_vec_free(&report->results);
	kmt_kmsg_log_free(&report->log);
}
