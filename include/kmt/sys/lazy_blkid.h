/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is used of libblkid: probing a descriptor, and the names in /dev/disk. Nothing of its cache, which may
 * be out of date and is written to, and nothing that wipes. */
#ifndef KMT_SYS_LAZY_BLKID_H
#define KMT_SYS_LAZY_BLKID_H

#include <blkid/blkid.h>

#include <kmt/sys/lazy.h>

#define KMT_BLKID_FUNCTIONS(X)                                                                     \
	X(blkid_new_probe)                                                                         \
	X(blkid_free_probe)                                                                        \
	X(blkid_reset_probe)                                                                       \
	X(blkid_probe_set_device)                                                                  \
	X(blkid_probe_set_sectorsize)                                                              \
	X(blkid_probe_get_size)                                                                    \
	X(blkid_probe_enable_superblocks)                                                          \
	X(blkid_probe_set_superblocks_flags)                                                       \
	X(blkid_probe_enable_partitions)                                                           \
	X(blkid_probe_set_partitions_flags)                                                        \
	X(blkid_do_probe)                                                                          \
	X(blkid_do_safeprobe)                                                                      \
	X(blkid_probe_lookup_value)                                                                \
	X(blkid_probe_get_partitions)                                                              \
	X(blkid_partlist_numof_partitions)                                                         \
	X(blkid_partlist_get_partition)                                                            \
	X(blkid_partition_get_partno)                                                              \
	X(blkid_partition_get_start)                                                               \
	X(blkid_partition_get_size)                                                                \
	X(blkid_partition_get_type)                                                                \
	X(blkid_partition_get_type_string)                                                         \
	X(blkid_partition_get_uuid)                                                                \
	X(blkid_partition_get_name)                                                                \
	X(blkid_partition_is_extended)                                                             \
	X(blkid_encode_string)

struct kmt_lazy_blkid {
	KMT_BLKID_FUNCTIONS(KMT_LAZY_MEMBER)
};

/* NULL with ERR filled if it cannot be opened. */
static inline const struct kmt_lazy_blkid *kmt_lazy_blkid(struct kmt_err *err)
{
	return kmt_lazy_get(KMT_LAZY_BLKID, err);
}

#endif
