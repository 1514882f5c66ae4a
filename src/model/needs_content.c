/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what is recognised on a disk to the requests that the kernel, or who sets it up, makes for it. */
#include "needs_priv.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <kmt/source/fsfeatures.h>
#include <kmt/source/luks.h>
#include <kmt/source/lvm.h>
#include <kmt/source/mdraid.h>

/* Where the contents of a place are. */
struct content {
	struct kmt_needs *needs;
	struct kmt_needs_place *place;
	const struct kmt_disk_content *c;
	int fd;
	const char *volume;
	struct kmt_err *err;
};

static int ask(const struct content *at, enum kmt_need_kind kind, bool optional, const char *request,
	const char *why)
{
	return kmt_needs_request(at->needs, at->place,
		(struct kmt_needs_request){.kind = kind, .optional = optional, .quiet = optional}, request, why,
		at->err);
}

/* Ciphers of dm-crypt: "aes-xts-plain64", "aes-cbc-essiv:sha256", "capi:xts(aes)-plain64". */

/* Ways to number the sectors: of dm-crypt itself, no algorithms. */
static bool is_builtin_iv(const char *word)
{
	static const char *const words[] = {"plain", "plain64", "plain64be", "benbi", "null", "lmk", "tcw", "random",
		"eboiv", "elephant", "capi", "none", "aead"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(words); i++)
		if (!strcmp(words[i], word))
			return true;
	return false;
}

static int ask_cipher(const struct content *at, const char *word, const char *what)
{
	/* What a mode is made of in the kernel, besides the cipher. */
	static const char *const parts[][2] = {{"xts", "ecb"}, {"adiantum", "nhpoly1305"}, {"gcm", "ghash"},
		{"gcm", "ctr"}, {"lrw", "ecb"}};
	kmt_autofree char *request = kmt_asprintf("crypto-%s", word);
	int r = ask(at, KMT_NEED_CRYPTO, false, request, what);

	for (size_t i = 0; r >= 0 && i < KMT_ARRAY_SIZE(parts); i++) {
		kmt_autofree char *part = kmt_asprintf("crypto-%s", parts[i][1]);

		if (!strcmp(parts[i][0], word))
			r = ask(at, KMT_NEED_CRYPTO, true, part, what);
	}
	return r;
}

/* HOW: "encrypted with". */
static int ask_ciphers(const struct content *at, const char *how, const char *spec)
{
	const char *what = kmt_arena_printf(&at->needs->arena, "%s %s", how, spec);
	kmt_autofree char *words = kmt_strdup(spec);
	char *save = NULL;
	int r = 0;

	for (char *word = strtok_r(words, "-:,()", &save); word && r >= 0; word = strtok_r(NULL, "-:,()", &save))
		if (!is_builtin_iv(word) && !isdigit((unsigned char)*word))
			r = ask_cipher(at, word, what);
	return r;
}

static int ask_luks(const struct content *at)
{
	struct kmt_luks luks;
	int r = ask(at, KMT_NEED_STORAGE, false, "dm-crypt", "encrypted with LUKS"), damaged;

	if (r < 0)
		return r;
	damaged = kmt_luks_read(at->fd, at->c->at, &at->needs->arena, &luks);
	if (damaged)
		kmt_needs_note(at->needs, "%s: the LUKS header is damaged: ciphers are not known", at->place->name);
	for (size_t i = 0; r >= 0 && i < luks.ciphers.n; i++)
		r = ask_ciphers(at, "encrypted with", luks.ciphers.v[i]);
	for (size_t i = 0; r >= 0 && i < luks.integrity.n; i++) {
		r = ask(at, KMT_NEED_STORAGE, false, "dm-integrity", "LUKS with integrity");
		r = r < 0 ? r : ask(at, KMT_NEED_CRYPTO, false, "crypto-authenc", "LUKS with integrity");
		r = r < 0 ? r : ask_ciphers(at, "authenticated with", luks.integrity.v[i]);
	}
	if (r >= 0)
		r = ask(at, KMT_NEED_CRYPTO, true, "algif-skcipher", "cryptsetup may open key slots with it");
	kmt_luks_free(&luks);
	return r;
}

static int ask_bitlocker(const struct content *at)
{
	int r = ask(at, KMT_NEED_STORAGE, false, "dm-crypt", "encrypted with BitLocker");

	r = r < 0 ? r : ask_ciphers(at, "BitLocker may use", "aes-xts-plain64");
	return r < 0 ? r : ask_ciphers(at, "BitLocker may use", "aes-cbc-eboiv");
}

/* Segments of logical volumes: the device-mapper target of each. */

