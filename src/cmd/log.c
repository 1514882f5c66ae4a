/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool log`: what the kernel said, of one module or of all. */
#include <errno.h>
#include <inttypes.h>
#include <json.h>
#include <poll.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/out/json.h>
#include <kmt/out/log.h>
#include <kmt/sys/kmsg.h>
#include <kmt/sys/paths.h>

#include "cmds_priv.h"
#include "command_line_priv.h"

struct log_opts {
	bool follow;
};

static const struct kmt_opt log_options[] = {
	{"follow", 'f', KMT_OPT_FLAG, .help = "wait for new lines and print them as they arrive",
		.offset = offsetof(struct log_opts, follow)},
	{0},
};

struct reader {
	struct kmt_env *env;
	char name[KMT_NAME_MAX]; /* "": all */
	struct kmt_kmsg kmsg;
	struct kmt_kmsg_log log;
	size_t printed;
};

static bool is_wanted(const struct reader *r, const struct kmt_kmsg_record *record)
{
	return !r->name[0] || kmt_log_names(record->text, r->name);
}

static void print_raw(const struct kmt_kmsg_record *record)
{
	printf("%" PRIu64 "\t%s\t", record->usec, kmt_log_level_name(record->level));
	kmt_put_text(stdout, record->text);
	putchar('\n');
}

static void print_human(const struct kmt_style *style, const struct kmt_kmsg_record *record)
{
	enum kmt_hue hue = kmt_log_level_hue(record->level);

	printf("%s[%5" PRIu64 ".%06" PRIu64 "]%s ", kmt_hue_on(style, KMT_HUE_DIM),
		record->usec / 1000000, record->usec % 1000000, kmt_hue_off(style));
	fputs(kmt_hue_on(style, hue), stdout);
	kmt_put_text(stdout, record->text);
	if (hue != KMT_HUE_NONE)
		fputs(kmt_hue_off(style), stdout);
	putchar('\n');
}

static struct json_object *json_record(const struct kmt_kmsg_record *record)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "seq", kmt_json_u64(record->seq));
	json_object_object_add(o, "usec", kmt_json_u64(record->usec));
	json_object_object_add(o, "level", kmt_json_string(kmt_log_level_name(record->level)));
	json_object_object_add(o, "facility", kmt_json_u64(record->facility));
	json_object_object_add(o, "text", kmt_json_string(record->text));
	return o;
}

static void print_json(struct reader *r)
{
	struct json_object *doc = kmt_json_document(), *lines = json_object_new_array();
	const struct kmt_kmsg_record *record;

	kmt_vec_foreach (record, &r->log.records) {
		if (!is_wanted(r, record))
			continue;
		json_object_array_add(lines, json_record(record));
		r->printed++;
	}
	json_object_object_add(doc, "lines", lines);
	kmt_cmd_print_document(r->env, doc);
}

static void print_records(struct reader *r)
{
	const struct kmt_kmsg_record *record;

	if (r->env->g.json) {
		print_json(r);
		return;
	}
	kmt_vec_foreach (record, &r->log.records) {
		if (!is_wanted(r, record))
			continue;
		if (r->env->g.raw)
			print_raw(record);
		else
			print_human(&r->env->style, record);
		r->printed++;
	}
}

/* Prints what is there now. */
static int print_new(struct reader *r, struct kmt_err *err)
{
	int rc = kmt_kmsg_read_new(&r->kmsg, &r->log);

	if (rc < 0)
		return kmt_err_errno(err, -rc, "%s%s", r->env->root.path, KMT_PATH_DEV_KMSG);
	if (r->log.overrun)
		kmt_diag_add(&r->env->diag, NULL, "%s", kmt_kmsg_lost_text(&r->log, &r->log.arena));
	print_records(r);
	kmt_kmsg_log_free(&r->log);
	return 0;
}

static int follow(struct reader *r, struct kmt_err *err)
{
	struct pollfd p = {.fd = r->kmsg.fd, .events = POLLIN};
	int rc = 0;

	while (!rc && !fflush(stdout)) {
		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			return kmt_err_errno(err, errno, "waiting for the kernel log");
		rc = print_new(r, err);
	}
	return rc;
}

static int cannot_open(struct kmt_env *env, const void *opts, int errnum, struct kmt_err *err)
{
	kmt_autofree char *line = kmt_command_line(env, opts);
	int r;

	if (errnum != EPERM && errnum != EACCES)
		return kmt_err_errno(err, errnum, "%s%s", env->root.path, KMT_PATH_DEV_KMSG);
	r = kmt_err_set(err, KMT_ERR_REFUSED, errnum,
		"reading the kernel log requires root (kernel.dmesg_restrict=1)");
	kmt_err_hint(err, "sudo %s", line);
	return r;
}

static int read_name(const struct kmt_env *env, char *out, size_t size, struct kmt_err *err)
{
	const char *arg;
	int r;

	if (!env->argc)
		return 0;
	arg = env->argv[0];
	if (env->argc > 1)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'kmtool log' takes one module name");
	r = kmt_name_is_path(arg) ? kmt_name_from_path(arg, out, size)
				  : kmt_name_normalize(arg, out, size);
	return r < 0 ? kmt_err_set(err, KMT_ERR_USAGE, -r, "'%s' is not a module name", arg) : 0;
}

static int run_log(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	const struct log_opts *opts = options;
	struct reader r = {.env = env, .kmsg = {.fd = -1}};
	int rc = read_name(env, r.name, sizeof(r.name), err);

	if (rc < 0)
		return rc;
	if (opts->follow && !env->root.is_host)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"--follow needs a running kernel, there is none below %s", env->root.path);
	kmt_kmsg_open_start(&r.kmsg, &env->root);
	if (r.kmsg.fd < 0)
		return cannot_open(env, options, r.kmsg.errnum, err);
	rc = print_new(&r, err);
	if (!rc && opts->follow)
		rc = follow(&r, err);
	else if (!rc && !r.printed && r.name[0])
		kmt_note(env, "no line of the kernel log names %s", r.name);
	kmt_kmsg_log_free(&r.log);
	kmt_kmsg_close(&r.kmsg);
	return rc;
}

static const char *const log_examples[] = {"kmtool log loop", "kernel messages about loop",
	"kmtool log -f", "all messages, then new ones as they arrive", NULL};

const struct kmt_cmd kmt_cmd_log = {
	.name = "log",
	.summary = "Print the kernel log, or only the lines that mention a module",
	.operands = "[NAME]",
	.complete = KMT_COMPLETE_LOADED,
	.opts = log_options,
	.opts_size = sizeof(struct log_opts),
	.examples = log_examples,
	.takes = KMT_TAKES_ROOT | KMT_TAKES_JSON | KMT_TAKES_RAW,
	.run = run_log,
};
