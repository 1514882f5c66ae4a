/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only place where the machine's paths are spelt. All are absolute below a kmt_root, so the same
 * name works for the host, an image and a fixture.
 */
#ifndef KMT_SYS_PATHS_H
#define KMT_SYS_PATHS_H

#define KMT_PATH_PROC "/proc"
#define KMT_PATH_PROC_MODULES "/proc/modules"
#define KMT_PATH_PROC_CMDLINE "/proc/cmdline"
#define KMT_PATH_PROC_CRYPTO "/proc/crypto"
#define KMT_PATH_PROC_DEVICES "/proc/devices"
#define KMT_PATH_PROC_FILESYSTEMS "/proc/filesystems"
#define KMT_PATH_PROC_INPUT_DEVICES "/proc/bus/input/devices"
#define KMT_PATH_PROC_MISC "/proc/misc"
#define KMT_PATH_PROC_KALLSYMS "/proc/kallsyms"
#define KMT_PATH_PROC_KEYS "/proc/keys"
#define KMT_PATH_PROC_MOUNTINFO "/proc/self/mountinfo"
#define KMT_PATH_PROC_NET_ROUTE "/proc/net/route"
#define KMT_PATH_PROC_NET_PROTOCOLS "/proc/net/protocols"
#define KMT_PATH_PROC_STAT "/proc/stat"
#define KMT_PATH_PROC_SELF_EXE "/proc/self/exe"
#define KMT_PATH_PROC_SELF_STATUS "/proc/self/status"
#define KMT_PATH_PROC_SWAPS "/proc/swaps"
#define KMT_PATH_PROC_TAINTED "/proc/sys/kernel/tainted"
#define KMT_PATH_PROC_OSRELEASE "/proc/sys/kernel/osrelease"
#define KMT_PATH_PROC_HOSTNAME "/proc/sys/kernel/hostname"
#define KMT_PATH_PROC_VERSION "/proc/sys/kernel/version"
#define KMT_PATH_PROC_MODULES_DISABLED "/proc/sys/kernel/modules_disabled"
#define KMT_PATH_SYS "/sys"
#define KMT_PATH_SYS_BTF "/sys/kernel/btf/vmlinux"
#define KMT_PATH_SYS_BUS "/sys/bus"
#define KMT_PATH_SYS_CLASS "/sys/class"
#define KMT_PATH_SYS_DEVICES "/sys/devices"
#define KMT_PATH_SYS_SYSTEM "/sys/devices/system"
#define KMT_PATH_SYS_MODULE "/sys/module"
#define KMT_PATH_SYS_SIG_ENFORCE "/sys/module/module/parameters/sig_enforce"
#define KMT_PATH_SYS_COMPRESSION "/sys/module/compression"
#define KMT_PATH_SYS_LOCKDOWN "/sys/kernel/security/lockdown"
#define KMT_PATH_SYS_EFI "/sys/firmware/efi"
/* Variables of UEFI, each after four bytes of attributes; and shim's own as shim left them in memory. */
#define KMT_PATH_SYS_EFIVARS "/sys/firmware/efi/efivars"
#define KMT_PATH_SYS_MOKVARS "/sys/firmware/efi/mok-variables"
#define KMT_PATH_SYS_BLOCK "/sys/block"
#define KMT_PATH_SYS_CLASS_BLOCK "/sys/class/block"
#define KMT_PATH_SYS_CLASS_GRAPHICS "/sys/class/graphics"
#define KMT_PATH_SYS_FS_BTRFS "/sys/fs/btrfs"
#define KMT_PATH_SYS_CLASS_NET "/sys/class/net"
#define KMT_PATH_SYS_CONSOLES "/sys/class/tty/console/active"
#define KMT_PATH_SYS_DEV_BLOCK "/sys/dev/block"
#define KMT_PATH_SYS_DEV_CHAR "/sys/dev/char"
#define KMT_PATH_DEV "/dev"
#define KMT_PATH_DEV_KMSG "/dev/kmsg"
#define KMT_PATH_DEV_NULL "/dev/null"
#define KMT_PATH_ETC "/etc"
#define KMT_PATH_FSTAB "/etc/fstab"
#define KMT_PATH_RUN "/run"
#define KMT_PATH_CRYPTTAB "/etc/crypttab"
#define KMT_PATH_UDEV_DATA "/run/udev/data"
#define KMT_PATH_MODPROBE_D "/etc/modprobe.d"
#define KMT_PATH_MODULES_LOAD_D "/etc/modules-load.d"
/* The last change of configuration files. Like every dot-file there, modprobe does not read it. */
#define KMT_PATH_UNDO "/etc/modprobe.d/.kmtool-undo"
/* Of module trees, VERSION below it; the first that is filled. The first is configure's choice, the last
 * two are NixOS's. */
