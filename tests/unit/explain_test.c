/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every way to fail that was seen on a real kernel, with the kernel's own texts: the cause that comes
 * out, and what must not be said.
 */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/explain/explain.h>
#include <kmt/sys/kernel.h>

#define LINES 4

static const struct kmt_policy root = {
	.release = "6.1.0-56-amd64", .euid_root = true, .cap_sys_module = true, .lockdown = "none",
	.sig_enforce = 0};
static const struct kmt_policy user = {.lockdown = "none"};
static const struct kmt_policy container = {.euid_root = true, .in_container = true};
static const struct kmt_policy locked = {
	.euid_root = true, .cap_sys_module = true, .lockdown = "integrity"};
static const struct kmt_policy shut = {.cap_sys_module = true, .modules_disabled = 1};
static const struct kmt_policy forbidden = {.cap_sys_module = true, .module_blacklisted = true};

#define UNSIGNED                                                                                   \
	{                                                                                          \
		.type = KMT_FILE_REGULAR, .is_module = true, .license = "GPL", .gpl_compatible = true, \
		.vermagic = "6.1.0-47-amd64 SMP preempt mod_unload modversions "                   \
	}
static const struct kmt_kofile_facts unsigned_ko = UNSIGNED;
static const struct kmt_kofile_facts signed_ko = {
	.type = KMT_FILE_REGULAR, .is_module = true, .is_signed = true, .license = "GPL",
	.gpl_compatible = true};
static const struct kmt_kofile_facts closed_ko = {
	.type = KMT_FILE_REGULAR, .is_module = true, .license = "ABC"};
static const struct kmt_kofile_facts packed_ko = {
	.type = KMT_FILE_REGULAR, .compression = KMT_COMP_XZ};
static const struct kmt_kofile_facts unknown_ko = {.type = KMT_FILE_REGULAR};
static const struct kmt_kofile_facts empty_ko = {.type = KMT_FILE_EMPTY};
static const struct kmt_kofile_facts folder = {.type = KMT_FILE_DIRECTORY};
static const struct kmt_kofile_facts device = {.type = KMT_FILE_SPECIAL};

struct row {
	int errnum;
	unsigned int flags;
	const struct kmt_policy *policy;
	const struct kmt_kofile_facts *facts;
	const char *lines[LINES];
	const char *id;
	const char *says[LINES];  /* in the cause or the next step */
	const char *never[LINES]; /* in neither */
	enum kmt_err_kind kind;
};

