/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading. The kernel's texts are those of 5.15 to 7.x, measured where the test machine runs; some errors
 * have no text at all, and one errno has up to ten causes. The order matters: what the kernel said before
 * what is deduced, what a policy forbids before what the module's own init may have answered.
 */
#include <errno.h>
#include <string.h>

#include <kmt/sys/kernel.h>
#include "rules_priv.h"

static bool forced_vermagic_only(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->step->flags == KMT_INSERT_IGNORE_VERMAGIC;
}

static bool forced_modversion_only(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->step->flags == KMT_INSERT_IGNORE_MODVERSIONS;
}

static bool forced(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->step->flags & (KMT_INSERT_IGNORE_MODVERSIONS | KMT_INSERT_IGNORE_VERMAGIC);
}

static bool is_packed(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->facts->compression != KMT_COMP_NONE;
}

static bool is_empty(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->facts->type == KMT_FILE_EMPTY;
}

static bool is_directory(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->facts->type == KMT_FILE_DIRECTORY;
}

static bool is_special(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->facts->type == KMT_FILE_SPECIAL;
}

static bool other_license(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->facts->license && !f->facts->gpl_compatible;
}

/* The kernel hides GPL-only symbols from other licences as if they were not there. */
static bool hidden_from_license(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	const struct kmt_symbol_fact *s = kmt_rule_symbol(f, cap);

	return other_license(f, cap) && s && (s->in_kernel || (s->provider_loaded && s->gpl_only));
}

static bool provider_not_loaded(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	const struct kmt_symbol_fact *s = kmt_rule_symbol(f, cap);

	return s && s->provider && !s->provider_loaded && !s->in_kernel;
}

static bool provider_is_known(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	const struct kmt_symbol_fact *s = kmt_rule_symbol(f, cap);

	return s && s->provider;
}

static bool blacklisted(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->policy->module_blacklisted;
}

static bool modules_disabled(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->policy->modules_disabled == 1;
}

static bool no_capability_in_container(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return !f->policy->cap_sys_module && f->policy->in_container;
}

static bool no_capability(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return !f->policy->cap_sys_module;
}

static bool locked_down(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return kmt_policy_locked_down(f->policy);
}

static bool locked_down_and_forced(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return locked_down(f, cap) && forced(f, cap);
}

/* The kernel limits the rate of its lockdown messages: without one, the file itself tells. */
static bool locked_down_and_unsigned(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return locked_down(f, cap) && f->facts->is_module && !f->facts->is_signed;
}

#define BUILD_AGAIN                                                                                \
	"build it against the headers of this kernel[ ({kernel}: /lib/modules/{kernel}/build)], or "  \
	"install the package that was made for it"
#define SIGN_IT                                                                                    \
	"use the distribution's own module, or sign this one with a key that the machine's owner "    \
	"has enrolled (mokutil --import KEY, then reboot)"
#define NOT_BY_FORCE                                                                               \
	"load it without --force-modversion and --force-vermagic: a forced module counts as unsigned"
#define INIT_NEXT                                                                                  \
	"the module's own lines in the kernel log and its documentation tell what it needs "          \
	"('kmtool log {module}')"

static bool lost_lines(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->lost_lines;
}

static bool has_lines(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->lines->n > 0;
}

/* MODULE_IMPORT_NS does not take "module:NAME,...": it names the modules that may use the symbol. */
static bool for_named_modules(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return !strncmp(cap[1].s, "module:", strlen("module:"));
}

