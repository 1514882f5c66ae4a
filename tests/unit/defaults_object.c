/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parameters of a module as the kernel's headers would lay them out (linux/moduleparam.h), in an object
 * file: for kofile_defaults_test. What is undefined here is the kernel's.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *value, const void *param);
	int (*get)(char *buffer, const void *param);
	void (*free)(void *arg);
};

struct kparam_string {
	unsigned int maxlen;
	const char *string;
};

struct kparam_array {
	unsigned int max, elemsize;
	const unsigned int *num;
	const struct kernel_param_ops *ops;
	const void *elem;
};

struct kernel_param {
	const char *name;
	const void *mod;
	const struct kernel_param_ops *ops;
	uint16_t perm;
	int8_t level;
	uint8_t flags;
	const void *arg;
};

extern const char __this_module[];
extern const struct kernel_param_ops param_ops_bool, param_ops_invbool, param_ops_bint, param_ops_byte,
	param_ops_short, param_ops_ushort, param_ops_int, param_ops_uint, param_ops_long, param_ops_ulong,
	param_ops_ullong, param_ops_hexint, param_ops_charp, param_ops_string, param_array_ops;
int param_get_uint(char *buffer, const void *param);
int own_get(char *buffer, const void *param);

#define PARAM_OF(NAME, OPS, ARG) \
	static const struct kernel_param NAME##_param __attribute__((used, section("__param"), aligned(sizeof(void *)))) = { \
		.name = #NAME, .mod = __this_module, .ops = OPS, .perm = 0644, .level = -1, .arg = ARG}
#define PARAM(NAME, TYPE, C, ...) \
	static C NAME __attribute__((used)) = __VA_ARGS__; \
	PARAM_OF(NAME, &param_ops_##TYPE, &NAME)

PARAM(yes, bool, bool, true);
PARAM(no, bool, bool, false); /* in .bss */
PARAM(inverted, invbool, bool, true);
PARAM(bint, bint, int, -1);
PARAM(byte, byte, unsigned char, 255);
PARAM(small, short, short, -32768);
PARAM(small_u, ushort, unsigned short, 65535);
PARAM(number, int, int, -2147483647);
PARAM(zero, int, int, 0);
PARAM(number_u, uint, unsigned int, 4294967295U);
PARAM(wide, long, long, -5);
PARAM(wide_u, ulong, unsigned long, 5);
PARAM(widest, ullong, unsigned long long, 18446744073709551615ULL);
PARAM(hex, hexint, int, 0x1f);
PARAM(text, charp, const char *, "two words");
PARAM(no_text, charp, const char *, NULL);

static const char buffer[16] = "in place";
static const struct kparam_string string_place = {sizeof(buffer), buffer};
PARAM_OF(string, &param_ops_string, &string_place);

static const int numbers[] = {3, -1, 0, 0};
static const struct kparam_array all_numbers = {4, sizeof(numbers[0]), NULL, &param_ops_int, numbers};
PARAM_OF(array, &param_array_ops, &all_numbers);
static const unsigned int two = 2, none;
static const struct kparam_array some_numbers = {4, sizeof(numbers[0]), &two, &param_ops_int, numbers};
PARAM_OF(array_of_two, &param_array_ops, &some_numbers);
static const struct kparam_array no_numbers = {4, sizeof(numbers[0]), &none, &param_ops_int, numbers};
PARAM_OF(array_of_none, &param_array_ops, &no_numbers);
static const char *const texts[] = {"a", NULL};
static const struct kparam_array text_array = {2, sizeof(texts[0]), NULL, &param_ops_charp, texts};
PARAM_OF(array_of_texts, &param_array_ops, &text_array);

/* Functions of the module's own: to set it, to show it. */
static const struct kernel_param_ops checked_ops = {.get = param_get_uint};
static unsigned int checked __attribute__((used)) = 7;
PARAM_OF(checked, &checked_ops, &checked);
static const struct kernel_param_ops own_ops = {.get = own_get};
PARAM_OF(own, &own_ops, &checked);
static const struct kparam_array own_array = {4, sizeof(numbers[0]), NULL, &own_ops, numbers};
PARAM_OF(array_of_own, &param_array_ops, &own_array);
PARAM_OF(nowhere, &param_ops_int, NULL);
/* Longer than the variable. */
static const char tail[] __attribute__((used, section(".rodata.tail"))) = {'x', 'y'};
PARAM_OF(beyond, &param_ops_int, tail);
PARAM_OF(endless, &param_ops_string, &((const struct kparam_string){sizeof(tail), tail}));
