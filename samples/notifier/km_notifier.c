// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_notifier: a notifier that is called when modules are loaded and unloaded.
 *
 * A notifier chain is a list of functions that the kernel calls on an event: of CPUs, network
 * devices, a reboot, or modules.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#define EVENTS	64

struct event {
	char module[MODULE_NAME_LEN];
	unsigned long state;
};

static char veto[MODULE_NAME_LEN];
module_param_string(veto, veto, sizeof(veto), 0644);
MODULE_PARM_DESC(veto, "name of a module to refuse");

/* A ring buffer: the oldest events are overwritten. */
static struct event events[EVENTS];
static unsigned int next;
static DEFINE_SPINLOCK(lock);	/* protects both */
static struct dentry *dir;

static const char *state_name(unsigned long state)
{
	switch (state) {
	case MODULE_STATE_COMING:
		return "coming";
	case MODULE_STATE_LIVE:
		return "live";
	case MODULE_STATE_GOING:
		return "going";
	default:
		return "?";
	}
}

/*
 * Coming: the code is in memory, init has not run. Live: init returned 0. Going: exit has run,
 * or init failed. An error for "coming" makes the load fail.
 */
static int module_event(struct notifier_block *block, unsigned long state, void *data)
{
	struct module *module = data;

	spin_lock(&lock);
	strscpy(events[next % EVENTS].module, module->name, MODULE_NAME_LEN);
	events[next % EVENTS].state = state;
	next++;
	spin_unlock(&lock);
	if (state == MODULE_STATE_COMING && !strcmp(module->name, strim(veto)))
		return notifier_from_errno(-EPERM);
	return NOTIFY_OK;
}

static struct notifier_block block = { .notifier_call = module_event };

static int events_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	spin_lock(&lock);
	for (i = next > EVENTS ? next - EVENTS : 0; i < next; i++)
		seq_printf(m, "%s: %s\n", events[i % EVENTS].module,
			   state_name(events[i % EVENTS].state));
	spin_unlock(&lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(events);

static int __init km_notifier_init(void)
{
	int err = register_module_notifier(&block);

	if (err)
		return err;
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("events", 0444, dir, NULL, &events_fops);
	return 0;
}

static void __exit km_notifier_exit(void)
{
	debugfs_remove(dir);
	/* Otherwise the next load of any module would call code that has been unloaded. */
	unregister_module_notifier(&block);
}

module_init(km_notifier_init);
module_exit(km_notifier_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("A notifier for the loading and unloading of modules");
