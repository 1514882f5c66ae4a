// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_deferred: deferred work: timers run in softirq context and must not sleep, work queue
 * functions run in a kernel thread and may.
 *
 * Write N to "start": a timer fires N times, every ten milliseconds, and queues work each time.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#define MOST	100

/* The context a function ran in. */
struct place {
	unsigned long calls;
	bool interrupt, thread, may_sleep;
};

static struct place timer_place, work_place, delayed_place;
static unsigned int left;	/* how many times the timer still fires */
static DEFINE_SPINLOCK(lock);	/* protects all four */
static DEFINE_MUTEX(start_lock);
static struct workqueue_struct *queue;
static struct dentry *dir;

/* The timer takes this lock in an interrupt, so everybody else must disable interrupts. */
static void note(struct place *place)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	place->calls++;
	place->interrupt = in_interrupt();
	place->thread = current->flags & PF_WQ_WORKER;
	place->may_sleep = !in_interrupt() && !irqs_disabled_flags(flags);
	spin_unlock_irqrestore(&lock, flags);
}

static void do_work(struct work_struct *work)
{
	note(&work_place);
	/* In the timer this would be a bug ("scheduling while atomic"). */
	msleep(1);
}
static DECLARE_WORK(work, do_work);

/* Delayed work: a timer that queues work. */
static void do_delayed(struct work_struct *work)
{
	note(&delayed_place);
}
static DECLARE_DELAYED_WORK(delayed, do_delayed);

/* Queueing work that is already queued does nothing, so it may run fewer times. */
static void tick(struct timer_list *timer)
{
	bool again;

	note(&timer_place);
	queue_work(queue, &work);
	spin_lock(&lock);
	again = left && --left;
	spin_unlock(&lock);
	/* A timer fires once; a periodic one rearms itself. */
	if (again)
		mod_timer(timer, jiffies + msecs_to_jiffies(10));
}
static DEFINE_TIMER(timer, tick);

static void stop(void)
{
	spin_lock_irq(&lock);
	left = 0;
	spin_unlock_irq(&lock);
	/* In this order: the timer queues the work. */
	timer_delete_sync(&timer);
	cancel_work_sync(&work);
	cancel_delayed_work_sync(&delayed);
}

static int start_set(void *unused, u64 n)
{
	if (n < 1 || n > MOST)
		return -ERANGE;
	mutex_lock(&start_lock);
	stop();
	spin_lock_irq(&lock);
	memset(&timer_place, 0, sizeof(timer_place));
	memset(&work_place, 0, sizeof(work_place));
	memset(&delayed_place, 0, sizeof(delayed_place));
	left = n;
	spin_unlock_irq(&lock);
	mod_timer(&timer, jiffies + msecs_to_jiffies(10));
	queue_delayed_work(queue, &delayed, msecs_to_jiffies(30));
	mutex_unlock(&start_lock);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(start_fops, NULL, start_set, "%llu\n");

static void show(struct seq_file *m, const char *what, const struct place *place)
{
	seq_printf(m, "%s: %s, %s\n", what, place->interrupt ? "in an interrupt" :
		   place->thread ? "in a worker thread" : "elsewhere",
		   place->may_sleep ? "may sleep" : "must not sleep");
}

static int where_show(struct seq_file *m, void *unused)
{
	struct place places[3];

	spin_lock_irq(&lock);
	places[0] = timer_place;
	places[1] = work_place;
	places[2] = delayed_place;
	spin_unlock_irq(&lock);
	show(m, "timer", &places[0]);
	show(m, "work", &places[1]);
	show(m, "delayed work", &places[2]);
	seq_printf(m, "the timer fired %lu times, delayed work ran %lu time(s)\n",
		   places[0].calls, places[2].calls);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(where);

static int __init km_deferred_init(void)
{
	/* schedule_work() uses a shared queue; a private one can be flushed and destroyed. */
	queue = alloc_workqueue(KBUILD_MODNAME, WQ_UNBOUND, 1);
	if (!queue)
		return -ENOMEM;
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file_unsafe("start", 0200, dir, NULL, &start_fops);
	debugfs_create_file("where", 0444, dir, NULL, &where_fops);
	return 0;
}

static void __exit km_deferred_exit(void)
{
	debugfs_remove(dir);
	/* Otherwise the timer would call code that has been unloaded. */
	stop();
	destroy_workqueue(queue);
}

module_init(km_deferred_init);
module_exit(km_deferred_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Timers and work queues");
