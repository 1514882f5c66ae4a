/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tells that the machine has changed, to wait for with poll(2): the kernel's messages about modules
 * and devices (NETLINK_KOBJECT_UEVENT, lib/kobject_uevent.c; hearing them needs no privilege) and inotify(7)
 * on directories of configuration. /sys/module itself tells nothing: kernfs has no events for what comes and
 * goes there.
 *
 * That a module is there is told once its init function has succeeded; counts of references are never told.
 */
#ifndef KMT_SYS_EVENTS_H
#define KMT_SYS_EVENTS_H

#include <stddef.h>
#include <kmt/sys/root.h>

enum kmt_event {
	KMT_EVENT_MODULES = 1 << 0, /* one was loaded or unloaded */
	KMT_EVENT_DEVICES = 1 << 1, /* one came, went, or has another driver */
	KMT_EVENT_FILES = 1 << 2,   /* something in a watched directory */
};

/* FDs to wait for; -1 for what cannot be heard here (a container, another root). */
struct kmt_events {
	int uevents, files;
};

/* Never fails loudly: what cannot be heard has to be looked at from time to time anyhow. Uevents are of this
 * machine: they are heard only if ROOT is the host's. */
void kmt_events_open(struct kmt_events *e, const struct kmt_root *root);
void kmt_events_close(struct kmt_events *e);

/* Watches directory DIR, absolute below ROOT; one that is watched already, or not there, is fine. */
void kmt_events_watch(struct kmt_events *e, const struct kmt_root *root, const char *dir);

/* Takes all that has come, without waiting: enum kmt_event, added up. Where some were lost it is all of the
 * kinds that they may have been. */
unsigned int kmt_events_take(struct kmt_events *e);

/* What a message of N bytes ("add@/module/x", then "KEY=value" strings, each with a NUL) is: an enum
 * kmt_event, or 0. */
unsigned int kmt_events_parse(const char *message, size_t n);

#endif
