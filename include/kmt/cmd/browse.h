/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of `kmtool browse`: its own program parses them with the same table. */
#ifndef KMT_CMD_BROWSE_H
#define KMT_CMD_BROWSE_H

#include <stdbool.h>

struct kmt_browse_opts {
	bool readonly;
	bool no_mouse;
	int view; /* 0: as the settings say; else counted from 1 */
	const char *filter; /* NULL: none is asked for */
};

#endif