static const struct {
	const char *prefix; /* of the segment's type */
	const char *request;
} segments[] = {
	{"thin", "dm-thin-pool"},
	{"cache", "dm-cache"},
	{"cache", "dm-cache-smq"},
	{"raid", "dm-raid"},
	{"mirror", "dm-mirror"},
	{"snapshot", "dm-snapshot"},
	{"writecache", "dm-writecache"},
	{"integrity", "dm-integrity"},
	{"vdo", "dm-vdo"},
	{"zero", "dm-zero"},
};

static int ask_segment(const struct content *at, const char *type)
{
	const char *why = kmt_arena_printf(&at->needs->arena, "a logical volume of type %s", type);
	int r = 0;

	for (size_t i = 0; r >= 0 && i < KMT_ARRAY_SIZE(segments); i++)
		if (!strncmp(type, segments[i].prefix, strlen(segments[i].prefix)))
			r = ask(at, KMT_NEED_STORAGE, false, segments[i].request, why);
	/* "raid5_ls" is level 5 in one of its layouts. */
	if (r >= 0 && !strncmp(type, "raid", 4) && isdigit((unsigned char)type[4])) {
		kmt_autofree char *request =
			kmt_asprintf("md-level-%.*s", (int)strspn(type + 4, "0123456789"), type + 4);

		r = ask(at, KMT_NEED_STORAGE, false, request, why);
	}
	return r;
}

static int ask_lvm(const struct content *at)
{
	struct kmt_strv types = {0};
	struct kmt_lvm lvm;
	int r = ask(at, KMT_NEED_STORAGE, false, "dm-mod", "physical volume of LVM");
	int damaged = kmt_lvm_read(at->fd, at->c->at, &at->needs->arena, &lvm);

	if (damaged)
		kmt_needs_note(at->needs, "%s: %s: types of logical volumes are not known", at->place->name,
			damaged == -ENOENT ? "it has no LVM metadata" : "its LVM metadata is damaged");
	else if (lvm.disks > 1)
		kmt_needs_note(at->needs, "%s is one of %zu physical volumes of group %s: all are needed",
			at->place->name, lvm.disks, lvm.group);
	kmt_lvm_types(&lvm, at->volume, &types);
	for (size_t i = 0; r >= 0 && i < types.n; i++)
		r = ask_segment(at, types.v[i]);
	kmt_vec_free(&types);
	kmt_lvm_free(&lvm);
	return r;
}

static int ask_md(const struct content *at)
{
	struct kmt_mdraid md;
	kmt_autofree char *request = NULL;
	const char *why;
	int r = kmt_mdraid_read(at->fd, at->c->at, at->c->size, &md);

	if (r) {
		kmt_needs_note(at->needs, "%s: the RAID superblock is damaged: its level is not known", at->place->name);
		return ask(at, KMT_NEED_STORAGE, false, "md-mod", "member of a RAID");
	}
	request = kmt_asprintf("md-level-%d", md.level);
	why = kmt_arena_printf(&at->needs->arena, "member of a RAID of level %d, %u disks", md.level, md.disks);
	return ask(at, KMT_NEED_STORAGE, false, request, why);
}

static int ask_swap(const struct content *at)
{
	if (at->c->type && !strcmp(at->c->type, "swsuspend"))
		kmt_needs_note(at->needs,
			"%s holds the image of a hibernated system: reading it back needs no module, but the drivers of "
			"the disk before the root filesystem is mounted",
			at->place->name);
	return 0;
}

static int ask_journal(const struct content *at)
{
	kmt_needs_note(at->needs, "%s is the journal of an ext4 on another device", at->place->name);
	return 0;
}

static int ask_other_member(const struct content *at)
{
	kmt_needs_note(at->needs, "%s is a member of firmware RAID (%s): mdadm tells the level, not the superblock",
		at->place->name, at->c->type);
	return ask(at, KMT_NEED_STORAGE, false, "md-mod", "member of a firmware RAID");
}

static int ask_zfs(const struct content *at)
{
	int r = ask(at, KMT_NEED_FS, false, "zfs", "member of a ZFS pool");

	if (!r && at->needs->with & 1u << KMT_NEED_FS)
		kmt_needs_note(at->needs, "zfs is an out-of-tree module: install it for kernel %s",
			at->needs->snap->version);
	return r;
}

