# SPDX-License-Identifier: GPL-2.0-or-later

# KMT_PROG_CC_C11: the code is C11 with GNU extensions (cleanup attribute, statement expressions).
AC_DEFUN([KMT_PROG_CC_C11], [
	KMT_APPEND_CFLAG([KMT_CFLAGS], [-std=gnu11])
	AC_SUBST([KMT_CFLAGS])
	AC_SUBST([KMT_LDFLAGS])
])

# KMT_APPEND_CFLAG(VARIABLE, FLAG): adds FLAG to VARIABLE if the compiler takes it.
AC_DEFUN([KMT_APPEND_CFLAG], [
	AS_VAR_PUSHDEF([cachevar], [kmt_cv_cflag_$2])
	AC_CACHE_CHECK([whether $CC takes $2], [cachevar], [
		kmt_save_cflags=$CFLAGS
		CFLAGS="$CFLAGS -Werror $2"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM()], [AS_VAR_SET([cachevar], [yes])], [AS_VAR_SET([cachevar], [no])])
		CFLAGS=$kmt_save_cflags
	])
	AS_VAR_IF([cachevar], [yes], [$1="$$1 $2"])
	AS_VAR_POPDEF([cachevar])
])

# KMT_RELEASES(URL): the directory from which releases can be fetched; for packaging/recipe.
AC_DEFUN([KMT_RELEASES], [AC_SUBST([KMT_RELEASES_URL], ['$1'])])

# KMT_REPRODUCIBLE_DIST: what `make dist` packs with.
AC_DEFUN([KMT_REPRODUCIBLE_DIST], [
	am__tar='"$(srcdir)/packaging/tar-release" "$(srcdir)" "$$tardir"'
])

# KMT_NEEDED_INIT, KMT_NEEDED_LIB(VAR, PKG-SPEC, DEBIAN, FEDORA, ARCH, ALPINE), KMT_NEEDED_END: what every build
# needs. All that is missing is told at once, with the packages of four distributions that have it.
AC_DEFUN([KMT_NEEDED_INIT], [
	kmt_missing= kmt_debian= kmt_fedora= kmt_arch= kmt_alpine=
	AS_IF([test -z "$CC"], [
		AC_CHECK_TOOLS([kmt_cc], [gcc cc clang])
		AS_IF([test -z "$kmt_cc"],
			[KMT_MISSING([C compiler], [gcc libc6-dev make], [gcc make], [gcc make], [build-base])])
	])
	PKG_PROG_PKG_CONFIG([0.29])
	AS_IF([test -z "$PKG_CONFIG"],
		[KMT_MISSING([pkg-config], [pkg-config], [pkgconf-pkg-config], [pkgconf], [pkgconf])])
])

AC_DEFUN([KMT_MISSING], [
	kmt_missing="$kmt_missing $1," kmt_debian="$kmt_debian $2" kmt_fedora="$kmt_fedora $3"
	kmt_arch="$kmt_arch $4" kmt_alpine="$kmt_alpine $5"
])

AC_DEFUN([KMT_NEEDED_LIB], [
	PKG_CHECK_MODULES([$1], [$2], [], [KMT_MISSING([$2], [$3], [$4], [$5], [$6])])
])

AC_DEFUN([KMT_NEEDED_END], [
	AS_IF([test -n "$kmt_missing"], [AC_MSG_ERROR([not found:${kmt_missing%,}
	Debian, Ubuntu:  apt-get install$kmt_debian
	Fedora, RHEL:    dnf install$kmt_fedora
	Arch:            pacman -S$kmt_arch
	Alpine:          apk add$kmt_alpine
What else is useful (compressed modules, the browser, tests): tests/packages.sh])])
])

# KMT_OPTIONAL_LIB(NAME, VAR, PKG-SPEC, WHAT-FOR): --with-NAME=yes|no|auto. "yes" and missing is an
# error. Defines HAVE_VAR, and VAR_CFLAGS for the headers; the library itself is opened at run time.
AC_DEFUN([KMT_OPTIONAL_LIB], [
	AC_ARG_WITH([$1],
		[AS_HELP_STRING([--with-$1=yes|no|auto], [$4 (default: auto)])],
		[], [with_$1=auto])
	AS_IF([test "x$with_$1" != xno], [
		PKG_CHECK_MODULES([$2], [$3], [
			with_$1=yes
			AC_DEFINE([HAVE_$2], [1], [Define to 1 to support $4.])
		], [
			AS_IF([test "x$with_$1" = xyes], [AC_MSG_ERROR([--with-$1=yes was given, but $3 is missing])])
			with_$1=no
		])
	])
])