static const struct row rows[] = {
	/* For another kernel. */
	{ENOEXEC, 0, &root, &unsigned_ko, {"km_x: disagrees about version of symbol module_layout"},
		"other-abi",
		{"another kernel", "module_layout", "6.1.0-47-amd64", "6.1.0-56-amd64"}, {"version magic"}, 0},
	{ENOEXEC, 0, &root, &unsigned_ko,
		{"module km_x: .gnu.linkonce.this_module section size must match the kernel's built "
		 "struct module size at run time"},
		"struct-module", {"another kernel", "struct module"}, {"gave no reason"}, 0},
	{ENOEXEC, KMT_INSERT_IGNORE_VERMAGIC, &root, &unsigned_ko,
		{"km_x: disagrees about version of symbol module_layout"}, "other-abi-half-forced",
		{"another kernel", "--force-modversion"}, {0}, 0},
	{ENOEXEC, 0, &root, &unsigned_ko,
		{"km_x: version magic '6.1.0-56-amd64 SMP prerttt mod_unload ' should be '6.1.0-56-amd64 "
		 "SMP preempt mod_unload '"},
		"vermagic", {"version magic", "+prerttt -preempt"}, {"module_layout", "-SMP"}, 0},
	{ENOEXEC, KMT_INSERT_IGNORE_MODVERSIONS, &root, &unsigned_ko,
		{"km_x: module_layout: kernel tainted.",
			"km_x: version magic '6.1.0-47-amd64 SMP ' should be '6.1.0-56-amd64 SMP '"},
		"vermagic-half-forced", {"release counts", "--force-vermagic"}, {0}, 0},
	{ENOEXEC, 0, &root, &unsigned_ko,
		{"x86/modules: Invalid relocation target, existing value is nonzero for type 1, loc "
		 "000000001, val 2"},
		"damaged", {"reloc"}, {0}, 0},
	{ENOEXEC, 0, &root, &unsigned_ko, {"km_x: exports duplicate symbol km_add (owned by km_prov)"},
		"duplicate-symbol", {"km_add", "km_prov"}, {0}, 0},
	/* Symbols. */
	{EINVAL, 0, &root, &unsigned_ko,
		{"km_x: disagrees about version of symbol km_add", "km_x: Unknown symbol km_add (err -22)"},
		"symbol-crc", {"km_add", "CRC"}, {"parameter", "argument"}, 0},
	{EINVAL, 0, &root, &unsigned_ko,
		{"km_x: module uses symbol (km_ns_neg) from namespace KM_LAB, but does not import it.",
			"km_x: Unknown symbol km_ns_neg (err -22)"},
		"namespace", {"km_ns_neg", "KM_LAB", "MODULE_IMPORT_NS"}, {"parameter"}, 0},
	{EINVAL, 0, &root, &unsigned_ko,
		{"km_x: module uses symbol (km_kvm) from namespace module:kvm,kvm-*, but does not import it."},
		"symbol-for-modules", {"km_kvm", "module:kvm,kvm-*"}, {"MODULE_IMPORT_NS"}, 0},
	{EINVAL, 0, &root, &unsigned_ko, {"km_x: Unknown symbol km_add (err -22)"}, "symbol-unfit",
		{"km_add"}, {"parameter"}, 0},
	{ENOENT, 0, &root, &unsigned_ko,
		{"km_x: Unknown symbol km_a (err -2)", "km_x: Unknown symbol km_b (err -2)",
			"km_x: Unknown symbol km_a (err -2)"},
		"missing-symbol", {"km_a, km_b, which"}, {"file"}, 0},
	{ENOENT, 0, &root, &closed_ko,
		{"km_x: module license 'ABC' taints kernel.", "km_x: Unknown symbol km_c (err -2)"},
		"missing-or-gpl-only", {"km_c", "ABC", "GPL"}, {0}, 0},
	{ENOENT, 0, &root, &unsigned_ko,
		{"km_x 0000:00:03.0: Direct firmware load for km/x.bin failed with error -2"}, "firmware",
		{"km/x.bin"}, {0}, 0},
	/* Parameters. */
	{EINVAL, 0, &root, &unsigned_ko, {"km_x: `abc' invalid for parameter `count'"},
		"parameter-value", {"count", "'abc'"}, {0}, 0},
	{ERANGE, 0, &root, &unsigned_ko, {"km_x: `99999999999' invalid for parameter `count'"},
		"parameter-range", {"count", "out of range"}, {0}, 0},
	{EINVAL, 0, &root, &unsigned_ko,
		{"nums: can only take 4 arguments", "km_x: `1,2,3,4,5' invalid for parameter `nums'"},
		"parameter-array", {"nums", "4"}, {0}, 0},
	{ENOSPC, 0, &root, &unsigned_ko,
		{"who: string doesn't fit in 7 chars.", "km_x: `abcdefgh' too large for parameter `who'"},
		"parameter-long", {"who", "7"}, {0}, 0},
	{EPERM, 0, &root, &unsigned_ko, {"km_x: `1' invalid for parameter `level'"}, "parameter-value",
		{"level"}, {0}, 0},
	/* What is no module. */
	{ENOEXEC, 0, &root, &unknown_ko, {"Invalid ELF header len 20"}, "truncated", {"20 bytes"}, {0}, 0},
	{ENOEXEC, 0, &root, &unknown_ko, {"Invalid ELF section header overflow"}, "truncated",
		{"cut short"}, {0}, 0},
	{ENOEXEC, 0, &root, &unknown_ko, {"Invalid ELF header magic: != \177ELF"}, "not-elf",
		{"not an ELF file"}, {"packed"}, 0},
	{ENOEXEC, 0, &root, &packed_ko, {"Invalid ELF header magic: != \177ELF"}, "packed-for-kernel",
		{"packed with xz"}, {0}, 0},
	{ENOEXEC, 0, &root, &unknown_ko, {"Invalid architecture in ELF header: 183"}, "other-machine",
		{"aarch64 (183)"}, {0}, 0},
	{ENOEXEC, 0, &root, &unknown_ko, {"Invalid architecture in ELF header: 4711"}, "other-machine",
		{"4711"}, {0}, 0},
	{ENOEXEC, 0, &root, &unknown_ko, {"Invalid ELF header type: 256 != 1"}, "other-byte-order",
		{"byte order"}, {"executable"}, 0},
	{ENOEXEC, 0, &root, &unknown_ko, {"Invalid ELF header type: 3 != 1"}, "not-relocatable",
		{"shared library"}, {0}, 0},
	{ENOEXEC, 0, &root, &unknown_ko, {"km_x: module has no symbols (stripped?)"}, "stripped",
		{"symbol table"}, {0}, 0},
	{ENOEXEC, 0, &root, &unknown_ko, {"km_x: No module found in object"}, "no-module-structure",
		{".gnu.linkonce.this_module"}, {0}, 0},
	{ENOEXEC, 0, &root, &unknown_ko, {0}, "not-a-module", {"no reason"}, {0}, 0},
	{ENOEXEC, 0, &root, &empty_ko, {0}, "empty", {"empty"}, {0}, 0},
	{EINVAL, 0, &root, &empty_ko, {0}, "empty", {"empty"}, {"parameter"}, 0},
	{EINVAL, 0, &root, &folder, {0}, "directory", {"directory"}, {"parameter"}, 0},
	{EINVAL, 0, &root, &device, {0}, "special-file", {"regular"}, {"parameter"}, 0},
	{EINVAL, 0, &root, &unsigned_ko, {"km_x: module is already loaded"}, "name-taken",
		{"kernel image"}, {0}, 0},
	{EINVAL, 0, &root, &unsigned_ko, {"failed to validate module [km_x] BTF: -22"}, "btf", {"BTF"},
		{"parameter"}, 0},
	{EINVAL, 0, &root, &packed_ko, {"decompression failed with status 6"}, "no-decoder",
		{"(xz)", "--check=crc32"}, {"parameter"}, 0},
	/* What is not allowed. */
	{EPERM, 0, &root, &signed_ko, {"Module km_x is blacklisted"}, "kernel-blacklist",
		{"module_blacklist="}, {"sudo"}, KMT_ERR_REFUSED},
	{EPERM, 0, &forbidden, &signed_ko, {0}, "kernel-blacklist", {"module_blacklist="}, {"sudo"},
		KMT_ERR_REFUSED},
	{EPERM, 0, &shut, &signed_ko, {0}, "modules-disabled", {"kernel.modules_disabled"}, {"sudo"},
		KMT_ERR_REFUSED},
	{EPERM, 0, &locked, &unsigned_ko,
		{"Lockdown: kmtool: unsigned module loading is restricted; see man kernel_lockdown.7"},
		"lockdown", {"integrity", "is not signed"}, {"sudo"}, KMT_ERR_REFUSED},
	{EPERM, 0, &locked, &signed_ko,
		{"Lockdown: kmtool: unsigned module loading is restricted; see man kernel_lockdown.7"},
		"lockdown", {"another key"}, {"not signed"}, KMT_ERR_REFUSED},
	{EPERM, 0, &locked, &unsigned_ko, {0}, "lockdown", {"integrity"}, {"sudo"}, KMT_ERR_REFUSED},
	{EPERM, 0, &locked, &signed_ko, {0}, "lockdown", {"key"}, {"not signed"}, KMT_ERR_REFUSED},
	{EPERM, KMT_INSERT_IGNORE_VERMAGIC, &locked, &signed_ko, {0}, "lockdown-forced", {"forced"},
		{0}, KMT_ERR_REFUSED},
	{EPERM, 0, &user, &signed_ko, {0}, "not-root", {"CAP_SYS_MODULE", "sudo"}, {0}, KMT_ERR_REFUSED},
	{EPERM, 0, &container, &signed_ko, {0}, "container", {"container"}, {"sudo"}, KMT_ERR_REFUSED},
	{EPERM, 0, &root, &unsigned_ko, {0}, "init-refused", {"init"}, {"sudo"}, 0},
	{EPERM, 0, &root, &unsigned_ko, {"LoadPin: kernel-module denied obj=\"/x.ko\" pid=1"}, "loadpin",
		{"LoadPin"}, {0}, KMT_ERR_REFUSED},
	{EACCES, 0, &root, &unsigned_ko, {0}, "security-module", {"SELinux"}, {"sudo"}, KMT_ERR_REFUSED},
	/* Signatures. */
	{EKEYREJECTED, 0, &root, &signed_ko, {0}, "signature-damaged", {"signature", "changed"},
		{"unsigned"}, KMT_ERR_REFUSED},
	{EKEYREJECTED, 0, &root, &unsigned_ko, {"Loading of unsigned module is rejected"},
		"unsigned-enforced", {"sig_enforce", "not signed"}, {0}, KMT_ERR_REFUSED},
	{EKEYREJECTED, 0, &root, &signed_ko, {"Loading of module with unavailable key is rejected"},
		"unknown-key-enforced", {"sig_enforce", "key"}, {"not signed"}, KMT_ERR_REFUSED},
	{EKEYREJECTED, 0, &root, &signed_ko, {"Loading of module with unsupported crypto is rejected"},
		"signature-algorithm", {"algorithm"}, {0}, KMT_ERR_REFUSED},
	{EKEYREJECTED, KMT_INSERT_IGNORE_MODVERSIONS | KMT_INSERT_IGNORE_VERMAGIC, &root, &signed_ko,
		{"Loading of unsigned module is rejected"}, "forced-enforced", {"sig_enforce", "forced"},
		{0}, KMT_ERR_REFUSED},
	{ENOKEY, 0, &root, &unsigned_ko, {0}, "unknown-key-enforced", {"sign"}, {0}, KMT_ERR_REFUSED},
	{ENOPKG, 0, &root, &signed_ko, {0}, "signature-algorithm", {"check"}, {0}, KMT_ERR_REFUSED},
	{EBADMSG, 0, &root, &signed_ko, {0}, "signature-format", {"damaged"}, {0}, KMT_ERR_REFUSED},
	/* The module's own init. */
	{ENODEV, 0, &root, &unsigned_ko, {0}, "no-device", {"init", "No such device", "hardware"},
		{"loaded already"}, 0},
	{ENXIO, 0, &root, &unsigned_ko, {0}, "no-device", {"init"}, {0}, 0},
	{EEXIST, 0, &root, &unsigned_ko, {0}, "init-exists", {"init", "File exists"}, {"already loaded"}, 0},
	{EBUSY, 0, &root, &unsigned_ko, {0}, "init-busy", {"init", "busy"}, {0}, 0},
	{ENOENT, 0, &root, &unsigned_ko, {0}, "init-refused", {"init"}, {"symbol"}, 0},
	{EINVAL, 0, &root, &unsigned_ko, {0}, "init-refused", {"init"}, {"the parameter"}, 0},
	{517, 0, &root, &unsigned_ko, {0}, "init-refused", {"EPROBE_DEFER"}, {"Unknown error"}, 0},
	{ENOMEM, 0, &root, &unsigned_ko, {0}, "no-memory", {"memory"}, {0}, 0},
	{ENOMEM, 0, &root, &unsigned_ko, {"km_x: Could not allocate 4096 bytes percpu data"}, "no-memory",
		{"per-CPU"}, {0}, 0},
	{KMT_KERNEL_KILLED, 0, &root, &unsigned_ko,
		{"BUG: kernel NULL pointer dereference, address: 0000000000000008", "#PF: supervisor write"},
		"init-crashed", {"NULL pointer dereference", "reboot"}, {0}, 0},
	{KMT_KERNEL_KILLED, 0, &root, &unsigned_ko, {"kernel BUG at fs/x.c:12!"}, "init-crashed",
		{"fs/x.c:12", "reboot"}, {0}, 0},
	{KMT_KERNEL_KILLED, 0, &root, &unsigned_ko, {0}, "init-crashed", {"reboot"}, {"Owner"}, 0},
	/* The rest. */
	{EINTR, 0, &root, &unsigned_ko, {0}, "interrupted", {"interrupted"}, {0}, 0},
	{ETXTBSY, 0, &root, &unsigned_ko, {0}, "being-written", {"written"}, {0}, 0},
	{ENOSYS, 0, &root, &unsigned_ko, {0}, "no-module-support", {"without loadable modules"}, {0}, 0},
	{EROFS, 0, &root, &unsigned_ko, {0}, "no-kernel", {"--root"}, {0}, 0},
};

