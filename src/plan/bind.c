/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which driver has a device: what sysfs is told now, and udev for later. */
#include "request_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/name.h>
#include <kmt/model/devchain.h>
#include <kmt/model/devselect.h>
#include <kmt/model/essentials.h>
#include <kmt/plan/edit.h>
#include <kmt/plan/effects.h>
#include <kmt/sys/paths.h>

/* Of names that a rule of udev takes as they are: no pattern, no substitution, no quote. */
#define PLAIN                                                                                      \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"                           \
	"_-.:,@+"

#define RULE_SUFFIX ".rules"

/* Without a value the kernel shows this. */
#define NO_OVERRIDE "(null)"

struct binding {
	const struct kmt_snapshot *snap;
	const struct kmt_request *request;
	const char *ssh_interface;
	struct kmt_strv *effects;
	struct kmt_plan *plan;
	struct kmt_err *err;
	const struct kmt_device *device;
	const char *override; /* the driver that alone may have the device, "" for any; NULL: no file for it */
	const char *driver, *module; /* that are wanted; MODULE NULL: built in */
};

static const char *driver_file(const struct binding *b, const char *driver, const char *file)
{
	return kmt_arena_printf(
		&b->plan->arena, "%s/%s/drivers/%s/%s", KMT_PATH_SYS_BUS, b->device->bus, driver, file);
}

static const char *own(const struct binding *b, const char *s)
{
	return s ? kmt_arena_strdup(&b->plan->arena, s) : NULL;
}

static struct kmt_step *add_step(const struct binding *b, enum kmt_step_kind kind, const char *path)
{
	kmt_vec_push(&b->plan->steps, (struct kmt_step){
					      .kind = kind,
					      .module = "",
					      .path = path,
					      .params = own(b, b->device->name),
					      .device = own(b, b->device->path),
					      .required = true,
				      });
	return &b->plan->steps.v[b->plan->steps.n - 1];
}

/* Drivers may forbid it: then there is no file. */
static int check_file(const struct binding *b, const char *driver, const char *path, const char *what)
{
	if (kmt_root_exists(b->snap->root, path))
		return 0;
	return kmt_err_set(b->err, KMT_ERR_REFUSED, EOPNOTSUPP, "the driver %s does not let %s: %s is missing",
		driver, what, path);
}

static int add_unbind(const struct binding *b)
{
	const char *driver = b->device->driver;
	const char *path = driver_file(b, driver, "unbind");
	struct kmt_step *step;

	if (check_file(b, driver, path, "go of a device"))
		return -EOPNOTSUPP;
	step = add_step(b, KMT_STEP_UNBIND, path);
	step->module = b->device->module ? own(b, b->device->module) : "";
	step->driver = own(b, driver);
	step->before = step->params;
	step->undo_path = driver_file(b, driver, "bind");
	return 0;
}

static void add_override(const struct binding *b, const char *driver)
{
	struct kmt_step *step;

	if (!b->override || !strcmp(b->override, driver))
		return;
	step = add_step(
		b, KMT_STEP_OVERRIDE, kmt_arena_printf(&b->plan->arena, "%s/driver_override", b->device->path));
	step->params = own(b, driver);
	step->driver = *driver ? step->params : NULL;
	step->before = own(b, b->override);
}

static int add_bind(const struct binding *b)
{
	const char *path = driver_file(b, b->driver, "bind");
	struct kmt_step *step;

	if (check_file(b, b->driver, path, "anybody bind a device to it"))
		return -EOPNOTSUPP;
	step = add_step(b, KMT_STEP_BIND, path);
	step->module = b->module ? own(b, b->module) : "";
	step->driver = own(b, b->driver);
	step->before = step->params;
	step->undo_path = driver_file(b, b->driver, "unbind");
	return 0;
}

/* The kernel tries all drivers of the bus. */
static void add_probe(const struct binding *b)
{
	add_step(b, KMT_STEP_BIND,
		kmt_arena_printf(&b->plan->arena, "%s/%s/drivers_probe", KMT_PATH_SYS_BUS, b->device->bus));
}

