import process from 'node:process'
import type { Launch } from '../../sandbox/sandbox.ts'
import { insideEnvironment } from '../gvisor-sandbox/bundle-config.ts'
import { ordersOf } from './frames.ts'
import type { LaunchPlan } from './launch-plan.ts'

const generic = { prctl: 167, statfs: 43 }
const callsByArchitecture: Readonly<Record<string, typeof generic>> = { x64: { prctl: 157, statfs: 137 }, arm64: generic, riscv64: generic, loong64: generic }

/** Numbers of the system calls that Perl has no name for. */
export function supervisorArguments(): readonly string[] {
  const calls = callsByArchitecture[process.arch]
  if (calls === undefined) throw new TypeError(`no system call numbers are known for ${process.arch}`)
  return [String(calls.prctl), String(calls.statfs)]
}

/** What the supervisor is to do. The command and its environment go this way and not over the engine's command line, where others could read them. */
export function ordersFor(launch: Launch, plan: LaunchPlan, { owner, toolchains }: { readonly owner: number; readonly toolchains: readonly string[] }): Buffer {
  const { limits, collect, command, channel } = launch
  const values = [String(owner), plan.directory, plan.copied ? '1' : '0', String(limits.diskBytes), collect ?? '', command, channel === undefined ? '0' : '1', channel ?? '']
  const environment = Object.entries(insideEnvironment(launch, toolchains)).flat()
  return ordersOf(values, [environment, plan.spaces, plan.given, plan.covered])
}