static struct kmt_arena arena;

static void explain(const struct kmt_failure *base, const char *const *lines, struct kmt_explanation *out)
{
	struct kmt_strv texts = {0};
	struct kmt_failure f = *base;

	for (size_t i = 0; i < LINES && lines && lines[i]; i++)
		kmt_vec_push(&texts, lines[i]);
	f.lines = &texts;
	kmt_explain(&f, &arena, out);
	kmt_vec_free(&texts);
}

static bool mentions(const struct kmt_explanation *e, const char *text)
{
	return strstr(e->cause, text) || (e->next && strstr(e->next, text));
}

static void check(const struct row *row, const struct kmt_explanation *e)
{
	if (strcmp(e->id, row->id) != 0)
		fail_msg("errno %d: '%s' instead of '%s': %s", row->errnum, e->id, row->id, e->cause);
	for (size_t i = 0; i < LINES && row->says[i]; i++)
		if (!mentions(e, row->says[i]))
			fail_msg("%s lacks '%s': %s | %s", e->id, row->says[i], e->cause,
				e->next ? e->next : "");
	for (size_t i = 0; i < LINES && row->never[i]; i++)
		if (mentions(e, row->never[i]))
			fail_msg("%s says '%s': %s | %s", e->id, row->never[i], e->cause,
				e->next ? e->next : "");
	assert_int_equal(e->kind, row->kind ? row->kind : KMT_ERR_FAILED);
	assert_null(strpbrk(e->cause, "{}[]"));
	assert_null(e->next ? strpbrk(e->next, "{}[]") : NULL);
}

