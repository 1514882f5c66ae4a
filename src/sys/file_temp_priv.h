/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The temporary file of a replacement. Its writer holds a lock on it: one without a lock is what a killed
 * process has left. */
#ifndef KMT_SYS_FILE_TEMP_H
#define KMT_SYS_FILE_TEMP_H

#define FILE_TEMP_SIZE 40

/* Creates one in the directory and locks it; NAME gets its name. Returns the file descriptor. */
int kmt_file_temp_create(int dirfd, char name[FILE_TEMP_SIZE]);

/* Removes those that killed processes have left in the directory. */
void kmt_file_temp_clean(int dirfd);

#endif
