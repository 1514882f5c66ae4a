// SPDX-License-Identifier: GPL-2.0-only
/*
 * km_wait: processes that sleep: on a wait queue until a condition is true, on a completion
 * until a job is done.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/wait.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static atomic_t tokens;
static struct dentry *dir;

/* Takes a token, if one is left. */
static bool take_token(void)
{
	return atomic_dec_if_positive(&tokens) >= 0;
}

/*
 * The macro checks the condition before sleeping and after every wake-up: a wake-up does not
 * mean that it is true. "Interruptible": a signal ends the sleep, so Ctrl-C works.
 */
static int token_show(struct seq_file *m, void *unused)
{
	if (wait_event_interruptible(queue, take_token()))
		return -ERESTARTSYS;
	seq_printf(m, "a token, %d left\n", atomic_read(&tokens));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(token);

/* The same with a timeout. */
static int token_soon_show(struct seq_file *m, void *unused)
{
	long left = wait_event_interruptible_timeout(queue, take_token(), msecs_to_jiffies(200));

	if (left < 0)
		return left;
	seq_puts(m, left ? "a token\n" : "no token after 200 ms\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(token_soon);

/* Make the condition true before the wake-up, or the sleeper misses it and sleeps on. */
static int give_set(void *unused, u64 n)
{
	atomic_add(clamp_t(u64, n, 0, 1000), &tokens);
	wake_up_interruptible(&queue);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(give_fops, NULL, give_set, "%llu\n");

/* A job for a thread; the completion signals its end. */
struct job {
	struct completion done;
	int number, square;
	char worker[TASK_COMM_LEN];
};

static int work(void *data)
{
	struct job *job = data;

	/* Sleeps for at least 20 ms; mdelay() would keep the CPU busy. */
	msleep(20);
	job->square = job->number * job->number;
	get_task_comm(job->worker, current);
	/*
	 * After the completion the job is gone, and the module may be unloaded: the thread must
	 * not return into its code.
	 */
	kthread_complete_and_exit(&job->done, 0);
}

/*
 * The job is on the stack of this function, so the wait must not end before the thread is done:
 * it is not interruptible.
 */
static int job_show(struct seq_file *m, void *unused)
{
	struct job job = { .number = 7 };
	struct task_struct *thread;

	init_completion(&job.done);
	thread = kthread_run(work, &job, "km_wait_worker");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	wait_for_completion(&job.done);
	seq_printf(m, "%s: %d * %d = %d\n", job.worker, job.number, job.number, job.square);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(job);

static int __init km_wait_init(void)
{
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("token", 0444, dir, NULL, &token_fops);
	debugfs_create_file("token_soon", 0444, dir, NULL, &token_soon_fops);
	debugfs_create_file_unsafe("give", 0200, dir, NULL, &give_fops);
	debugfs_create_file("job", 0444, dir, NULL, &job_fops);
	return 0;
}

static void __exit km_wait_exit(void)
{
	/* Waits for processes that are still in one of the files. */
	debugfs_remove(dir);
}

module_init(km_wait_init);
module_exit(km_wait_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The kmtool authors");
MODULE_DESCRIPTION("Wait queues and completions");