static void every_row_has_its_cause(void **state)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(rows); i++) {
		const struct kmt_step step = {.kind = KMT_STEP_INSERT, .module = "km_x",
			.path = "/m/km-x.ko", .params = "", .flags = rows[i].flags};
		const struct kmt_failure f = {.step = &step, .errnum = rows[i].errnum,
			.policy = rows[i].policy, .facts = rows[i].facts};
		struct kmt_explanation e;

		explain(&f, rows[i].lines, &e);
		check(&rows[i], &e);
	}
}

/* The same kernel line, told apart by who exports the symbol. */
static void providers_make_the_difference(void **state)
{
	static const char *const lines[LINES] = {"km-x: Unknown symbol km_gpl_mul (err -2)"};
	static const char *const crc[LINES] = {"km_x: disagrees about version of symbol km_gpl_mul"};
	struct kmt_symbol_fact s = {.name = "km_gpl_mul", .provider = "km_prov", .gpl_only = true};
	struct kmt_kofile_facts facts = closed_ko;
	const struct kmt_step step = {.kind = KMT_STEP_INSERT, .module = "km_x", .path = "/m/km-x.ko"};
	struct kmt_failure f = {.step = &step, .errnum = ENOENT, .policy = &root, .facts = &facts};
	struct kmt_explanation e;

	facts.symbols.v = &s;
	facts.symbols.n = 1;
	explain(&f, lines, &e);
	assert_string_equal(e.id, "provider-not-loaded");
	assert_true(mentions(&e, "kmtool load km_prov"));
	s.provider_loaded = true;
	explain(&f, lines, &e);
	assert_string_equal(e.id, "gpl-only-symbol");
	assert_true(mentions(&e, "'ABC'") && mentions(&e, "km_prov") && mentions(&e, "km_gpl_mul"));
	s.gpl_only = false;
	explain(&f, lines, &e);
	assert_string_equal(e.id, "missing-or-gpl-only");
	s.in_kernel = true;
	s.provider = NULL;
	explain(&f, lines, &e);
	assert_string_equal(e.id, "gpl-only-symbol");
	facts.gpl_compatible = true;
	explain(&f, lines, &e);
	assert_string_equal(e.id, "missing-symbol");
	s.provider = "km_prov";
	f.errnum = EINVAL;
	explain(&f, crc, &e);
	assert_string_equal(e.id, "symbol-crc");
	assert_true(mentions(&e, "km_prov exports it"));
}

