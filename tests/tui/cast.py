#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Screens as an asciicast, version 2: cast.py COLUMNS LINES <LIST >CAST. A line of LIST is "MS FILE": how long
the screen stays, and what `tmux capture-pane -e` printed of it. Each event draws a whole screen."""
import json
import sys

print(json.dumps({"version": 2, "width": int(sys.argv[1]), "height": int(sys.argv[2]), "title": "kmtool browse",
                  "env": {"TERM": "xterm-256color"}, "license": "SPDX-License-Identifier: GPL-2.0-or-later"}))
now = 0
for entry in sys.stdin:
    ms, name = entry.split()
    with open(name, encoding="utf-8") as screen:
        lines = screen.read().rstrip("\n").split("\n")
    print(json.dumps([now / 1000, "o", "\033[0m\033[H\033[2J" + "\r\n".join(lines)], ensure_ascii=False))
    now += int(ms)
# For players that end with the last event.
print(json.dumps([now / 1000, "o", ""]))
