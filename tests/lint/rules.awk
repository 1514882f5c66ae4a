# SPDX-License-Identifier: GPL-2.0-or-later
# The house rules that a machine can check, over C files given with their path below the source tree.
# Prints "FILE:LINE: RULE: what" for every breach.

function rank(folder, i)
{
	for (i in order)
		if (order[i] == folder)
			return i + 0
	return 0
}

function report(rule, what)
{
	print FILENAME ":" FNR ": " rule ": " what
}

# The line without comments; strings stay. Multi-line comments are followed through IN_COMMENT.
function code(line, out, i, c, two, in_string)
{
	out = ""
	in_string = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		two = substr(line, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (in_string != "") {
			out = out c
			if (c == "\\") {
				i++
				out = out substr(line, i, 1)
			} else if (c == in_string)
				in_string = ""
		} else if (two == "/*") {
			in_comment = 1
			i++
		} else if (two == "//") {
			report("comment", "// comments are not used here")
			break
		} else {
			if (c == "\"" || c == "'")
				in_string = c
			out = out c
		}
	}
	return out
}

BEGIN {
	split("base sys source model check plan explain index out tui cmd compat", order, " ")
	# Who may print, who may change the machine: exact files or folders.
	prints = "^(src/(cmd|out|tui|compat)/|src/(main|browse)\\.c$|src/base/alloc\\.c$)"
	changes = "^src/sys/(kernel_real|file[a-z_]*)\\.c$"
}

FNR == 1 {
	in_comment = 0
	folder = FILENAME
	sub(/^(src|include\/kmt)\//, "", folder)
	if (folder !~ /\//)
		folder = "compat" # src/main.c and src/kmod.c see everything
	sub(/\/.*/, "", folder)
	if (!rank(folder))
		report("folder", "not one of the folders of the layer list")
}

{
	text = code($0)
}

text ~ /^[ \t]*#[ \t]*include[ \t]*<kmt\// {
	other = text
	sub(/.*<kmt\//, "", other)
	sub(/\/.*/, "", other)
	if (!rank(other) || rank(other) > rank(folder))
		report("layer", folder " may not include " other)
	next
}

text ~ /^[ \t]*#[ \t]*include[ \t]*"/ {
	if (text ~ /".*\//)
		report("layer", "a private header of another folder")
	next
}

FILENAME != "include/kmt/sys/paths.h" && text ~ /"\/(proc|sys|etc|lib\/modules|dev|run)(\/|")/ {
	report("host-path", "the machine's paths are spelt in sys/paths.h only")
}

FILENAME !~ prints && text ~ /(^|[^a-z_])(printf|fprintf|puts|fputs|putchar|perror|vprintf|vfprintf|dprintf)[ \t]*\(/ {
	report("print", "only src/cmd, src/compat, src/out, src/main.c and src/browse.c print")
}

FILENAME !~ changes && text ~ /(^|[^a-z_])(rename|renameat|renameat2|unlink|unlinkat|mkdir|mkdirat|chmod|fchmod|fchown|truncate|ftruncate|symlink|link|mount|umount2|finit_module|init_module|delete_module)[ \t]*\(/ {
	report("change", "only sys/kernel_real.c and sys/file*.c change the machine")
}

text ~ /(^|[^a-z_])(system|popen|strcat|sprintf|gets|mktemp|tmpnam|alloca)[ \t]*\(/ {
	report("function", "a function that this project does not use")
}

text ~ /(TODO|FIXME|XXX)/ || $0 ~ /(TODO|FIXME)/ {
	report("todo", "say it in an issue")
}

length($0) > 110 {
	report("width", length($0) " columns")
}
