/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who signed the module, and whether the kernel would take it. */
#include <kmt/tui/details.h>

#include <string.h>

#include <kmt/check/signature.h>
#include <kmt/model/config.h>

#define INDENT 12

static void add_hex(struct kmt_doc *doc, const char *label, const unsigned char *bytes, size_t n)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (!n)
		return;
	for (size_t i = 0; i < n; i++)
		kmt_strbuf_addf(&text, "%s%02X", i ? ":" : "", bytes[i]);
	kmt_doc_wrap(doc, label, INDENT, KMT_ROLE_TEXT, kmt_strbuf_str(&text));
}

/* Why it cannot be read, without the path, which is known here. NULL if it can. */
static const char *problem(const struct kmt_details_entry *e, const struct kmt_model *m)
{
	const char *msg = e->facts.signature_err.msg;
	size_t n = strlen(m->root->path) + strlen(e->facts.module.path) + 2;

	return msg && strlen(msg) > n && !e->facts.has_signature ? msg + n : msg;
}

static void add_signature(
	const struct kmt_details_entry *e, const struct kmt_model *m, struct kmt_doc *doc)
{
	const struct kmt_signature *s = &e->facts.signature;
	const char *why = problem(e, m);

	if (!e->facts.has_signature) {
		kmt_doc_wrap(doc, "Signature", INDENT, why ? KMT_ROLE_BAD : KMT_ROLE_WARN, why ? why : "none");
		return;
	}
	kmt_doc_wrap(doc, "Signature", INDENT, KMT_ROLE_TEXT, s->id);
	if (s->signer_n) {
		kmt_autofree char *signer = kmt_strndup(s->signer, s->signer_n);

		kmt_doc_wrap(doc, "Signer", INDENT, KMT_ROLE_TEXT, signer);
	}
	add_hex(doc, "Key id", s->key, s->key_n);
	kmt_doc_wrap(doc, "Hash", INDENT, KMT_ROLE_TEXT, s->hash);
	if (why)
		kmt_doc_wrap(doc, "", INDENT, KMT_ROLE_WARN, why);
}

static const char *word(int value)
{
	return value < 0 ? "not known" : value ? "yes" : "no";
}

static void add_switches(const struct kmt_policy *p, struct kmt_doc *doc)
{
	kmt_autofree char *text = kmt_asprintf("sig_enforce: %s, lockdown: %s, modules_disabled: %s",
		word(p->sig_enforce), p->lockdown ? p->lockdown : "not known", word(p->modules_disabled));

	kmt_doc_wrap(doc, "Kernel", INDENT, KMT_ROLE_TEXT, text);
}

static void add_verification(const struct kmt_verification *check, struct kmt_doc *doc)
{
	const struct kmt_signer *s = check->signers;

	while (s->result != check->result)
		s++;
	kmt_doc_wrap(doc, "Verified", INDENT, s->result == KMT_VERIFY_GOOD ? KMT_ROLE_GOOD : KMT_ROLE_BAD,
		kmt_arena_printf(&doc->arena, "%s (%s)",
			s->result == KMT_VERIFY_GOOD ? "good" : "does not match the file", s->cert->from));
}

/* A loaded module whose signature the kernel could not check has the letter E. */
static void learn(const struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row)
{
	const struct kmt_signature *s = &e->facts.signature;
	kmt_autofree char *issuer = kmt_strndup(s->signer_n ? s->signer : "", s->signer_n);
	struct kmt_signer signer = {
		.issuer = issuer, .key = s->key, .key_n = s->key_n, .by_key_id = s->by_key_id};

	if (s->key_n && row->loaded && e->facts.same != KMT_OTHER_FILE)
		kmt_keyring_learn(&m->keys, &signer, !strchr(row->loaded->taint, 'E'));
}

static void add_verdict(const struct kmt_details_entry *e, struct kmt_model *m,
	const struct kmt_list_row *row, struct kmt_doc *doc)
{
	static const enum kmt_role roles[] = {
		[KMT_ANSWER_LOADS] = KMT_ROLE_GOOD,
		[KMT_ANSWER_TAINTS] = KMT_ROLE_WARN,
		[KMT_ANSWER_DEPENDS] = KMT_ROLE_WARN,
		[KMT_ANSWER_REFUSED] = KMT_ROLE_BAD,
	};
	struct kmt_policy policy = m->policy;
	struct kmt_sigverdict verdict;
	struct kmt_sigfacts facts;

	if (!m->tried_keys)
		kmt_keyring_read(m->root, &m->keys);
	m->tried_keys = true;
	if (e->facts.has_signature)
		learn(e, m, row);
	if (kmt_sigfacts_read(e->facts.ko, &m->keys, &doc->arena, &facts, NULL) < 0)
		return;
	if (facts.verified && facts.check.result <= KMT_VERIFY_BAD)
		add_verification(&facts.check, doc);
	policy.module_blacklisted = kmt_config_kernel_blacklisted(&m->list.snap, row->name);
	kmt_check_signature(&policy, &facts, &doc->arena, &verdict);
	kmt_doc_wrap(doc, "Verdict", INDENT, roles[verdict.answer], verdict.text);
}

void kmt_tab_sig(struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row,
	struct kmt_doc *doc)
{
	if (kmt_details_no_file(e, m, row, doc))
		return;
	if (!e->facts.module.path) {
		kmt_doc_line(doc, NULL);
		kmt_doc_add(doc, KMT_ROLE_DIM,
			"The module is built in: the signature of the kernel image covers it.");
		return;
	}
	add_signature(e, m, doc);
	kmt_doc_line(doc, NULL);
	if (!m->list.snap.running || !m->list.snap.has_kernel) {
		kmt_doc_wrap(doc, "Verdict", INDENT, KMT_ROLE_DIM,
			"This kernel is not running: its signature policy is unknown.");
		return;
	}
	add_switches(&m->policy, doc);
	add_verdict(e, m, row, doc);
}
