# SPDX-License-Identifier: GPL-2.0-or-later
# Draws structs.data: what one operation costs in each structure, against the number of items. Above
# dense keys, below sparse ones; a column for each operation, the same scale in all.
#
# usage: gnuplot structs.gp >structs.svg
set terminal svg size 1100,620 font "sans,12" background "white" name "km_structs"
set multiplot layout 2,4 title "km\\_structs: instructions for each operation (caches and memory are not in it)" \
	margins 0.06,0.985,0.14,0.89 spacing 0.012,0.09
set logscale xy
set xrange [60:1.7e6]
set yrange [20:1000]
set xtics 100, 10 format "10^%T"
unset mxtics
unset mytics
set grid xtics ytics lt 1 lc rgb "#dddddd"
unset key

structures = "rbtree xarray radix rhashtable"
operations = "insert lookup walk delete"
colour(i) = word("#c0392b #1f77b4 #17a589 #8e44ad", i)

do for [row = 1:2] {
	keys = word("dense sparse", row)
	do for [operation = 1:4] {
		set title keys." keys: ".word(operations, operation) offset 0,-0.6
		if (operation == 1) { set ytics format "%g" } else { set ytics format "" }
		if (row == 2 && operation == 1) {
			set key at screen 0.5,0.045 center maxrows 1 samplen 2
		} else {
			unset key
		}
		plot for [i = 1:4] "< awk '$1 == \"".word(structures, i)."\" && $2 == \"".keys."\"' structs.data" \
			using 3:(column(3 + operation)) with linespoints lc rgb colour(i) pt 7 ps 0.5 \
			title word(structures, i)
	}
}
unset multiplot