/* Types that are no filesystems, by libblkid's names. */
static const struct {
	const char *type;
	const char *request, *why; /* NULL: ASK tells */
	int (*ask)(const struct content *at);
} members[] = {
	{"crypto_LUKS", .ask = ask_luks},
	{"BitLocker", .ask = ask_bitlocker},
	{"LVM2_member", .ask = ask_lvm},
	{"linux_raid_member", .ask = ask_md},
	{"isw_raid_member", .ask = ask_other_member},
	{"ddf_raid_member", .ask = ask_other_member},
	{"swap", .ask = ask_swap},
	{"swsuspend", .ask = ask_swap},
	{"zfs_member", .ask = ask_zfs},
	{"bcache", "bcache", "backing or caching device of bcache", NULL},
	{"drbd", "drbd", "backing device of DRBD", NULL},
	{"DM_snapshot_cow", "dm-snapshot", "snapshot of device-mapper", NULL},
	{"DM_verity_hash", "dm-verity", "hash device of dm-verity", NULL},
	{"DM_integrity", "dm-integrity", "device of dm-integrity", NULL},
	{"dm_vdo", "dm-vdo", "device of dm-vdo", NULL},
	{"ubi", "ubi", "UBI volume", NULL},
	{"jbd", .ask = ask_journal},
};

/* Filesystems. */

static const char *const also[][2] = {{"ntfs", "fs-ntfs3"}, {"ntfs", "ntfs3"}, {"exfat", "exfat"}};

/* The driver: by the alias that mount(2) asks for, else by another that drives it too, else by its name. */
static int ask_driver(
	struct kmt_needs *needs, struct kmt_needs_place *place, const char *type, struct kmt_err *err)
{
	kmt_autofree char *request = kmt_asprintf("fs-%s", type);
	const char *why = kmt_arena_printf(&needs->arena, "its filesystem is %s", type);
	struct kmt_needs_request how = {.kind = KMT_NEED_FS, .quiet = true};
	int r = kmt_needs_request(needs, place, how, request, why, err);

	for (size_t i = 0; !r && i < KMT_ARRAY_SIZE(also); i++)
		if (!strcmp(also[i][0], type))
			r = kmt_needs_request(needs, place, how, also[i][1], why, err);
	if (!r)
		r = kmt_needs_request(needs, place, how, type, why, err);
	if (!r && !strcmp(type, "ntfs")) {
		r = kmt_needs_request(needs, place, how, "fs-fuse", "NTFS by ntfs-3g, a program of FUSE", err);
		if (r > 0)
			kmt_needs_note(needs, "kernel %s has no driver for NTFS: the program ntfs-3g is needed, too",
				needs->snap->version);
	}
	how.quiet = false;
	return r ? r : kmt_needs_request(needs, place, how, request, why, err);
}

int kmt_needs_filesystem(struct kmt_needs *needs, struct kmt_needs_place *place, const char *type,
	const char *options, struct kmt_err *err)
{
	int r = ask_driver(needs, place, type, err);

	return r < 0 ? r : kmt_needs_nls(needs, place, type, options, err);
}

static int ask_words(
	const struct content *at, const char *const *words, size_t n, bool optional, const char *why)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < n; i++)
		r = ask(at, KMT_NEED_CRYPTO, optional, words[i], why);
	return r;
}

static int ask_features(const struct content *at)
{
	/* fscrypt's usual modes; where no folder is encrypted none of them is asked for. */
	static const char *const fscrypt[] = {
		"crypto-xts", "crypto-cts", "crypto-cbc", "crypto-aes", "crypto-hmac", "crypto-sha512"};
	static const char *const verity[] = {"crypto-sha256"};
	struct kmt_fsfeatures f;
	kmt_autofree char *request = NULL;
	int r = kmt_fsfeatures_read(at->fd, at->c->at, at->c->type, &f);

	if (r)
		return 0;
	if (f.checksum) {
		request = kmt_asprintf("crypto-%s", f.checksum);
		r = ask(at, KMT_NEED_CRYPTO, false, request,
			kmt_arena_printf(&at->needs->arena, "checksums of btrfs are %s", f.checksum));
	}
	if (r >= 0 && f.encrypt)
		r = ask_words(at, fscrypt, KMT_ARRAY_SIZE(fscrypt), true, "folders may be encrypted");
	if (r >= 0 && f.verity)
		r = ask_words(at, verity, KMT_ARRAY_SIZE(verity), true, "files may have fs-verity");
	if (r >= 0 && f.casefold)
		r = ask(at, KMT_NEED_FS, true, "utf8data", "names may ignore case");
	if (f.devices > 1)
		kmt_needs_note(at->needs, "%s is one of %llu devices of a btrfs: all are needed", at->place->name,
			(unsigned long long)f.devices);
	if (f.external_journal)
		kmt_needs_note(at->needs, "%s has its journal on another device, which is needed, too",
			at->place->name);
	return r;
}

