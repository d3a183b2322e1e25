# What a machine may do where its policy says `apparmor = true`: a second wall for what the user namespace and seccomp refuse already.
# Its root mounts, makes namespaces and runs a Docker Engine, so all of that is allowed; the host's own kernel files are not.
# `slipway.engine.apparmor` writes the line on user namespaces, where the parser of the host knows one.
profile slipway-machine flags=(attach_disconnected,mediate_deleted) {
  network,
  capability,
  file,
  mount,
  remount,
  umount,
  pivot_root,
  @USERNS@

  # Only machines of this profile are traced and signalled; the engine's processes, which are not confined, may signal.
  signal (receive) peer=unconfined,
  signal (send, receive) peer=slipway-machine,
  ptrace (trace, read, tracedby, readby) peer=slipway-machine,

  # File systems through which the kernel's insides are seen or changed.
  deny mount fstype=(debugfs, tracefs, securityfs, pstore, configfs, efivarfs, fusectl),

  deny /{,**/}proc/sysrq-trigger rwklx,
  deny /{,**/}proc/kcore rwklx,
  deny /{,**/}proc/kmem rwklx,
  deny /{,**/}proc/mem rwklx,
  deny /{,**/}proc/sys/kernel/{core_pattern,modprobe,hotplug} wklx,
  deny /{,**/}sys/firmware/** rwklx,
  deny /{,**/}sys/kernel/security/** rwklx,
  deny /{,**/}sys/kernel/uevent_helper wklx,
  deny /{,**/}sys/devices/virtual/powercap/** rwklx,
}