# KMT_STATIC_TOOLS: --enable-static-tools. Besides libc and libelf only what unpacks modules is linked, and only what
# there is an archive of.
AC_DEFUN([KMT_STATIC_TOOLS], [
	AC_ARG_ENABLE([static-tools],
		[AS_HELP_STRING([--enable-static-tools], [also build kmtool-kmod-static, the tools of kmod as one static
			program for an initramfs or a rescue system; small with CFLAGS=-Os])],
		[], [enable_static_tools=no])
	AM_CONDITIONAL([STATIC_TOOLS], [test "x$enable_static_tools" = xyes])
	AS_IF([test "x$enable_static_tools" = xyes], [
		KMT_STATIC_LIBS=$($PKG_CONFIG --static --libs libelf)
		AS_IF([test "x$with_zstd" = xyes], [KMT_STATIC_LIBS="$KMT_STATIC_LIBS $($PKG_CONFIG --static --libs libzstd)"])
		AS_IF([test "x$with_xz" = xyes], [KMT_STATIC_LIBS="$KMT_STATIC_LIBS $($PKG_CONFIG --static --libs liblzma)"])
		AS_IF([test "x$with_zlib" = xyes], [KMT_STATIC_LIBS="$KMT_STATIC_LIBS $($PKG_CONFIG --static --libs zlib)"])
		AC_MSG_CHECKING([whether these can be linked statically: $KMT_STATIC_LIBS])
		kmt_save_ldflags=$LDFLAGS kmt_save_libs=$LIBS
		LDFLAGS="$LDFLAGS -static-pie" LIBS=$KMT_STATIC_LIBS
		AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <libelf.h>]], [[return elf_version(EV_CURRENT) == EV_NONE;]])],
			[AC_MSG_RESULT([yes])],
			[AC_MSG_RESULT([no])
			 AC_MSG_ERROR([--enable-static-tools needs static archives of these libraries, or --without-LIBRARY])])
		LDFLAGS=$kmt_save_ldflags LIBS=$kmt_save_libs
		KMT_APPEND_CFLAG([KMT_CFLAGS], [-ffunction-sections])
		KMT_APPEND_CFLAG([KMT_CFLAGS], [-fdata-sections])
	])
	AC_SUBST([KMT_STATIC_LIBS])
])

# KMT_COMPLETION_DIR(SHELL, PKG, PKG-VARIABLE, FALLBACK): --with-SHELLcompletiondir=DIR|no. The default
# stays below our own prefix, whatever prefix the shell itself was built with.
AC_DEFUN([KMT_COMPLETION_DIR], [
	AC_ARG_WITH([$1completiondir],
		[AS_HELP_STRING([--with-$1completiondir=DIR], [where the $1 completion goes, or "no"])],
		[], [with_$1completiondir=yes])
	AS_IF([test "x$with_$1completiondir" = xyes], [
		with_$1completiondir=
		m4_ifval([$2], [
			with_$1completiondir=$($PKG_CONFIG --define-variable=datadir='${datadir}' \
				--define-variable=prefix='${prefix}' --variable=$3 $2 2>/dev/null)
		])
		AS_IF([test -z "$with_$1completiondir"], [with_$1completiondir='${datadir}/$4'])
	])
	AC_SUBST([$1completiondir], [$with_$1completiondir])
	AM_CONDITIONAL([INSTALL_]m4_toupper([$1])[_COMPLETION], [test "x$with_$1completiondir" != xno])
])

# KMT_SANITIZERS: --enable-asan, --enable-ubsan, --enable-tsan, --enable-coverage.
AC_DEFUN([KMT_SANITIZERS], [
	KMT_INSTRUMENT([asan], [AddressSanitizer], [-fsanitize=address -fno-omit-frame-pointer])
	KMT_INSTRUMENT([ubsan], [UndefinedBehaviorSanitizer], [-fsanitize=undefined -fno-sanitize-recover=undefined])
	KMT_INSTRUMENT([tsan], [ThreadSanitizer], [-fsanitize=thread])
	KMT_INSTRUMENT([coverage], [coverage counting], [--coverage])
])

AC_DEFUN([KMT_INSTRUMENT], [
	AC_ARG_ENABLE([$1], [AS_HELP_STRING([--enable-$1], [build with $2])], [], [enable_$1=no])
	AS_IF([test "x$enable_$1" = xyes], [
		KMT_CFLAGS="$KMT_CFLAGS $3"
		KMT_LDFLAGS="$KMT_LDFLAGS $3"
	])
])