#define KMT_MODULES_DIRS                                                                           \
	{                                                                                          \
		KMT_MODULE_DIRECTORY, "/usr/lib/modules",                                          \
			"/run/booted-system/kernel-modules/lib/modules",                           \
			"/run/current-system/kernel-modules/lib/modules"                           \
	}
/* Of the modules in an initramfs image, without the /usr that stands before it in some. */
#define KMT_PATH_IMAGE_MODULES "/lib/modules"
#define KMT_PATH_BOOT "/boot"
/* Where kernel-install(8) puts images, below TOKEN/VERSION. */
#define KMT_PATHS_BOOT_TOKENS "/efi", "/boot", "/boot/efi"
/* Of unified kernel images, below one of these. */
#define KMT_PATH_UKI_DIR "EFI/Linux"
#define KMT_PATH_OS_RELEASE "/etc/os-release"
#define KMT_PATH_ENTRY_TOKEN "/etc/kernel/entry-token"
/* What comes next in these paths is the name of a user, or tells which disk it is. */
#define KMT_PATHS_OF_USERS "/home/", "/run/media/", "/media/"
#define KMT_PATHS_OF_DISKS "/dev/disk/by-", "/dev/mapper/"
#define KMT_PATH_HOSTNAME "/etc/hostname"
#define KMT_PATH_PASSWD "/etc/passwd"
#define KMT_PATH_MACHINE_ID "/etc/machine-id"
#define KMT_PATH_MKINITCPIO_CONF "/etc/mkinitcpio.conf"

/* One of these is there in a container of systemd-nspawn, podman or docker. */
#define KMT_CONTAINER_MARKS                                                                        \
	{                                                                                          \
		"/run/systemd/container", "/run/.containerenv", "/.dockerenv"                      \
	}
/* Where the kernel looks for firmware, and below each first in a directory named after its release. */
#define KMT_FIRMWARE_DIRS                                                                          \
	{                                                                                          \
		"/lib/firmware/updates", "/lib/firmware", "/usr/lib/firmware/updates", "/usr/lib/firmware" \
	}
/* modprobe.d(5): in this order, the first directory with a file name wins. */
#define KMT_MODPROBE_D_DIRS                                                                        \
	{                                                                                          \
		"/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d",                 \
			"/usr/lib/modprobe.d", "/lib/modprobe.d"                                   \
	}
/* What a distribution ships is below these; other directories are the administrator's. */
#define KMT_VENDOR_DIRS                                                                            \
	{                                                                                          \
		"/usr/lib/", "/lib/"                                                               \
	}
/* depmod.d(5): likewise. */
#define KMT_DEPMOD_D_DIRS                                                                          \
	{                                                                                          \
		"/etc/depmod.d", "/run/depmod.d", "/usr/local/lib/depmod.d", "/usr/lib/depmod.d",  \
			"/lib/depmod.d"                                                            \
	}
/* The process's own open files. */
#define KMT_PATH_PROC_SELF_FD "/proc/self/fd"
/* modules-load.d(5). */
#define KMT_MODULES_LOAD_D_DIRS                                                                    \
	{                                                                                          \
		"/etc/modules-load.d", "/run/modules-load.d", "/usr/local/lib/modules-load.d",     \
			"/usr/lib/modules-load.d", "/lib/modules-load.d"                           \
	}
/* Of the lists of hardware names, pci.ids and usb.ids; the first that has the list. */
#define KMT_HWDATA_DIRS                                                                            \
	{                                                                                          \
		"/usr/share/hwdata", "/usr/share/misc"                                             \
	}
/* udev(7) and systemd.unit(5): in this order, the first directory with a file name wins. */
#define KMT_UDEV_RULES_DIRS                                                                        \
	{                                                                                          \
		"/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d",           \
			"/usr/lib/udev/rules.d", "/lib/udev/rules.d"                               \
	}
#define KMT_PATH_UDEV "/etc/udev"
#define KMT_PATH_UDEV_RULES_D "/etc/udev/rules.d"
/* Our own rules there; behind that stand a bus and a device. */
#define KMT_BIND_RULE "70-kmtool-bind-"
#define KMT_SYSTEMD_UNIT_DIRS                                                                      \
	{                                                                                          \
		"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",     \
			"/usr/lib/systemd/system", "/lib/systemd/system"                           \
	}

#endif
