/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine on which a plan is run: module files a, b and c below /m, and a fake kernel. */
#ifndef KMT_TESTS_PLAN_FIXTURE_H
#define KMT_TESTS_PLAN_FIXTURE_H

#include <kmt/explain/outcome.h>
#include <kmt/plan/exec.h>

#include "fixture.h"
#include "kernel_fake.h"

struct machine {
	struct fixture files;
	struct kmt_fake *fake;
	struct kmt_kernel kernel;
	struct kmt_plan plan; /* no steps yet; what they point to is the test's */
	struct kmt_exec_options opts;
	struct kmt_report report;
	struct kmt_outcome o; /* of the run, if the test makes one */
};

/* For cmocka: *STATE is a struct machine. */
int machine_setup(void **state);
int machine_teardown(void **state);

#endif
