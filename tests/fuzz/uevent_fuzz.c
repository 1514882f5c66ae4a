/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's uevent file, and the kernel's message of the same contents. */
#include "fuzz.h"

#include <kmt/source/uevent.h>
#include <kmt/sys/events.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_slice value;

	kmt_uevent_find((struct kmt_slice){(const char *)data, size}, "DEVNAME", &value);
	kmt_events_parse((const char *)data, size);
	return 0;
}
