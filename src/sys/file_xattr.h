/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Extended attributes of a file that is replaced: security labels, access control lists. */
#ifndef KMT_SYS_FILE_XATTR_H
#define KMT_SYS_FILE_XATTR_H

/* Copies all attributes of FROM to TO (both open). -errno if one that FROM has cannot be given to TO. */
int kmt_file_copy_xattrs(int from, int to);

#endif
