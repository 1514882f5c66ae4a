/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "skeleton_text_priv.h"

#include <stddef.h>

#include <kmt/out/skeleton.h>

#define PARAMS KMT_SKELETON_PARAMS
#define EXPORT KMT_SKELETON_EXPORT
#define DEBUGFS KMT_SKELETON_DEBUGFS

static const struct kmt_piece source[] = {
	{.text = "// SPDX-License-Identifier: GPL-2.0-only\n"
		 "/*\n"
		 " * @S: a new module.\n"
		 " */\n"
		 "#define pr_fmt(fmt) KBUILD_MODNAME \": \" fmt\n"
		 "\n"},
	{.with = DEBUGFS, .text = "#include <linux/debugfs.h>\n"},
	{.text = "#include <linux/init.h>\n"
		 "#include <linux/module.h>\n"},
	{.with = PARAMS, .text = "#include <linux/moduleparam.h>\n"},
	{.text = "#include <linux/printk.h>\n"},
	{.with = DEBUGFS, .text = "#include <linux/seq_file.h>\n"},
	{.with = EXPORT, .text = "\n#include \"@F.h\"\n"},
	{.with = PARAMS, .text = "\n"
				 "/* Its file is in /sys/module/@S/parameters; root may write to it. */\n"
				 "static unsigned int count = 1;\n"
				 "module_param(count, uint, 0644);\n"
				 "MODULE_PARM_DESC(count, \"how often to greet\");\n"},
	{.with = EXPORT, .text = "\n"
				 "/* For other modules that have a GPL-compatible licence. */\n"
				 "int @S_double(int number)\n"
				 "{\n"
				 "\treturn 2 * number;\n"
				 "}\n"
				 "EXPORT_SYMBOL_GPL(@S_double);\n"},
	{.with = DEBUGFS, .text = "\n"
				  "static struct dentry *dir;\n"
				  "\n"
				  "/* Prints the contents of /sys/kernel/debug/@S/status. */\n"
				  "static int status_show(struct seq_file *m, void *unused)\n"
				  "{\n"},
	{.with = DEBUGFS | PARAMS, .text = "\tseq_printf(m, \"count %u\\n\", count);\n"},
	{.with = DEBUGFS | EXPORT, .text = "\tseq_printf(m, \"twice 21 is %d\\n\", @S_double(21));\n"},
	{.with = DEBUGFS, .without = PARAMS | EXPORT, .text = "\tseq_puts(m, \"loaded\\n\");\n"},
	{.with = DEBUGFS, .text = "\treturn 0;\n"
				  "}\n"
				  "DEFINE_SHOW_ATTRIBUTE(status);\n"},
	{.text = "\n"
		 "/* Returns 0, or a negative error number: then the module is not loaded. */\n"
		 "static int __init @S_mod_init(void)\n"
		 "{\n"},
	{.with = PARAMS, .text = "\tunsigned int i;\n"
				 "\n"
				 "\tfor (i = 0; i < count; i++)\n"
				 "\t\tpr_info(\"hello\\n\");\n"},
	{.without = PARAMS, .text = "\tpr_info(\"hello\\n\");\n"},
	{.with = DEBUGFS, .text = "\tdir = debugfs_create_dir(KBUILD_MODNAME, NULL);\n"
				  "\tdebugfs_create_file(\"status\", 0444, dir, NULL, &status_fops);\n"},
	{.text = "\treturn 0;\n"
		 "}\n"
		 "\n"
		 "/* Undoes what init did, in reverse order. */\n"
		 "static void __exit @S_mod_exit(void)\n"
		 "{\n"},
	{.with = DEBUGFS, .text = "\tdebugfs_remove(dir);\n"},
	{.text = "\tpr_info(\"goodbye\\n\");\n"
		 "}\n"
		 "\n"
		 "module_init(@S_mod_init);\n"
		 "module_exit(@S_mod_exit);\n"
		 "\n"
		 "MODULE_LICENSE(\"GPL\");\n"
		 "MODULE_AUTHOR(\"@A\");\n"
		 "MODULE_DESCRIPTION(\"A new module\");\n"},
	{0},
};

static const struct kmt_piece header[] = {
	{.text = "/* SPDX-License-Identifier: GPL-2.0-only */\n"
		 "/*\n"
		 " * What @S exports to other modules. To build one elsewhere, tell make where the\n"
		 " * symbols are: make KBUILD_EXTRA_SYMBOLS=/path/to/@F/Module.symvers\n"
		 " */\n"
		 "#ifndef @M_H\n"
		 "#define @M_H\n"
		 "\n"
		 "int @S_double(int number);\n"
		 "\n"
		 "#endif\n"},
	{0},
};

static const struct kmt_piece kbuild[] = {
	{.text = "# SPDX-License-Identifier: GPL-2.0-only\n"
		 "obj-m := @F.o\n"},
	{0},
};

/* Without vmlinux or pahole the kernel's build complains that it makes no type information. */
static const struct kmt_piece makefile[] = {
	{.text = "# SPDX-License-Identifier: GPL-2.0-only\n"
		 "#\tmake\t\t\tbuilds the module for the running kernel (needs its headers:\n"
		 "#\t\t\t\tlinux-headers-$(uname -r) in Debian and Ubuntu)\n"
		 "#\tmake KDIR=DIR\t\tfor the kernel whose headers or build tree are in DIR\n"
		 "#\tmake modules_install\tinstalls it (INSTALL_MOD_PATH=DIR: below DIR)\n"
		 "#\tmake clean\n"
		 "KDIR ?= /lib/modules/$(shell uname -r)/build\n"
		 "\n"
		 "ifeq ($(wildcard $(KDIR)/Makefile),)\n"
		 "$(error no kernel headers in $(KDIR): install linux-headers-$(shell uname -r) \\\n"
		 "\t(Debian, Ubuntu) or kernel-devel-$(shell uname -r) (Fedora), or give KDIR=DIR)\n"
		 "endif\n"
		 "\n"
		 "# pahole makes type information (BTF) from the kernel's vmlinux: omitted if one of them is\n"
		 "# missing.\n"
		 "ifeq ($(and $(wildcard $(KDIR)/vmlinux),$(shell command -v pahole)),)\n"
		 "BTF := CONFIG_DEBUG_INFO_BTF_MODULES=\n"
		 "endif\n"
		 "\n"
		 "# modules_install signs with the key of the kernel's build, if it is available.\n"
		 "ifeq ($(and $(wildcard $(KDIR)/certs/signing_key.pem),$(if $(filter "
		 "n,$(CONFIG_MODULE_SIG)),,y)),)\n"
		 "SIGN := CONFIG_MODULE_SIG_ALL=\n"
		 "endif\n"
		 "\n"
		 "modules modules_install clean:\n"
		 "\t$(MAKE) -C $(KDIR) M=$(CURDIR) $(BTF) $(SIGN) $@@\n"
		 "\n"
		 ".PHONY: modules modules_install clean\n"},
	{0},
};

const struct kmt_template kmt_templates[] = {
	{.name = "@F.c", .pieces = source},
	{.name = "@F.h", .with = EXPORT, .pieces = header},
	{.name = "Kbuild", .pieces = kbuild},
	{.name = "Makefile", .pieces = makefile},
	{0},
};
