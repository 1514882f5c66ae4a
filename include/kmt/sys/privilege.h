/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Giving up the right to change modules. */
#ifndef KMT_SYS_PRIVILEGE_H
#define KMT_SYS_PRIVILEGE_H

/* From now on neither this process nor one that it starts can load or unload a module, whatever it runs:
 * CAP_SYS_MODULE goes, also from the bounding set, and a set-user-ID program gives nothing back. */
void kmt_privilege_drop(void);

/* The program that runs a command as root here: the first of sudo, doas, run0 and pkexec that is in $PATH;
 * sudo if none is. */
const char *kmt_privilege_program(void);

#endif