/* "pci:e1000e" in the directory of a module; which has mostly one driver on a bus. */
static int find_of_module(struct binding *b, const char *module)
{
	kmt_autofree char *dir = kmt_asprintf("%s/%s/drivers", KMT_PATH_SYS_MODULE, module);
	kmt_autostrbuf struct kmt_strbuf found = KMT_STRBUF_INIT;
	size_t bus = strlen(b->device->bus), n = 0;
	struct kmt_strv names = {0};

	kmt_root_list(b->snap->root, dir, &names);
	for (size_t i = 0; i < names.n; i++)
		if (!strncmp(names.v[i], b->device->bus, bus) && names.v[i][bus] == ':') {
			b->driver = own(b, names.v[i] + bus + 1);
			kmt_strbuf_item(&found, ", ", "%s", b->driver);
			n++;
		}
	kmt_root_list_free(&names);
	if (n < 2)
		return n ? 0 : -ENOENT;
	return kmt_err_set(b->err, KMT_ERR_USAGE, EINVAL, "%s has %zu drivers of the bus %s; name one: %s", module,
		n, b->device->bus, kmt_strbuf_str(&found));
}

/* Why MODULE has no driver here. */
static int refuse_module(const struct binding *b, const char *module)
{
	const struct kmt_snapshot *snap = b->snap;
	const struct kmt_module *m = snap->has_tree ? kmt_modindex_find(&snap->index, module) : NULL;

	if (kmt_snapshot_loaded(snap, module) || (snap->has_tree && kmt_modindex_find_builtin(&snap->index, module)))
		return kmt_err_set(b->err, KMT_ERR_REFUSED, ENODEV, "%s has no driver of the bus %s, which %s is on",
			module, b->device->bus, b->device->name);
	if (!m)
		return kmt_lookup_not_found(snap, b->request->targets.v[1], b->err);
	kmt_err_set(b->err, KMT_ERR_FAILED, ENOENT, "%s is not loaded: only then the names of its drivers are known",
		module);
	kmt_err_hint(b->err, "kmtool load %s", module);
	return -ENOENT;
}

/* By the name of its module; else by its own. */
static int find_driver(struct binding *b)
{
	const char *link, *arg = b->request->targets.v[1];
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;
	char module[KMT_NAME_MAX];
	bool is_name = !kmt_name_normalize(arg, module, sizeof(module));
	int r = is_name ? find_of_module(b, module) : -ENOENT;

	if (!r)
		b->module = own(b, module);
	if (r != -ENOENT)
		return r;
	if (!is_name && (strchr(arg, '/') || *arg == '.' || !*arg))
		return kmt_err_set(b->err, KMT_ERR_USAGE, EINVAL, "'%s' is neither a module nor a driver", arg);
	if (!kmt_root_exists(b->snap->root, driver_file(b, arg, "")))
		return is_name ? refuse_module(b, module)
			       : kmt_err_set(b->err, KMT_ERR_NOT_FOUND, ENOENT, "no such driver of the bus %s: %s",
					 b->device->bus, arg);
	b->driver = own(b, arg);
	link = driver_file(b, arg, "module");
	if (!kmt_devchain_resolve(b->snap->root, link, &real))
		b->module = own(b, strrchr(real.s, '/') + 1);
	return 0;
}

/* It is tried anyway: a driver may have learnt other identifiers since. */
static void warn_unmatched(const struct binding *b)
{
	const struct kmt_device_candidate *c;

	if (b->override || !b->module || b->device->unsure)
		return;
	kmt_vec_foreach (c, &b->device->candidates)
		if (kmt_name_equal(c->name, b->module))
			return;
	kmt_vec_push(&b->plan->warnings,
		kmt_arena_printf(&b->plan->arena,
			"%s does not match %s, and the bus %s cannot override that: the kernel will refuse it", b->module,
			b->device->name, b->device->bus));
}

static bool is_plain(const char *s)
{
	return !s || !s[strspn(s, PLAIN)];
}

static const char *rule_path(const struct binding *b)
{
	return kmt_arena_printf(&b->plan->arena, KMT_PATH_UDEV_RULES_D "/" KMT_BIND_RULE "%s-%s" RULE_SUFFIX,
		b->device->bus, b->device->name);
}

