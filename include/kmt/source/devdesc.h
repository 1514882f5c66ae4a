/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device is, in words, as far as sysfs itself tells: the names that it gives itself (USB, SCSI, HD
 * audio, input ...) and the class in its modalias (PCI, USB, SCSI, virtio). What gives itself no name has
 * that of the lists of hwdata. Reads below the root.
 */
#ifndef KMT_SOURCE_DEVDESC_H
#define KMT_SOURCE_DEVDESC_H

#include <kmt/base/arena.h>
#include <kmt/source/hwdata.h>
#include <kmt/source/modalias.h>
#include <kmt/sys/root.h>

/* "HP LaserJet, printer"; NULL if nothing tells. NAME is its name in the lists. The text is in ARENA or
 * static; the words of the device may be hostile. */
const char *kmt_devdesc_read(const struct kmt_root *root, const struct kmt_modalias *device,
	const struct kmt_hwdata_name *name, struct kmt_arena *arena);

/* The class in a MODALIAS in normal form: "Ethernet controller"; NULL if it has none, or one that is not
 * known. Pure. */
const char *kmt_devdesc_class(const char *modalias);

#endif