# KMT_WARNINGS: our own set comes before the distribution's CFLAGS, which therefore win.
AC_DEFUN([KMT_WARNINGS], [
	AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [make warnings errors])], [], [enable_werror=no])
	m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes
		-Wmissing-prototypes -Wmissing-declarations -Wundef -Wvla -Wformat=2 -Wcast-align
		-Wno-unused-parameter -fno-common],
		[KMT_APPEND_CFLAG([KMT_CFLAGS], flag)])
	AS_IF([test "x$enable_werror" = xyes], [KMT_CFLAGS="$KMT_CFLAGS -Werror"])
])

# KMT_CHECK_FUZZER: libFuzzer comes with clang.
AC_DEFUN([KMT_CHECK_FUZZER], [
	AC_MSG_CHECKING([whether $CC has libFuzzer])
	kmt_save_cflags=$CFLAGS
	CFLAGS="$CFLAGS -fsanitize=fuzzer-no-link"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM()], [AC_MSG_RESULT([yes])],
		[AC_MSG_RESULT([no])
		 AC_MSG_ERROR([--enable-fuzz needs CC=clang])])
	CFLAGS=$kmt_save_cflags
	KMT_CFLAGS="$KMT_CFLAGS -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined"
	KMT_LDFLAGS="$KMT_LDFLAGS -fsanitize=address,undefined"
])

# KMT_TRY_HARDENING(NAME, CFLAGS, LDFLAGS): adds the flags if a program that is built with them and with the user's
# own links, and NAME to KMT_HARDENING, which tests/lint/hardening checks.
AC_DEFUN([KMT_TRY_HARDENING], [
	AC_MSG_CHECKING([whether $CC can harden: $1])
	kmt_save_cflags=$CFLAGS kmt_save_ldflags=$LDFLAGS
	CFLAGS="$KMT_CFLAGS -Werror $2 $CFLAGS" LDFLAGS="$KMT_LDFLAGS $3 $LDFLAGS"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>
		char *text;]], [[char buf[64]; text = fgets(buf, sizeof(buf), stdin); return !text || puts(text) < 0;]])],
		[kmt_can=yes], [kmt_can=no])
	CFLAGS=$kmt_save_cflags LDFLAGS=$kmt_save_ldflags
	AS_IF([test "x$kmt_can" = xyes], [
		KMT_CFLAGS="$KMT_CFLAGS $2" KMT_LDFLAGS="$KMT_LDFLAGS $3"
		KMT_HARDENING="${KMT_HARDENING:+$KMT_HARDENING }$1"
	])
	AC_MSG_RESULT([$kmt_can])
])

# KMT_HARDEN: what distributions give to their packages, for who builds without their flags. Ours come before
# the user's CFLAGS and LDFLAGS, which therefore win; _FORTIFY_SOURCE and position independence, which cannot be
# overridden so, are left to flags that mention them.
AC_DEFUN([KMT_HARDEN], [
	AC_ARG_ENABLE([hardening], [AS_HELP_STRING([--disable-hardening],
		[no flags against the exploitation of memory errors but those in CFLAGS and LDFLAGS])],
		[], [enable_hardening=yes])
	KMT_HARDENING=
	AS_IF([test "x$enable_hardening" != xno], [
		KMT_TRY_HARDENING([stack-protector], [-fstack-protector-strong], [])
		KMT_TRY_HARDENING([relro], [], [-Wl,-z,relro])
		KMT_TRY_HARDENING([bindnow], [], [-Wl,-z,now])
		AS_CASE([" $CC $CFLAGS $CPPFLAGS $LDFLAGS "],
			[*" -fpi"*|*" -fPI"*|*" -fno-pi"*|*" -fno-PI"*|*" -no-pie"*|*" -pie"*|*" -static"*], [],
			[KMT_TRY_HARDENING([pie], [-fPIE], [-pie])])
		# Without optimization it does nothing but warn, and a sanitizer sees more without it.
		AC_COMPILE_IFELSE([AC_LANG_SOURCE([[#if defined _FORTIFY_SOURCE || !defined __OPTIMIZE__
			#error "not ours"
			#endif]])], [kmt_can=yes], [kmt_can=no])
		AS_CASE(["$kmt_can $KMT_CFLAGS $CFLAGS"], [no*|*-fsanitize*], [],
			[KMT_TRY_HARDENING([fortify], [-D_FORTIFY_SOURCE=2], [])])
	])
	AC_SUBST([KMT_HARDENING])
])
