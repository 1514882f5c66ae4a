/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/err.h>

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>

static int set(struct kmt_err *err, enum kmt_err_kind kind, int errnum, char *msg)
{
	kmt_err_clear(err);
	err->kind = kind;
	err->errnum = errnum;
	err->msg = msg;
	return errnum ? -errnum : -EINVAL;
}

int kmt_err_set(struct kmt_err *err, enum kmt_err_kind kind, int errnum, const char *fmt, ...)
{
	struct kmt_strbuf text = KMT_STRBUF_INIT;
	va_list ap;

	if (!err)
		return errnum ? -errnum : -EINVAL;
	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	return set(err, kind, errnum, kmt_strbuf_steal(&text));
}

static enum kmt_err_kind kind_of(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
		return KMT_ERR_NOT_FOUND;
	case EACCES:
	case EPERM:
		return KMT_ERR_REFUSED;
	default:
		return KMT_ERR_FAILED;
	}
}

int kmt_err_errno(struct kmt_err *err, int errnum, const char *fmt, ...)
{
	struct kmt_strbuf text = KMT_STRBUF_INIT;
	va_list ap;

	if (!err)
		return errnum ? -errnum : -EINVAL;
	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	kmt_strbuf_addstr(&text, ": ");
	kmt_strbuf_addstr(&text, strerror(errnum));
	return set(err, kind_of(errnum), errnum, kmt_strbuf_steal(&text));
}

int kmt_err_wrap(struct kmt_err *err, const char *fmt, ...)
{
	struct kmt_strbuf text = KMT_STRBUF_INIT;
	va_list ap;

	if (!err)
		return -EINVAL;
	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	kmt_strbuf_addstr(&text, ": ");
	kmt_strbuf_addstr(&text, err->msg ? err->msg : "");
	free(err->msg);
	err->msg = kmt_strbuf_steal(&text);
	return err->errnum ? -err->errnum : -EINVAL;
}

int kmt_err_copy(struct kmt_err *err, const struct kmt_err *from)
{
	int r = from->kind ? kmt_err_set(err, from->kind, from->errnum, "%s", from->msg) : 0;

	if (from->hint)
		kmt_err_hint(err, "%s", from->hint);
	return r;
}

void kmt_err_hint(struct kmt_err *err, const char *fmt, ...)
{
	struct kmt_strbuf text = KMT_STRBUF_INIT;
	va_list ap;

	if (!err)
		return;
	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	free(err->hint);
	err->hint = kmt_strbuf_steal(&text);
}

void kmt_err_clear(struct kmt_err *err)
{
	if (!err)
		return;
	free(err->msg);
	free(err->hint);
	*err = (struct kmt_err)KMT_ERR_INIT;
}
