import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { deviceNames, stageArguments, type Rights } from '../bubblewrap-sandbox/stage.ts'
import type { Launch } from '../../sandbox/sandbox.ts'
import type { GuestImage } from './guest-image.ts'

/** How the guest's processor is made: by the host's, or by emulating one. */
export type Accelerator = 'kvm' | 'tcg'

/** Everything about the host that decides how a machine is started. */
export interface MachineHost {
  readonly qemu: string
  readonly bwrap: string
  readonly supportsDisableUserns: boolean
  readonly rights: Rights
  /** Where bwrap finds what it binds: it may run as a user who cannot reach our own directory. */
  readonly front: string
  /** Our own directory, with `scratch`, `etc` and the empty folder `empty`. */
  readonly home: string
  readonly image: GuestImage
  readonly accelerator: Accelerator
  readonly processors: number
  readonly inherited: ReadonlySet<number>
  readonly sink: number
}

/** Channel on which bwrap reports, and the one on which qemu is told to record a picture or finds one. */
export const statusChannel = 3
export const pictureChannel = 4

/** How a machine comes up: by booting; by booting to where it waits for an order, to be recorded there; or from such a picture. */
export type StartUp = 'boot' | 'record' | 'resume'

export interface MachineRequest {
  readonly sources: readonly string[]
  readonly entries: readonly string[]
  readonly startUp: StartUp
}

/** What the guest's kernel and first program take, beside what the command may. */
const guestOverheadBytes = 160 * 1024 ** 2
/** What qemu takes beside the guest's memory, with translated code. */
export const machineOverheadBytes = 384 * 1024 ** 2
/** qemu starts threads for reading files. */
export const machineProcesses = 200

const mebibyte = 1024 ** 2
const largestStep = 64

/** In mebibytes and steps, so that few sizes occur. */
export function guestMemoryMebibytes(memoryBytes: number): number {
  return Math.ceil((memoryBytes + guestOverheadBytes) / mebibyte / largestStep) * largestStep
}

/**
 * The whole command line of a machine: the namespace tier's stage, which enters the control group and becomes a user that nobody is; bubblewrap, which
 * gives qemu a root with nothing in it but its own program and what the guest may read; and qemu with its filter of system calls.
 */
export function machineArguments(host: MachineHost, launch: Launch, { sources, entries, startUp }: MachineRequest): readonly string[] {
  const kept = launch.access === 'kept'
  const staged = [...sources, host.image.kernel, host.image.initialFiles, ...(kept ? [] : [launch.tree])]
  // The stage sees a tree that is written in place: the real one or, where the writes stay in the guest, an empty folder.
  const stage = stageArguments(
    { rights: host.rights, treeMode: 'copy', entries, scratch: `${host.home}/scratch`, front: host.front, sources: staged, seccomp: null },
    { ...launch, access: 'kept', tree: kept ? launch.tree : `${host.home}/empty`, limits: { ...launch.limits, cpuMs: launch.limits.cpuMs + 600_000, processes: machineProcesses } },
  )
  const from = (index: number): string => `${host.front}/s/${index}`
  const view = sources.flatMap((_, index) => ['--ro-bind', from(index), `/view/${index}`])
  const tree = kept ? ['--bind', `${host.front}/tree`, '/tree'] : ['--ro-bind', from(sources.length + 2), '/tree']
  const bwrap = [
    host.bwrap, '--json-status-fd', String(statusChannel), '--unshare-all', '--unshare-user', '--uid', '65534', '--gid', '65534', '--cap-drop', 'ALL',
    ...(host.supportsDisableUserns ? ['--disable-userns'] : []), '--die-with-parent', '--new-session', '--hostname', 'machine', '--clearenv',
    ...systemDirectories(), '--ro-bind', `${host.front}/s/${etcIndex(host, sources)}`, '/etc', '--proc', '/proc', '--dev-bind', `${host.front}/dev`, '/dev',
    '--ro-bind', from(sources.length), '/machine/kernel', '--ro-bind', from(sources.length + 1), '/machine/files',
    ...view, ...tree, '--remount-ro', '/', '--chdir', '/', '--',
  ]
  return [...(host.accelerator === 'kvm' ? withKvm(stage) : stage), ...bwrap, ...machineItself(host, launch), ...startUpArguments(startUp)]
}