static void many_symbols_are_cut(void **state)
{
	static const char *const names[] = {"s1", "s2", "s3", "s4", "s5", "s6"};
	const struct kmt_step step = {.kind = KMT_STEP_INSERT, .module = "km_x", .path = "/m/km-x.ko"};
	struct kmt_failure f = {
		.step = &step, .errnum = ENOENT, .policy = &root, .facts = &unsigned_ko};
	struct kmt_strv texts = {0};
	struct kmt_explanation e;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		kmt_vec_push(&texts, kmt_arena_printf(&arena, "km_x: Unknown symbol %s (err -2)", names[i]));
	f.lines = &texts;
	kmt_explain(&f, &arena, &e);
	assert_non_null(strstr(e.cause, "s1, s2, s3, s4 and 2 more"));
	kmt_vec_free(&texts);
}

/* What other modules and other programs log at the same time proves nothing. */
static void lines_of_others_do_not_count(void **state)
{
	static const char *const lines[LINES] = {"km_xy: Unknown symbol a (err -2)",
		"other: disagrees about version of symbol module_layout", "Module km_xx is blacklisted"};
	const struct kmt_step step = {.kind = KMT_STEP_INSERT, .module = "km_x", .path = "/m/km-x.ko"};
	struct kmt_failure f = {
		.step = &step, .errnum = ENOENT, .policy = &root, .facts = &unsigned_ko};
	struct kmt_explanation e;

	explain(&f, lines, &e);
	assert_string_equal(e.id, "init-refused");
	f.errnum = EPERM;
	explain(&f, lines, &e);
	assert_string_equal(e.id, "init-refused");
	f.errnum = EXFULL;
	explain(&f, lines, &e);
	assert_string_equal(e.id, "init-refused");
	assert_null(strstr(e.cause, "logged no reason"));
	explain(&f, (const char *const[LINES]){0}, &e);
	assert_non_null(strstr(e.cause, "logged no reason"));
	f.lost_lines = true;
	explain(&f, lines, &e);
	assert_string_equal(e.id, "init-refused");
	assert_null(strstr(e.cause, "logged no reason"));
	assert_non_null(strstr(e.cause, "were lost"));
}

