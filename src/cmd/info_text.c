/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One module as lines: "key:" and a value from column 16 on, as modinfo prints it; with --raw the
 * name, the key and the value separated by tabs; with -F only values. What comes from .modinfo and
 * from the signature stands in modinfo's order, ours follows.
 */
#include "info_priv.h"

#include <stdio.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/out/list.h>
#include <kmt/out/params.h>
#include <kmt/out/settings.h>
#include <kmt/source/taint.h>

/* The table of parameters at the end of `kmtool info`. */

/* What the table can say besides what "parm:" lines do. */
struct table_has {
	bool defaults, live, configured, undeclared, unknown;
};

static struct table_has look_through(const struct kmt_modfacts *f)
{
	struct table_has has = {.undeclared = f->params.n > f->declared.rows.n};
	const struct kmt_param *p;

	kmt_vec_foreach (p, &f->params) {
		has.defaults |= p->default_value != NULL;
		has.live |= p->live != NULL;
		has.configured |= p->configured != NULL;
		has.unknown |= !p->known;
	}
	return has;
}

static void select_columns(struct table_has has, struct kmt_selection *out)
{
	kmt_autofree char *names = kmt_asprintf("name,type%s%s%s%s,description",
		has.defaults ? ",default" : "", has.live ? ",value,mode" : "",
		has.configured ? ",configured" : "", has.unknown ? ",note" : "");

	kmt_select(kmt_param_columns, names, NULL, out, NULL);
}

static void print_table(struct kmt_info_worker *w, struct table_has has)
{
	kmt_auto(kmt_selection_free) struct kmt_selection selection = {0};
	const struct kmt_rows_options options = {.format = KMT_FORMAT_TABLE};
	size_t n = w->facts.params.n;
	kmt_autofree const void **rows = kmt_realloc_array(NULL, n, sizeof(*rows));
	struct kmt_rows table = {
		.columns = kmt_param_columns, .rows = rows, .n = n, .ctx = &w->facts.arena};
	kmt_autofree char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	for (size_t i = 0; i < n; i++)
		rows[i] = &w->facts.params.v[i];
	fputc('\n', out);
	select_columns(has, &selection);
	kmt_rows_print(&table, &selection, &options, &w->request->style, out, NULL);
	fclose(out);
	kmt_strbuf_add(&w->out, text, size);
}

/* Appends the table of parameters to worker->out, if there is anything to show: then it returns
 * true. */
static bool params_table(struct kmt_info_worker *w)
{
	struct table_has has = look_through(&w->facts);
	bool wanted = has.live || has.configured || has.undeclared;

	if (wanted)
		print_table(w, has);
	return wanted;
}

#define VALUE_COLUMN 16
#define HEX_PER_LINE 20
#define CONTINUATION "\n\t\t"

/* Starts a line if KEY is asked for. */
static bool begin(struct kmt_info_worker *w, const char *key, size_t len)
{
	static const char blanks[VALUE_COLUMN] = "               ";
	const char *field = w->request->field;

	if (field && (strlen(field) != len || memcmp(field, key, len) != 0))
		return false;
	if (w->request->format == KMT_INFO_RAW) {
		kmt_escape_text(&w->out, w->facts.module.name, strlen(w->facts.module.name));
		kmt_strbuf_addc(&w->out, '\t');
		kmt_escape_text(&w->out, key, len);
		kmt_strbuf_addc(&w->out, '\t');
	} else if (!field) {
		kmt_escape_text(&w->out, key, len);
		kmt_strbuf_addc(&w->out, ':');
		if (len < VALUE_COLUMN - 1)
			kmt_strbuf_add(&w->out, blanks, VALUE_COLUMN - 1 - len);
	}
	return true;
}

static void end(struct kmt_info_worker *w)
{
	kmt_strbuf_addc(&w->out, '\n');
}

/* Many descriptions have several lines: line breaks stay, but what follows one starts with a blank,
 * so that no value looks like another field. */
static void add_value(struct kmt_info_worker *w, const char *s, size_t n)
{
	if (w->request->format == KMT_INFO_RAW) {
		kmt_escape_text(&w->out, s, n);
		return;
	}
	while (n) {
		size_t run = 0;

		while (run < n && s[run] != '\n' && s[run] != '\t')
			run++;
		kmt_escape_text(&w->out, s, run);
		s += run;
		n -= run;
		if (!n)
			break;
		if (*s == '\t' || n == 1 || s[1] == ' ' || s[1] == '\t')
			kmt_strbuf_addc(&w->out, *s);
		else
			kmt_strbuf_addstr(&w->out, CONTINUATION);
		s++;
		n--;
	}
}