const struct kmt_rule kmt_rules_insert[] = {
	FAILS("init-crashed", KMT_KERNEL_KILLED, "BUG: *", NULL,
		"the kernel crashed in the init function of {module}: {1}",
		"the module stays half loaded, and all that it uses with it, until a reboot; keep the "
		"kernel log for its author"),
	FAILS("init-crashed", KMT_KERNEL_KILLED, "kernel BUG at *", NULL,
		"the kernel stopped in the init function of {module}: BUG at {1}",
		"the module stays half loaded, and all that it uses with it, until a reboot; keep the "
		"kernel log for its author"),
	FAILS("init-crashed", KMT_KERNEL_KILLED, NULL, NULL,
		"the kernel ended the process that ran the init function of {module}: most likely "
		"the module crashed",
		"the module stays half loaded, and all that it uses with it, until a reboot; see "
		"'kmtool log'"),

	FAILS("other-abi-half-forced", ENOEXEC, "%: disagrees about version of symbol module_layout",
		forced_vermagic_only,
		"{file} was built for another kernel: it disagrees about module_layout (the build of "
		"the whole kernel), which --force-vermagic does not skip[; it says: {vermagic}]",
		BUILD_AGAIN "; --force-modversion too would load it, and may crash the kernel"),
	FAILS("other-abi", ENOEXEC, "%: disagrees about version of symbol module_layout", NULL,
		"{file} was built for another kernel: the CRC of module_layout, which stands for "
		"the build of the whole kernel, is not this kernel's[; it says it is for {vermagic}]",
		BUILD_AGAIN),
	FAILS("vermagic-half-forced", ENOEXEC, "%: version magic '*' should be '*'",
		forced_modversion_only,
		"{file} was built for another kernel: its version magic is '{1}', not '{2}' "
		"({differ}); without its CRCs (--force-modversion) the release counts too",
		BUILD_AGAIN "; --force-vermagic too would load it, and may crash the kernel"),
	FAILS("vermagic", ENOEXEC, "%: version magic '*' should be '*'", NULL,
		"{file} was built for another kernel: its version magic is '{1}', not '{2}' ({differ})",
		BUILD_AGAIN),
	FAILS("struct-module", ENOEXEC, "module %: .gnu.linkonce.this_module section size must match", NULL,
		"{file} was built for another kernel: its struct module has another size", BUILD_AGAIN),
	FAILS("duplicate-symbol", ENOEXEC, "%: exports duplicate symbol * (owned by *)", NULL,
		"{module} exports {1}, which {2} exports already",
		"only one of the two can be loaded: unload {2} first, or leave {module} out"),
	FAILS("truncated", ENOEXEC, "Invalid ELF header len *", NULL,
		"{file} is cut short: it has {1} bytes, less than an ELF header",
		"copy or build it again"),
	FAILS("truncated", ENOEXEC, "Invalid ELF section header overflow", NULL,
		"{file} is cut short: its section table lies behind its end", "copy or build it again"),
	FAILS("packed-for-kernel", ENOEXEC, "Invalid ELF header magic*", is_packed,
		"{file} is packed with {compression}, and the kernel was given it as it is",
		"unpack it, or load it with a kernel that unpacks {compression}"),
	FAILS("not-elf", ENOEXEC, "Invalid ELF header magic*", NULL,
		"{file} is not an ELF file, so it is not a module", "see what it is: file {file}"),
	FAILS("other-machine", ENOEXEC, "Invalid architecture in ELF header: *", NULL,
		"{file} was built for another machine architecture[: {arch}]",
		"build it for this machine, or install the package for it"),
	FAILS("other-byte-order", ENOEXEC, "Invalid ELF header type: 256 != 1", NULL,
		"{file} was built for a machine of the other byte order[: {arch}]",
		"build it for this machine, or install the package for it"),
	FAILS("not-relocatable", ENOEXEC, "Invalid ELF header type: * != 1", NULL,
		"{file} is not a module but an executable or a shared library (ELF type {1})",
		"give the .ko file that the kernel's build made"),
	FAILS("stripped", ENOEXEC, "%: module has no symbols (stripped?)", NULL,
		"{file} has no symbol table: it was stripped of all symbols",
		"strip it with --strip-debug only, or install it again"),
	FAILS("no-module-structure", ENOEXEC, "%: No module found in object", NULL,
		"{file} has no section .gnu.linkonce.this_module: it is an object file, but no module",
		"link it with the kernel's build (make -C .../build M=DIR modules)"),
	FAILS("damaged", ENOEXEC, "*nvalid relocation target*", NULL,
		"{file} does not fit this kernel: relocating it would overwrite what is there already",
		BUILD_AGAIN),
	FAILS("damaged", ENOEXEC, "*nvalid ELF *", NULL, "{file} is damaged: the kernel says 'invalid ELF {2}'",
		"copy or build it again"),
	FAILS("empty", ENOEXEC, NULL, is_empty, "{file} is empty", "copy or build it again"),

	FAILS("symbol-for-modules", EINVAL, "%: module uses symbol (*) from namespace *, but does not import it*",
		for_named_modules,
		"{module} uses {1}, which the kernel exports to some modules only ({2})",
		"no other module can use it, whatever it imports: its source has to do without"),
	FAILS("namespace", EINVAL, "%: module uses symbol (*) from namespace *, but does not import it*", NULL,
		"{module} uses {1}, which belongs to the symbol namespace {2}, without importing it",
		"its source needs MODULE_IMPORT_NS for {2}; then build it again"),
	FAILS("symbol-crc", EINVAL, "%: disagrees about version of symbol *", provider_is_known,
		"{module} was built against another version of {all} than the one that is loaded "
		"(the CRC differs); {provider} exports it",
		"build {module} and {provider} against the same kernel, or load the matching {provider}"),
	FAILS("symbol-crc", EINVAL, "%: disagrees about version of symbol *", NULL,
		"{module} was built against another version of {all} than this kernel has (the CRC "
		"differs)",
		BUILD_AGAIN),
	FAILS("symbol-unfit", EINVAL, "%: Unknown symbol * (err -22)", NULL,
		"{module} needs {all}, which is there but does not fit: another CRC, or a namespace "
		"that it does not import",
		"see all of the kernel's lines: 'kmtool log {module}'"),
	FAILS("parameter-array", EINVAL, "*: can only take * arguments", NULL,
		"the parameter {1} takes no more than {2} values", "give fewer: 'kmtool info {module}'"),
	FAILS("parameter-value", EINVAL, "%: `*' invalid for parameter `*'", NULL,
		"the parameter {2} of {module} does not take the value '{1}'",
		"see its type and meaning: 'kmtool info {module}'"),
	FAILS("parameter-range", ERANGE, "%: `*' invalid for parameter `*'", NULL,
		"the value '{1}' is out of range for the parameter {2} of {module}",
		"see its type and meaning: 'kmtool info {module}'"),
	FAILS("parameter-long", ENOSPC, "*: string doesn't fit in * chars*", NULL,
		"the value of parameter {1} is longer than the {2} bytes it may have", "give a shorter one"),
	FAILS("parameter-long", ENOSPC, "%: `*' too large for parameter `*'", NULL,
		"the value '{1}' is too long for the parameter {2} of {module}", "give a shorter one"),
	FAILS("parameter-value", 0, "%: `*' invalid for parameter `*'", NULL,
		"the parameter {2} of {module} refused the value '{1}'",
		"see its type and meaning: 'kmtool info {module}'"),
	FAILS("name-taken", EINVAL, "%: module is already loaded", NULL,
		"the kernel image itself has a part that is called {module}",
		"a module of that name cannot be loaded beside it"),
	FAILS("btf", 0, "failed to validate module [*] BTF: *", NULL,
		"the type information (.BTF) of {module} is not for this kernel", BUILD_AGAIN),
	FAILS("directory", 0, NULL, is_directory, "{file} is a directory, not a file", "name a .ko file in it"),
	FAILS("special-file", EINVAL, NULL, is_special, "{file} is not a regular file", "name a .ko file"),
	FAILS("empty", EINVAL, NULL, is_empty, "{file} is empty", "copy or build it again"),

	FAILS("gpl-only-symbol", ENOENT, "%: Unknown symbol * (err -2)", hidden_from_license,
		"{module} is under the licence '{license}' and uses {all}, exported to GPL-compatible "
		"modules only[ by {provider}]: the kernel acts as if it were missing",
		"only a module under a GPL-compatible licence can be loaded with it: ask its author"),
	FAILS("provider-not-loaded", ENOENT, "%: Unknown symbol * (err -2)", provider_not_loaded,
		"{module} needs {all}, and the module that has {1} is not loaded: {provider}",
		"load it first: 'kmtool load {provider}'"),
	FAILS("missing-or-gpl-only", ENOENT, "%: Unknown symbol * (err -2)", other_license,
		"{module} needs {all}: nothing loaded exports that, or does so to GPL-compatible modules "
		"only, and the licence of {module} is '{license}'",
		"ask its author which kernel it is for; 'kmtool info {file}' shows what it is"),
	FAILS("missing-symbol", ENOENT, "%: Unknown symbol * (err -2)", NULL,
		"{module} needs {all}, which neither this kernel nor a module of its tree exports",
		"it is for another kernel or another configuration, or a module that is not part of the "
		"tree has to be loaded first"),
	FAILS("firmware", ENOENT, "*Direct firmware load for * failed with error -2", NULL,
		"{module} did not find its firmware file {2}",
		"install the package that has it (firmware-..., linux-firmware)"),

	REFUSES("kernel-blacklist", EPERM, "Module % is blacklisted", NULL,
		"the kernel's command line forbids {module} (module_blacklist=)",
		"take it out of module_blacklist= in the boot loader's configuration and reboot"),
	REFUSES("modules-disabled", EPERM, NULL, modules_disabled,
		"module loading is disabled (kernel.modules_disabled=1) until the next reboot",
		"reboot; if it is set again, look for it in sysctl.d and in services"),
	REFUSES("lockdown-forced", EPERM, NULL, locked_down_and_forced,
		"the kernel is locked down ({lockdown}), and a forced module counts as unsigned",
		NOT_BY_FORCE),
	REFUSES("lockdown", EPERM, "Lockdown: *: unsigned module loading is restricted*", NULL,
		"the kernel is locked down[ ({lockdown})] and loads only modules signed with a key that "
		"it knows; {file} is {signed}",
		SIGN_IT),
	REFUSES("lockdown", EPERM, NULL, locked_down_and_unsigned,
		"the kernel is locked down ({lockdown}) and loads only modules signed with a key that it "
		"knows; {file} is {signed}",
		SIGN_IT),
	REFUSES("kernel-blacklist", EPERM, NULL, blacklisted,
		"the kernel's command line forbids {module} (module_blacklist=)",
		"take it out of module_blacklist= in the boot loader's configuration and reboot"),
	REFUSES("container", EPERM, NULL, no_capability_in_container,
		"this is a container without the right to load modules (CAP_SYS_MODULE)",
		"load {module} on the host, not in the container"),
	REFUSES("not-root", EPERM, NULL, no_capability,
		"loading a module requires root (CAP_SYS_MODULE)", "run kmtool with sudo"),
	REFUSES("loadpin", EPERM, "LoadPin: * denied *", NULL,
		"LoadPin allows modules from one filesystem only, and {file} is not on it",
		"put it on the filesystem that the first module came from"),
	REFUSES("lockdown", EPERM, NULL, locked_down,
		"the kernel is locked down ({lockdown}), and does not know the key that {file} is signed "
		"with",
		SIGN_IT),
	FAILS("init-refused", EPERM, NULL, NULL,
		"{module}: init failed with -EPERM (Operation not permitted) (or a security module "
		"did): privilege, lockdown, modules_disabled and module_blacklist do not forbid it",
		INIT_NEXT),
	REFUSES("security-module", EACCES, NULL, NULL,
		"a security module (SELinux, AppArmor) forbids loading {file}, or init said so",
		"see its audit log (ausearch -m avc, journalctl); for SELinux the file's label counts"),

	REFUSES("forced-enforced", EKEYREJECTED, NULL, forced,
		"the kernel insists on signatures (sig_enforce), and a forced module counts as unsigned",
		NOT_BY_FORCE),
	REFUSES("unsigned-enforced", EKEYREJECTED, "Loading of unsigned module is rejected", NULL,
		"the kernel insists on signatures (sig_enforce), and {file} is not signed", SIGN_IT),
	REFUSES("unknown-key-enforced", EKEYREJECTED, "Loading of module with unavailable key is rejected",
		NULL,
		"the kernel insists on signatures (sig_enforce) and does not know the key that {file} is "
		"signed with",
		"enrol that key (mokutil --import KEY, then reboot), or sign the module with a known one"),
	REFUSES("signature-algorithm", EKEYREJECTED, "Loading of module with unsupported crypto is rejected",
		NULL, "{file} is signed in a way that this kernel cannot check",
		"sign it with the algorithm of the kernel's own modules ('kmtool info' shows it)"),
	REFUSES("signature-damaged", EKEYREJECTED, NULL, NULL,
		"the signature of {file} does not fit its content: it was changed after it was signed "
		"(stripped, edited or damaged), which the kernel refuses even where it does not insist on "
		"signatures",
		"install it again, or sign it again"),
	REFUSES("unknown-key-enforced", ENOKEY, NULL, NULL,
		"the kernel insists on signatures, and {file} has none that it can check with its keys",
		SIGN_IT),
	REFUSES("signature-algorithm", ENOPKG, NULL, NULL,
		"{file} is signed in a way that this kernel cannot check",
		"sign it with the algorithm of the kernel's own modules ('kmtool info' shows it)"),
	REFUSES("signature-format", EBADMSG, NULL, NULL, "the signature at the end of {file} is damaged",
		"install it again, or sign it again"),

	/* Kernels before 6.5 answer EEXIST, later ones EBUSY. */
	REFUSES("half-unloaded", EEXIST, NULL, kmt_rule_unloading,
		"{module} is being unloaded: its exit function has not returned",
		"load it again when it is gone"),
	REFUSES("half-unloaded", EBUSY, NULL, kmt_rule_unloading,
		"{module} is being unloaded: its exit function has not returned",
		"load it again when it is gone"),
	FAILS("init-exists", EEXIST, NULL, NULL,
		"{module}: init failed with -EEXIST (File exists): what it registers (a name, a number, "
		"a device) exists already",
		"something else has registered it; " INIT_NEXT),
	FAILS("no-device", ENODEV, NULL, NULL,
		"{module}: init failed with -ENODEV (No such device): the hardware it drives is not "
		"present, or parameters must say where it is",
		INIT_NEXT),
	FAILS("no-device", ENXIO, NULL, NULL,
		"{module}: init failed with -ENXIO (No such device or address): the hardware it drives is "
		"not present",
		INIT_NEXT),
	FAILS("init-busy", EBUSY, NULL, NULL,
		"{module}: init failed with -EBUSY (Device or resource busy): a resource it asked for "
		"(device, major number, I/O range) is already taken",
		"unload the other driver; " INIT_NEXT),
	FAILS("no-memory", ENOMEM, "*percpu*", NULL,
		"the kernel has no room left for the per-CPU variables of modules",
		"unload other modules, or boot with a larger percpu_alloc= reserve"),
	FAILS("no-memory", ENOMEM, NULL, NULL,
		"the kernel (or the init function of {module}) found not enough memory for it",
		"free memory, or give the module smaller parameters"),
	FAILS("interrupted", EINTR, NULL, NULL, "loading {module} was interrupted", NULL),
	FAILS("being-written", ETXTBSY, NULL, NULL, "{file} is being written at this moment",
		"wait until it is complete"),
	FAILS("no-module-support", ENOSYS, NULL, NULL, "this kernel was built without loadable modules",
		"what it needs has to be part of the kernel image"),
	FAILS("no-kernel", EROFS, NULL, NULL, "a module can only be loaded into the running system",
		"leave out --root"),
	FAILS("no-decoder", EINVAL, "decompression failed with status *", NULL,
		"the kernel cannot unpack {file}[ ({compression})]: its decoder takes only some of what the "
		"packer can do",
		"pack it again (xz: --check=crc32), or leave it unpacked"),
	FAILS("not-a-module", ENOEXEC, NULL, NULL,
		"the kernel does not take {file} for a module, and gave no reason in its log",
		"'kmtool info {file}' shows what it is"),
	FAILS("init-refused", 0, NULL, lost_lines,
		"{module}: init failed ({errno}); the reason may be among the records of the kernel log that "
		"were lost", INIT_NEXT),
	FAILS("init-refused", 0, NULL, has_lines, "{module}: init failed ({errno})", INIT_NEXT),
	FAILS("init-refused", 0, NULL, NULL,
		"{module}: init failed ({errno}); the kernel logged no reason",
		INIT_NEXT),
};