static void removals_are_explained(void **state)
{
	static const struct kmt_procmod permanent = {.permanent = true};
	static const struct kmt_procmod loading = {.state = KMT_STATE_LOADING};
	static const struct kmt_procmod unloading = {.state = KMT_STATE_UNLOADING};
	static const struct kmt_procmod live;
	static const struct {
		int errnum;
		const struct kmt_policy *policy;
		const struct kmt_procmod *loaded;
		const char *id;
	} cases[] = {
		{EAGAIN, &root, &live, "in-use"}, {EBUSY, &root, &permanent, "permanent"},
		{EBUSY, &root, &loading, "half-loaded"}, {EBUSY, &root, &unloading, "half-unloaded"},
		{EBUSY, &root, &live, "busy"}, {EBUSY, &root, NULL, "busy"},
		{EPERM, &shut, &live, "modules-disabled"}, {EPERM, &user, &live, "not-root"},
		{ENOSYS, &root, &live, "no-unload-support"}, {EROFS, &root, &live, "no-kernel"},
		{EIO, &root, &live, "remove-failed"},
	};
	const struct kmt_step step = {.kind = KMT_STEP_REMOVE, .module = "km_x"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(cases); i++) {
		const struct kmt_failure f = {.step = &step, .errnum = cases[i].errnum,
			.policy = cases[i].policy, .facts = &unknown_ko, .loaded = cases[i].loaded};
		struct kmt_explanation e;

		explain(&f, NULL, &e);
		assert_string_equal(e.id, cases[i].id);
		assert_null(strpbrk(e.cause, "{}[]"));
	}
}

static void a_name_that_still_unloads(void **state)
{
	static const struct kmt_procmod unloading = {.state = KMT_STATE_UNLOADING};
	static const int errnums[] = {EEXIST, EBUSY};
	const struct kmt_step step = {.kind = KMT_STEP_INSERT, .module = "km_x", .path = "/x/km_x.ko"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(errnums); i++) {
		const struct kmt_failure f = {.step = &step, .errnum = errnums[i], .policy = &root,
			.facts = &unsigned_ko, .loaded = &unloading};
		struct kmt_explanation e;

		explain(&f, NULL, &e);
		assert_string_equal(e.id, "half-unloaded");
		assert_string_equal(e.cause, "km_x is being unloaded: its exit function has not returned");
	}
}