static void put(struct kmt_info_worker *w, const char *key, const char *value)
{
	if (!begin(w, key, strlen(key)))
		return;
	add_value(w, value, strlen(value));
	end(w);
}

static void put_hex(struct kmt_info_worker *w, const char *key, const unsigned char *p, size_t n)
{
	if (!n || !begin(w, key, strlen(key)))
		return;
	kmt_text_hex(&w->out, p, n, w->request->format == KMT_INFO_TEXT ? HEX_PER_LINE : n, CONTINUATION);
	end(w);
}

static void put_filename(struct kmt_info_worker *w)
{
	const struct kmt_modref *module = &w->facts.module;

	if (!module->path) {
		put(w, "name", module->name);
		if (module->builtin)
			put(w, "filename", "(builtin)");
		return;
	}
	if (!begin(w, "filename", strlen("filename")))
		return;
	add_value(w, w->request->snap->root->path, strlen(w->request->snap->root->path));
	add_value(w, module->path, strlen(module->path));
	end(w);
}

static void put_fields(struct kmt_info_worker *w)
{
	const struct kmt_modinfo_field *field;

	kmt_vec_foreach (field, &w->facts.fields.fields) {
		bool param = kmt_modinfo_is(field, "parm") || kmt_modinfo_is(field, "parmtype");

		/* Parameters are put together below, unless a raw half is asked for by name. */
		if (param && (!w->request->field || kmt_modinfo_is(field, "parm")))
			continue;
		if (!begin(w, field->key, field->key_len))
			continue;
		add_value(w, field->value, field->value_len);
		end(w);
	}
}

static void put_signature(struct kmt_info_worker *w)
{
	const struct kmt_signature *sig = &w->facts.signature;

	if (!w->facts.has_signature)
		return;
	put(w, "sig_id", sig->id);
	if (begin(w, "signer", strlen("signer"))) {
		add_value(w, sig->signer, sig->signer_n);
		end(w);
	}
	put_hex(w, "sig_key", sig->key, sig->key_n);
	put(w, "sig_hashalgo", sig->hash);
	/* A person at a terminal has no use for 20 lines of hex. */
	if (!w->request->style.terminal || w->request->field || w->request->format == KMT_INFO_RAW ||
		w->request->env->g.verbose)
		put_hex(w, "signature", sig->value, sig->value_n);
}

/* What modinfo does not show: only where it is not the usual, or asked for. */
static void put_signature_more(struct kmt_info_worker *w)
{
	const struct kmt_signature *sig = &w->facts.signature;
	char signers[16];

	if (!w->facts.has_signature)
		return;
	if (w->request->field || (strcmp(sig->algo, "RSA") != 0 && strcmp(sig->algo, "unknown") != 0))
		put(w, "sig_algo", sig->algo);
	snprintf(signers, sizeof(signers), "%u", sig->signers);
	if (sig->signers > (w->request->field ? 0 : 1))
		put(w, "sig_signers", signers);
}

/* modinfo's order: the last parameter first. A type without a description looks different when it
 * is asked for by -F. */
static void put_params(struct kmt_info_worker *w)
{
	const struct kmt_modinfo_params *params = &w->facts.declared;

	for (size_t i = params->rows.n; i-- > 0;) {
		const struct kmt_modinfo_param *p = &params->rows.v[i];
		bool both = p->description || w->request->field;

		if (!begin(w, "parm", strlen("parm")))
			return;
		add_value(w, p->name, p->name_len);
		kmt_strbuf_addc(&w->out, ':');
		if (p->description)
			add_value(w, p->description, strlen(p->description));
		if (p->type) {
			kmt_strbuf_addstr(&w->out, both ? " (" : "");
			add_value(w, p->type, strlen(p->type));
			kmt_strbuf_addstr(&w->out, both ? ")" : "");
		}
		end(w);
	}
}