/* Names the device by its place, and by its modalias: other hardware in the same place is left alone. */
static int add_rule(const struct binding *b)
{
	const struct kmt_device *device = b->device;
	const char *alias = device->modaliases.v[0];
	struct kmt_edit e;
	int r = kmt_edit_open(&e, b->snap->root, rule_path(b), b->err);

	if (r < 0)
		return r;
	kmt_strbuf_truncate(&e.text, 0);
	kmt_strbuf_addf(&e.text,
		"# Made by kmtool: %s gets the driver %s. 'kmtool devices bind --undo %s' removes it.\n"
		"ACTION==\"add\", SUBSYSTEM==\"%s\", KERNEL==\"%s\"",
		device->name, b->driver, device->name, device->bus, device->name);
	if (device->modaliases.n == 1 && is_plain(alias))
		kmt_strbuf_addf(&e.text, ", ATTR{modalias}==\"%s\"", alias);
	kmt_strbuf_addf(&e.text, ", ATTR{driver_override}=\"%s\"", b->driver);
	if (b->module)
		kmt_strbuf_addf(&e.text, ", RUN{builtin}+=\"kmod load %s\"", b->module);
	kmt_strbuf_addc(&e.text, '\n');
	kmt_edit_plan_state(&e, b->plan, true);
	kmt_edit_close(&e);
	return 0;
}

static int end_rule(const struct binding *b, const char *path)
{
	struct kmt_edit e;
	int r = kmt_edit_open(&e, b->snap->root, path, b->err);

	if (r < 0)
		return r;
	kmt_edit_plan_state(&e, b->plan, false);
	kmt_edit_close(&e);
	return 0;
}

/* Whether NAME is the file of a rule for DEVICE: "70-kmtool-bind-pci-0000:00:1f.3.rules". The bus, too, may
 * have a '-'. */
static bool is_rule_for(const struct kmt_root *root, const char *name, const char *device)
{
	kmt_autofree char *end = kmt_asprintf("-%s" RULE_SUFFIX, device), *bus = NULL;
	size_t start = strlen(KMT_BIND_RULE), n = strlen(name);

	if (strncmp(name, KMT_BIND_RULE, start) != 0 || n <= start + strlen(end) ||
		strcmp(name + n - strlen(end), end) != 0)
		return false;
	bus = kmt_asprintf("%s/%.*s", KMT_PATH_SYS_BUS, (int)(n - start - strlen(end)), name + start);
	return kmt_root_exists(root, bus);
}

/* The rules for DEVICE, which is not there any more. */
static int end_rules_of_absent(const struct binding *b, const char *device)
{
	struct kmt_strv names = {0};
	int r = 0;

	kmt_root_list(b->snap->root, KMT_PATH_UDEV_RULES_D, &names);
	for (size_t i = 0; !r && i < names.n; i++)
		if (is_rule_for(b->snap->root, names.v[i], device))
			r = end_rule(b,
				kmt_arena_printf(&b->plan->arena, KMT_PATH_UDEV_RULES_D "/%s", names.v[i]));
	kmt_root_list_free(&names);
	return r;
}

static int persist(const struct binding *b)
{
	const struct kmt_device *device = b->device;

	if (!b->override)
		return kmt_err_set(b->err, KMT_ERR_REFUSED, EOPNOTSUPP,
			"the bus %s has no driver_override, so a rule cannot choose the driver of %s", device->bus,
			device->name);
	if (!is_plain(device->bus) || !is_plain(device->name) || !is_plain(b->driver) || !is_plain(b->module))
		return kmt_err_set(b->err, KMT_ERR_REFUSED, EINVAL, "a rule of udev cannot name %s or %s", device->name,
			b->driver);
	return add_rule(b);
}

static void add_effects(const struct binding *b)
{
	const char *old = b->device->module, *new = b->module ? b->module : "";
	struct kmt_arena *arena = &b->plan->arena;

	if (b->request->persist)
		kmt_vec_push(b->effects,
			kmt_arena_printf(arena, "the rule chooses %s whenever %s appears, as at boot", b->driver,
				b->device->name));
	else
		kmt_vec_push(b->effects,
			kmt_arena_printf(arena, "until the next boot, or until %s is removed%s", b->device->name,
				b->override ? "; --persist makes it last" : ""));
	if (b->request->persist && old && !kmt_name_equal(old, new))
		kmt_effects_initramfs(b->snap, old, arena, b->effects);
}

