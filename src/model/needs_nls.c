/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The character sets that a filesystem driver asks for at mount: load_nls() in fs/nls/nls_base.c. */
#include "needs_priv.h"

#include <string.h>

#include <kmt/base/slice.h>
#include <kmt/source/kconfig.h>

static const struct charset_rule {
	const char *type;
	const char *option; /* of mount(8) */
	const char *config; /* the default is that of the kernel's configuration; NULL: none is loaded */
	const char *usual;  /* the kernel's own default, if its configuration is not there */
	bool codepage;	    /* a number */
	bool utf8_is_inside; /* the driver has it: no module is asked for */
	bool optional;	     /* without the default one the mount works */
} rules[] = {
	{"vfat", "codepage", "CONFIG_FAT_DEFAULT_CODEPAGE", "437", .codepage = true},
	{"vfat", "iocharset", "CONFIG_FAT_DEFAULT_IOCHARSET", "iso8859-1", .optional = false},
	{"msdos", "codepage", "CONFIG_FAT_DEFAULT_CODEPAGE", "437", .codepage = true},
	{"exfat", "iocharset", "CONFIG_EXFAT_DEFAULT_IOCHARSET", "utf8", .utf8_is_inside = true},
	{"ntfs", "iocharset", "CONFIG_NLS_DEFAULT", "iso8859-1", .utf8_is_inside = true},
	{"ntfs3", "iocharset", "CONFIG_NLS_DEFAULT", "iso8859-1", .utf8_is_inside = true},
	{"iso9660", "iocharset", "CONFIG_NLS_DEFAULT", "iso8859-1", .utf8_is_inside = true, .optional = true},
	{.type = "udf", .option = "iocharset", .utf8_is_inside = true},
	{.type = "jfs", .option = "iocharset"},
	{.type = "hfs", .option = "codepage"},
	{.type = "hfs", .option = "iocharset"},
	{.type = "hfsplus", .option = "nls", .usual = "utf8", .optional = true},
	{"cifs", "iocharset", "CONFIG_NLS_DEFAULT", "iso8859-1", .optional = true},
	{"smb3", "iocharset", "CONFIG_NLS_DEFAULT", "iso8859-1", .optional = true},
};

bool kmt_needs_option(const char *options, const char *name, struct kmt_slice *value)
{
	size_t n = strlen(name);

	for (; options && *options; options += strcspn(options, ","), options += *options == ',') {
		if (strncmp(options, name, n) != 0 || options[n] != '=')
			continue;
		*value = (struct kmt_slice){options + n + 1, strcspn(options + n + 1, ",")};
		return true;
	}
	return false;
}

static void read_kconfig(struct kmt_needs *needs)
{
	struct kmt_needs_state *state = needs->state;

	if (!state->kconfig_read)
		state->kconfig_path = kmt_kconfig_read(
			needs->snap->root, needs->snap->version, &needs->arena, &state->kconfig);
	state->kconfig_read = true;
}

/* The default of the kernel that is looked at. *WHERE tells who says so; NULL: nobody, it is assumed. */
static bool find_default(
	struct kmt_needs *needs, const struct charset_rule *rule, struct kmt_slice *value, const char **where)
{
	*where = NULL;
	if (rule->config) {
		read_kconfig(needs);
		*where = needs->state->kconfig_path;
		if (*where && kmt_kconfig_find(&needs->state->kconfig, rule->config, value))
			return true;
	}
	*where = rule->config ? NULL : "the driver's default";
	if (rule->usual)
		*value = (struct kmt_slice){rule->usual, strlen(rule->usual)};
	return rule->usual != NULL;
}

static int ask(struct kmt_needs *needs, struct kmt_needs_place *place, const struct charset_rule *rule,
	const char *options, struct kmt_err *err)
{
	struct kmt_needs_request how = {.kind = KMT_NEED_NLS};
	struct kmt_slice value;
	const char *where = "mount options", *request, *why;
	bool given = kmt_needs_option(options, rule->option, &value);

	if (!given && !find_default(needs, rule, &value, &where))
		return 0;
	if (!value.n || kmt_slice_is(value, "none") || (rule->utf8_is_inside && kmt_slice_is(value, "utf8")))
		return 0;
	how.optional = !given && (rule->optional || !where);
	request = kmt_arena_printf(
		&needs->arena, "nls_%s%.*s", rule->codepage ? "cp" : "", (int)value.n, value.s);
	why = kmt_arena_printf(&needs->arena, "%s=%.*s of %s, %s", rule->option, (int)value.n, value.s,
		rule->type, where ? where : "assumed");
	if (!where)
		kmt_needs_note(needs,
			"the configuration of kernel %s was not found: the default character sets of %s are assumed",
			needs->snap->version, rule->type);
	return kmt_needs_request(needs, place, how, request, why, err);
}

int kmt_needs_nls(struct kmt_needs *needs, struct kmt_needs_place *place, const char *type,
	const char *options, struct kmt_err *err)
{
	int r = 0;

	if (!(needs->with & 1u << KMT_NEED_NLS))
		return 0;
	for (size_t i = 0; r >= 0 && i < KMT_ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].type, type))
			r = ask(needs, place, &rules[i], options, err);
	return r < 0 ? r : 0;
}