function etcIndex(host: MachineHost, sources: readonly string[]): number {
  return sources.indexOf(`${host.home}/etc`)
}

function startUpArguments(startUp: StartUp): readonly string[] {
  const refused = 'on,obsolete=deny,elevateprivileges=deny,resourcecontrol=deny'
  switch (startUp) {
    case 'boot':
      return ['-sandbox', `${refused},spawn=deny`]
    case 'resume':
      return ['-sandbox', `${refused},spawn=deny`, '-incoming', `fd:${pictureChannel}`]
    case 'record':
      // Starts a program to write the picture with, at a time when nothing but our own program has ever run in the guest.
      return ['-sandbox', refused, '-chardev', `socket,id=control,fd=${pictureChannel}`, '-mon', 'chardev=control,mode=control']
  }
}

/** The part that a picture depends on: the same machine has the same devices, whatever it is for. */
export function machineItself(host: MachineHost, launch: Launch): readonly string[] {
  const modern = 'disable-legacy=on'
  const share = (name: string, place: string, isReadOnly: boolean): readonly string[] => [
    // `none` makes qemu do with its own rights what the guest asks for, and it has none. Links are looked up by the guest, never by qemu.
    '-fsdev', `local,id=${name},path=${place},security_model=none,multidevs=remap${isReadOnly ? ',readonly=on' : ''}`,
    '-device', `virtio-9p-pci,${modern},fsdev=${name},mount_tag=${name}`,
  ]
  return [
    host.qemu, '-nodefaults', '-no-user-config', '-display', 'none', '-serial', 'none', '-monitor', 'none', '-no-reboot',
    // Not the type `microvm`: it has no timer by which a kernel without PVM or KVM clock could measure its own, and stands still under emulation.
    '-machine', 'pc,usb=off,vmport=off,smm=off', ...processorArguments(host), '-m', `${guestMemoryMebibytes(launch.limits.memoryBytes)}M`,
    '-kernel', '/machine/kernel', '-initrd', '/machine/files', '-append', kernelParameters(host.accelerator),
    '-chardev', 'stdio,id=port,signal=off', '-device', `virtio-serial-pci,${modern}`, '-device', 'virtserialport,chardev=port,name=ratchet',
    '-device', `virtio-rng-pci,${modern}`,
    ...share('view', '/view', true), ...share('tree', '/tree', launch.access !== 'kept'),
  ]
}

function processorArguments({ accelerator, processors }: MachineHost): readonly string[] {
  switch (accelerator) {
    case 'kvm':
      return ['-accel', 'kvm', '-cpu', 'host', '-smp', String(processors)]
    case 'tcg':
      // What compilers take for granted since 2009; wider vectors are slower to emulate than to do without.
      return ['-accel', 'tcg,thread=multi,tb-size=128', '-cpu', 'qemu64,+cx16,+lahf_lm,+popcnt,+sse4.1,+sse4.2,+ssse3,+rdrand', '-smp', String(processors)]
  }
}

/** A guest that panics ends at once. Mitigations would only protect this guest's kernel from its one command; the host has its own. */
function kernelParameters(accelerator: Accelerator): string {
  const clock = { kvm: [], tcg: ['tsc=unstable', 'clocksource=hpet'] }[accelerator]
  return ['quiet', 'loglevel=0', 'panic=-1', 'rdinit=/init', 'mitigations=off', 'random.trust_cpu=on', 'cryptomgr.notests', 'lsm=capability', ...clock].join(' ')
}

/** For qemu's own program and libraries. */
function systemDirectories(): readonly string[] {
  const names = ['/bin', '/sbin', '/lib', '/lib64'].filter(existsSync)
  return ['--ro-bind', '/usr', '/usr', ...names.flatMap((name) => (lstatSync(name).isSymbolicLink() ? ['--symlink', readlinkSync(name), name] : ['--ro-bind', name, name]))]
}

/** Adds a node for /dev/kvm to the devices that the stage makes. */
function withKvm(stage: readonly string[]): readonly string[] {
  const list = [String(deviceNames.length), ...deviceNames]
  const at = stage.findIndex((_, index) => list.every((item, offset) => stage[index + offset] === item))
  if (at < 0) throw new TypeError('the stage takes no list of devices')
  return [...stage.slice(0, at), String(deviceNames.length + 1), ...deviceNames, 'kvm', ...stage.slice(at + list.length)]
}
