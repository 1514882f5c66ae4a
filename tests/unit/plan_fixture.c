/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_fixture.h"

#include <stdlib.h>

#include <kmt/base/alloc.h>

int machine_setup(void **state)
{
	struct machine *m = kmt_alloc(sizeof(*m));

	fixture_init(&m->files);
	m->fake = kmt_fake_new(m->files.dir);
	m->kernel = kmt_fake_kernel(m->fake);
	fixture_text(&m->files, "/m/a.ko", "\177ELF");
	fixture_text(&m->files, "/m/b.ko", "\177ELF");
	fixture_text(&m->files, "/m/c.ko", "\177ELF");
	*state = m;
	return 0;
}

int machine_teardown(void **state)
{
	struct machine *m = *state;

	kmt_outcome_free(&m->o);
	kmt_report_free(&m->report);
	kmt_vec_free(&m->plan.steps);
	kmt_fake_free(m->fake);
	fixture_clear(&m->files);
	free(m);
	return 0;
}
