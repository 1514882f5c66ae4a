#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The screen that `tmux capture-pane -e` prints, as a picture: svg.py COLUMNS LINES [light] <SCREEN >SVG.
The screens of an asciicast that cast.py wrote, one after the other: svg.py COLUMNS LINES cast <CAST >SVG."""
import json
import re
import sys
import unicodedata
from xml.sax.saxutils import escape

CELL, LINE, MARGIN = 8.4, 17, 10
LIGHT = sys.argv[3:] == ["light"]
PAPER, INK, DIM = ("#fbf8f0", "#2e3440", "#6b7280") if LIGHT else ("#1b1f27", "#d8dee9", "#8a93a3")
COLORS = ["#1b1f27", "#f07178", "#a5d076", "#ecc06a", "#7aa2f7", "#c792ea", "#66c7d9", "#d8dee9"]


def of_256(n):
    """The colour that xterm has at N."""
    if n < 16:
        return COLORS[n % 8]
    if n >= 232:
        return "#%02x%02x%02x" % ((8 + 10 * (n - 232),) * 3)
    return "#%02x%02x%02x" % tuple(0 if i == 0 else 55 + 40 * i
                                   for i in ((n - 16) // 36, (n - 16) // 6 % 6, (n - 16) % 6))


class Look:
    def __init__(self):
        self.reset()

    def reset(self):
        self.bold = self.dim = self.underline = self.reverse = False
        self.color = self.behind = None

    def take(self, codes):
        while codes:
            code = codes.pop(0)
            if code == 38 and codes[:1] == [5]:
                self.color = of_256(codes[1])
                codes = codes[2:]
            elif code == 0:
                self.reset()
            elif code == 1:
                self.bold = True
            elif code == 2:
                self.dim = True
            elif code == 4:
                self.underline = True
            elif code == 7:
                self.reverse = True
            elif 30 <= code <= 37:
                self.color = COLORS[code - 30]
            elif code == 39:
                self.color = None
            elif 40 <= code <= 47:
                self.behind = COLORS[code - 40]
            elif code == 49:
                self.behind = None
            else:
                sys.exit("svg.py: attribute %d is not known" % code)

    def pair(self):
        ink = self.color or (DIM if self.dim else INK)
        paper = self.behind
        if self.reverse:
            ink, paper = paper or PAPER, ink
        return ink, paper


def width_of(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


def draw_run(out, look, column, line, text):
    ink, paper = look.pair()
    x, y, w = MARGIN + column * CELL, MARGIN + line * LINE, width_of(text) * CELL
    if paper:
        out.append('<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>' % (x, y, w, LINE, paper))
    style = ' font-weight="bold"' if look.bold else ""
    style += ' text-decoration="underline"' if look.underline else ""
    # Blanks are left out: not everything that shows pictures keeps them.
    for word in re.finditer(r"\S+( \S+)*", text):
        out.append('<text x="%.1f" y="%d" textLength="%.1f" fill="%s"%s>%s</text>'
                   % (x + width_of(text[:word.start()]) * CELL, y + LINE - 4, width_of(word[0]) * CELL, ink, style,
                      escape(word[0])))


def draw_screen(out, lines):
    look = Look()
    for number, line in enumerate(lines):
        column = 0
        for piece in re.split("(\033\\[[0-9;]*m)", line):
            if piece.startswith("\033["):
                look.take([int(code or 0) for code in piece[2:-1].split(";")])
            elif piece:
                draw_run(out, look, column, number, piece)
                column += width_of(piece)


def draw_cast(out, lines):
    """Each screen is seen from its time to that of the next; without animation, the first one is."""
    events = [json.loads(line) for line in sys.stdin][1:]
    end = events[-1][0]
    for (at, _, text), (until, _, _) in zip(events, events[1:]):
        head, clear, screen = text.partition("\033[0m\033[H\033[2J")
        if head or not clear:
            sys.exit("svg.py: an event at %s s does not draw a whole screen" % at)
        out.append('<g visibility="%s">' % ("hidden" if at else "visible"))
        values = "visible;hidden" if not at else "hidden;visible;hidden"
        times = ([0] if at else []) + [at / end, until / end]
        if until == end:
            values, times = values.rpartition(";")[0], times[:-1]
        out.append('<animate attributeName="visibility" calcMode="discrete" dur="%gs" repeatCount="indefinite"'
                   ' values="%s" keyTimes="%s"/>' % (end, values, ";".join("%.4g" % t for t in times)))
        draw_screen(out, screen.split("\r\n")[:lines])
        out.append("</g>")


def main():
    columns, lines = int(sys.argv[1]), int(sys.argv[2])
    width, height = 2 * MARGIN + columns * CELL, 2 * MARGIN + lines * LINE
    out = ["<!-- SPDX-License-Identifier: GPL-2.0-or-later -->",
           '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d"' % (width, height),
           ' font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14">',
           '<rect width="100%%" height="100%%" rx="6" fill="%s"/>' % PAPER]
    if sys.argv[3:] == ["cast"]:
        draw_cast(out, lines)
    else:
        draw_screen(out, sys.stdin.read().split("\n")[:lines])
    print("\n".join(out + ["</svg>"]))


main()