static void put_copy(struct kmt_info_worker *w)
{
	const struct kmt_modfacts *f = &w->facts;

	if (!begin(w, "loaded-copy", strlen("loaded-copy")))
		return;
	if (f->same == KMT_SAME_FILE)
		kmt_strbuf_addf(&w->out, "this file (same %s)", f->same_by);
	else if (f->same == KMT_OTHER_FILE)
		kmt_strbuf_addf(&w->out, "another file (%s differs)", f->same_by);
	else if (f->has_file)
		kmt_strbuf_addstr(
			&w->out, "unknown (the kernel shows neither build-id nor srcversion)");
	else
		kmt_strbuf_addstr(&w->out, "no file has this name");
	end(w);
}

static void put_loaded(struct kmt_info_worker *w)
{
	const struct kmt_procmod *m = w->facts.loaded;

	if (!m || !(w->request->parts & KMT_FACTS_LOADED))
		return;
	put(w, "loaded-state", kmt_state_word(m->state));
	if (!m->refs_unknown && begin(w, "loaded-refs", strlen("loaded-refs"))) {
		kmt_strbuf_addf(&w->out, "%lld", (long long)m->refs);
		end(w);
	}
	if (m->holders.n && begin(w, "loaded-holders", strlen("loaded-holders"))) {
		for (size_t i = 0; i < m->holders.n; i++) {
			kmt_strbuf_addstr(&w->out, i ? "," : "");
			add_value(w, m->holders.v[i], strlen(m->holders.v[i]));
		}
		end(w);
	}
	if (*m->taint)
		put(w, "loaded-taint", m->taint);
	put_copy(w);
}

/* "O: an out-of-tree module was loaded", for each letter of its own. */
static void put_taint(struct kmt_info_worker *w)
{
	const struct kmt_procmod *m = w->facts.loaded;

	for (const char *letter = m ? m->taint : ""; *letter; letter++) {
		const struct kmt_taint *t = kmt_taint_find(*letter);

		if (t && begin(w, "taint", strlen("taint"))) {
			kmt_strbuf_addf(&w->out, "%c: %s", t->letter, t->meaning);
			end(w);
		}
	}
}

static void put_drives(struct kmt_info_worker *w)
{
	const struct kmt_user *user;

	kmt_vec_foreach (user, &w->facts.drives.rows) {
		kmt_autostrbuf struct kmt_strbuf detail = KMT_STRBUF_INIT;

		if (!begin(w, "drives", strlen("drives")))
			return;
		if (user->detail)
			kmt_strbuf_addf(&detail, " (%s)", user->detail);
		kmt_strbuf_addf(&w->out, "%s ", kmt_user_kind_name(user->kind));
		add_value(w, user->what, strlen(user->what));
		add_value(w, kmt_strbuf_str(&detail), detail.len);
		end(w);
	}
}

static void put_copies(struct kmt_info_worker *w)
{
	const struct kmt_modcopy *copy;

	kmt_vec_foreach (copy, &w->facts.copies) {
		if (!begin(w, "copies", strlen("copies")))
			return;
		add_value(w, w->request->snap->root->path, strlen(w->request->snap->root->path));
		add_value(w, copy->path, strlen(copy->path));
		kmt_strbuf_addf(&w->out, " (%s%s)", copy->chosen ? "modprobe loads it" : "shadowed",
			copy->loaded == KMT_SAME_FILE	 ? ", loaded now"
			: copy->loaded == KMT_OTHER_FILE ? ", not the loaded one"
							 : "");
		end(w);
	}
}

static void put_config(struct kmt_info_worker *w)
{
	const struct kmt_config_line *line;

	kmt_vec_foreach (line, &w->facts.config) {
		const char *origin = kmt_origin_text(&line->origin, &w->facts.arena);

		put(w, "config", kmt_arena_printf(&w->facts.arena, "%s: %s", origin, line->text));
		if (line->setting)
			put(w, "config-effect", kmt_setting_effect_text(line->setting, &w->facts.arena));
	}
}

void kmt_info_write(struct kmt_info_worker *w)
{
	put_filename(w);
	put_fields(w);
	put_hex(w, "build-id", w->facts.build_id, w->facts.build_id_n);
	put_signature(w);
	put_params(w);
	put_signature_more(w);
	put_loaded(w);
	put_taint(w);
	put_drives(w);
	put_copies(w);
	put_config(w);
	/* An empty line sets the table off from the next module. */
	if (w->request->table && params_table(w) && !w->item->last)
		kmt_strbuf_addc(&w->out, '\n');
}