static int bind(struct binding *b)
{
	const struct kmt_device *device = b->device;
	int r = find_driver(b);

	if (r < 0)
		return r;
	if (!device->driver || strcmp(device->driver, b->driver) != 0) {
		warn_unmatched(b);
		r = device->driver ? add_unbind(b) : 0;
		if (!r) {
			add_override(b, b->driver);
			r = add_bind(b);
		}
	}
	if (!r && b->request->persist)
		r = persist(b);
	if (!r && b->plan->steps.n)
		add_effects(b);
	return r;
}

/* What was overridden is bound again by the kernel's own choice; so is what has no driver. */
static int undo(struct binding *b)
{
	bool overridden = b->override && *b->override;
	int r = overridden && b->device->driver ? add_unbind(b) : 0;

	if (r < 0)
		return r;
	add_override(b, "");
	if (overridden || !b->device->driver)
		add_probe(b);
	return end_rule(b, rule_path(b));
}

static int unbind(struct binding *b)
{
	if (!b->device->driver)
		return 0;
	kmt_vec_push(b->effects, kmt_arena_printf(&b->plan->arena, "kmtool devices bind --undo %s binds it again",
					 b->device->name));
	return add_unbind(b);
}

static void read_override(struct binding *b)
{
	kmt_autofree char *path = kmt_asprintf("%s/driver_override", b->device->path);
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (!kmt_root_read_line(b->snap->root, path, &text))
		b->override = strcmp(kmt_strbuf_str(&text), NO_OVERRIDE) ? own(b, kmt_strbuf_str(&text)) : "";
}

/* What is lost while it has no driver. */
static void warn_lost(const struct binding *b)
{
	struct kmt_essentials essentials;
	const struct kmt_step *step;

	kmt_essentials_read(b->snap, b->ssh_interface, false, &essentials);
	kmt_vec_foreach (step, &b->plan->steps)
		if (step->kind == KMT_STEP_UNBIND)
			kmt_essentials_tell_device(&essentials, step->device, &b->plan->arena, &b->plan->warnings);
	kmt_essentials_free(&essentials);
}

static int plan_device(struct binding *b)
{
	const struct kmt_device *device = b->device;
	int r;

	if (device->by_node)
		return kmt_err_set(b->err, KMT_ERR_REFUSED, EINVAL,
			"%s is what ACPI says of a device, which has its driver by another name", device->name);
	read_override(b);
	r = b->request->undo ? undo(b) : b->request->targets.n > 1 ? bind(b) : unbind(b);
	if (!r)
		warn_lost(b);
	return r;
}

int kmt_plan_bind(const struct kmt_planning *p)
{
	struct binding b = {.snap = p->snap,
		.request = p->request,
		.ssh_interface = p->machine->ssh_interface,
		.effects = &p->forecast->effects,
		.plan = p->plan,
		.err = p->err};
	kmt_autoerr struct kmt_err missing = KMT_ERR_INIT;
	const char *device = p->request->targets.v[0];
	struct kmt_modaliases found;
	struct kmt_devices devices;
	int r = kmt_modaliases_read(p->snap->root, &found);

	if (r)
		return kmt_err_set(p->err, KMT_ERR_NOT_FOUND, ENOENT, "no device information: %s%s is missing",
			p->snap->root->path, KMT_PATH_SYS_BUS);
	kmt_devices_find(p->snap, &found, &devices, NULL);
	b.device = kmt_devselect_one(p->snap->root, &devices, device, &missing);
	if (!b.device && p->request->undo)
		r = end_rules_of_absent(&b, device);
	if (b.device)
		r = plan_device(&b);
	else if (!r && !p->plan->steps.n)
		r = kmt_err_copy(p->err, &missing);
	kmt_devices_free(&devices);
	kmt_modaliases_free(&found);
	return r;
}
