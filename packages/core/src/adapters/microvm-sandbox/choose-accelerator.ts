import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { SandboxError, type Launch } from '../../sandbox/sandbox.ts'
import { machinePictures } from './machine-picture.ts'
import type { Accelerator, MachineHost } from './machine-arguments.ts'
import { runLaunch, type Setting } from './run-launch.ts'

export interface Chosen {
  readonly setting: Setting
  /** Why the processor's own means are not used; null where they are. */
  readonly withoutKvm: string | null
  /** Why each machine boots instead of being started from a picture; null where it is. */
  readonly withoutPicture: string | null
}

/** A machine that is not emulated boots in less than a second; one that hangs is not waited for. */
const kvmTrialMs = 10_000

/**
 * Boots a machine with KVM and, where that does not end with a command's exit status, one in emulation. That /dev/kvm is there and opens says
 * nothing: below another hypervisor it may hang or abort.
 */
export async function chooseAccelerator({ host, base, cacheDirectory }: Candidates): Promise<Chosen> {
  const tree = path.join(host.home, 'trial')
  await mkdir(tree, { recursive: true })
  const settingFor = (accelerator: Accelerator): Setting => ({ ...base, host: { ...host, accelerator, processors: processorsFor(accelerator) }, picture: null })
  const withoutKvm = existsSync('/dev/kvm') ? await trial({ ...settingFor('kvm'), bootMs: kvmTrialMs }, tree) : 'there is no /dev/kvm'
  if (withoutKvm === null) return { setting: settingFor('kvm'), withoutKvm, withoutPicture: 'booting takes no longer' }
  const emulated = settingFor('tcg')
  const resumed: Setting = { ...emulated, picture: machinePictures(emulated, cacheDirectory) }
  const withoutPicture = await trial(resumed, tree)
  if (withoutPicture === null) return { setting: resumed, withoutKvm, withoutPicture }
  const failure = await trial(emulated, tree)
  if (failure === null) return { setting: emulated, withoutKvm, withoutPicture }
  throw new SandboxError('sandbox-unavailable', `a microvm boots neither with KVM (${withoutKvm}) nor in emulation (${failure})`, {
    remedy: 'Run `ratchet doctor` for details, choose another kernel, or choose another tier.',
  })
}

export interface Candidates {
  readonly host: Omit<MachineHost, 'accelerator' | 'processors'>
  readonly base: Omit<Setting, 'host' | 'picture'>
  readonly cacheDirectory: string
}

/** Under emulation a second processor costs more at the start than it brings. */
function processorsFor(accelerator: Accelerator): number {
  return accelerator === 'kvm' ? Math.min(4, os.availableParallelism()) : 1
}

const exitStatus = 42

/** Null if a machine really ran a command; otherwise why not. */
async function trial(setting: Setting, tree: string): Promise<string | null> {
  const limits: Launch['limits'] = { memoryBytes: 128 * 1024 ** 2, cpuMs: 60_000, wallMs: 30_000, processes: 16, diskBytes: 16 * 1024 ** 2, outputBytes: 64 * 1024 }
  try {
    const result = await runLaunch(setting, { command: `exit ${exitStatus}`, tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits }, new AbortController().signal)
    return result.exitCode === exitStatus ? null : `a trial ended with ${result.ending} ${result.exitCode ?? ''}`
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'sandbox-setup-failed') return error.message
    throw error
  }
}