static int ask_type(const struct content *at, const char *options)
{
	const char *type = at->place->fstype;
	int r;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(members); i++) {
		if (strcmp(members[i].type, type) != 0)
			continue;
		if (!members[i].ask)
			return ask(at, KMT_NEED_STORAGE, false, members[i].request, members[i].why);
		return members[i].ask(at);
	}
	if (at->c->usage && strcmp(at->c->usage, "filesystem") != 0) {
		kmt_needs_note(at->needs, "%s is %s: which modules that needs is not known here", at->place->name, type);
		return 0;
	}
	r = kmt_needs_filesystem(at->needs, at->place, type, options, at->err);
	return r < 0 ? r : ask_features(at);
}

/* "gpt, 3 partitions", "Linux filesystem: ext4 1.0", "crypto_LUKS 2". */
static void describe(struct kmt_needs *needs, struct kmt_needs_place *place, const struct kmt_disk_content *c,
	size_t n_parts)
{
	const struct kmt_disk_part *part = place->part;
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (part)
		kmt_strbuf_addf(&text, "%s%s: ", part->what || !part->type ? "" : "type ",
			part->what ? part->what : part->type ? part->type : "partition");
	if (place->pttype)
		kmt_strbuf_addf(&text, "%s, %zu partition%s", place->pttype, n_parts, n_parts == 1 ? "" : "s");
	if (c->type)
		kmt_strbuf_addf(&text, "%s%s%s%s", place->pttype ? ", " : "", c->type, c->version ? " " : "",
			c->version ? c->version : "");
	else if (!place->pttype && !c->found.n)
		kmt_strbuf_addstr(&text, "nothing recognised");
	place->what = kmt_arena_strdup(&needs->arena, kmt_strbuf_str(&text));
}

static void tell_ambiguous(
	struct kmt_needs *needs, struct kmt_needs_place *place, const struct kmt_disk_content *c)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;

	for (size_t i = 0; i < c->found.n; i++)
		kmt_strbuf_item(&list, ", ", "%s", c->found.v[i]);
	kmt_needs_fail(needs, place, KMT_NEEDS_UNCLEAR, "several signatures: %s", kmt_strbuf_str(&list));
	place->hint = kmt_arena_printf(
		&needs->arena, "'wipefs %s' lists them: the one that is left over has to be removed", place->name);
}

/* What the contents of a place need. */
static int add_content(struct kmt_needs *needs, struct kmt_needs_place *place, int fd, size_t n_parts,
	const char *volume, struct kmt_err *err)
{
	const struct kmt_disk_content *c = place->content;
	const struct content at = {needs, place, c, fd, volume, err};
	int r = 0;

	place->fstype = c->type;
	describe(needs, place, c, n_parts);
	if (c->found.n)
		tell_ambiguous(needs, place, c);
	else if (c->type)
		r = ask_type(&at, kmt_needs_options(needs, place, NULL));
	return r < 0 ? r : 0;
}

static int add_parts(struct kmt_needs *needs, const struct kmt_needs_place *whole,
	const struct kmt_disk *disk, int fd, struct kmt_err *err)
{
	const struct kmt_disk_part *part;
	int r = 0;

	kmt_vec_foreach (part, &disk->parts) {
		kmt_autofree char *name = kmt_asprintf("p%u", part->number);
		struct kmt_needs_place *place;

		if (r < 0)
			break;
		place = kmt_needs_place_new(needs, whole, name);
		place->part = part;
		place->content = &part->content;
		r = add_content(needs, place, fd, 0, NULL, err);
		if (!r && part->content.at + part->content.size > disk->content.size)
			kmt_needs_note(needs, "%s: %s ends behind the end of it: the image is cut", whole->name, name);
	}
	if (disk->n_entries > KMT_DISK_PARTS_MAX)
		kmt_needs_note(needs, "%s: the table has %zu partitions: the kernel takes the first %d", whole->name,
			disk->n_entries, KMT_DISK_PARTS_MAX);
	return r;
}

int kmt_needs_probe(struct kmt_needs *needs, struct kmt_needs_place *place, int fd, bool partitions,
	const char *volume, struct kmt_err *err)
{
	struct kmt_disk *disk = KMT_ARENA_NEW(&needs->arena, struct kmt_disk);
	kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
	int r = kmt_disk_probe(fd, &needs->arena, disk, &why);

	if (r == -EOPNOTSUPP)
		return kmt_err_copy(err, &why);
	if (r) {
		kmt_needs_fail(needs, place, KMT_NEEDS_UNRECOGNISED, "%s", why.msg);
		return 0;
	}
	kmt_vec_push(&needs->state->disks, disk);
	place->content = &disk->content;
	place->pttype = disk->pttype;
	if (disk->damaged)
		kmt_needs_fail(needs, place, KMT_NEEDS_UNRECOGNISED, "its partition table (gpt) is damaged");
	r = add_content(needs, place, fd, disk->parts.n, volume, err);
	return r || !partitions ? r : add_parts(needs, place, disk, fd, err);
}
