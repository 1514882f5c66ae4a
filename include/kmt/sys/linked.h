/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Included before all else in what only kmtool-kmod-static has: a static program opens nothing. What unpacks
 * modules is linked, the other optional libraries are not there. */
#ifndef KMT_SYS_LINKED_H
#define KMT_SYS_LINKED_H

#define KMT_LINKED
#undef HAVE_ARCHIVE
#undef HAVE_CRYPTO
#undef HAVE_KMOD

#endif