static void commands_are_explained(void **state)
{
	struct kmt_step step = {.kind = KMT_STEP_RUN, .module = "km_x", .command = "/bin/false",
		.why = KMT_WHY_INSTALL_COMMAND, .origin = {"/etc/modprobe.d/x.conf", 3}};
	struct kmt_failure f = {
		.step = &step, .policy = &root, .facts = &unknown_ko, .status = 1 << 8};
	struct kmt_explanation e;

	explain(&f, NULL, &e);
	assert_string_equal(e.id, "blocked-by-install");
	assert_int_equal(e.kind, KMT_ERR_REFUSED);
	assert_true(mentions(&e, "/etc/modprobe.d/x.conf:3"));
	step.command = "run-it --now";
	explain(&f, NULL, &e);
	assert_string_equal(e.id, "command-failed");
	assert_true(mentions(&e, "status 1: run-it --now"));
	f.status = 127 << 8;
	explain(&f, NULL, &e);
	assert_string_equal(e.id, "command-not-found");
	f.status = SIGKILL;
	explain(&f, NULL, &e);
	assert_string_equal(e.id, "command-killed");
	assert_true(mentions(&e, "signal 9"));
	f.errnum = EAGAIN;
	step.origin = (struct kmt_origin){0};
	explain(&f, NULL, &e);
	assert_string_equal(e.id, "command-not-run");
	assert_non_null(strstr(e.cause, "for km_x could"));
}

static void grumbles_are_told(void **state)
{
	static const char *const lines[] = {
		"km-x: loading out-of-tree module taints kernel.",
		"km_x: module verification failed: signature and/or required key missing - tainting kernel",
		"km_x: module license 'ABC' taints kernel.",
		"km_x: unknown parameter 'nosuch' ignored",
		"do_init_module: 'km_x'->init suspiciously returned 5, it should follow 0/-E convention",
		"km_x: module_layout: kernel tainted.",
		"km_y: unknown parameter 'other' ignored",
		"km_x: hello",
	};
	static const char *const said[] = {"(O)", "(E)", "'ABC'", "'nosuch'", "suspiciously returned 5",
		"(F)"};
	struct kmt_strv texts = {0}, out = {0};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(lines); i++)
		kmt_vec_push(&texts, lines[i]);
	kmt_explain_success("km_x", &texts, &arena, &out);
	assert_int_equal(out.n, KMT_ARRAY_SIZE(said));
	for (size_t i = 0; i < out.n; i++)
		assert_non_null(strstr(out.v[i], said[i]));
	kmt_vec_free(&texts);
	kmt_vec_free(&out);
}

/* Hostile text in a kernel line: long, full of what patterns are made of. */
static void hostile_lines_do_no_harm(void **state)
{
	const struct kmt_step step = {.kind = KMT_STEP_INSERT, .module = "km_x", .path = "/m/km-x.ko"};
	struct kmt_failure f = {
		.step = &step, .errnum = EINVAL, .policy = &root, .facts = &unsigned_ko};
	char *line = kmt_arena_alloc(&arena, 100001);
	const char *lines[LINES] = {line, "", "km_x: `{all}[{1}]' invalid for parameter `%s*'"};
	struct kmt_explanation e;

	memset(line, '*', 100000);
	explain(&f, lines, &e);
	assert_string_equal(e.id, "parameter-value");
	assert_non_null(strstr(e.cause, "%s*"));
	assert_non_null(strstr(e.cause, "{all}[{1}]"));
}

static int free_arena(void **state)
{
	kmt_arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_row_has_its_cause, free_arena),
		cmocka_unit_test_teardown(providers_make_the_difference, free_arena),
		cmocka_unit_test_teardown(many_symbols_are_cut, free_arena),
		cmocka_unit_test_teardown(lines_of_others_do_not_count, free_arena),
		cmocka_unit_test_teardown(removals_are_explained, free_arena),
		cmocka_unit_test_teardown(a_name_that_still_unloads, free_arena),
		cmocka_unit_test_teardown(commands_are_explained, free_arena),
		cmocka_unit_test_teardown(grumbles_are_told, free_arena),
		cmocka_unit_test_teardown(hostile_lines_do_no_harm, free_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
