import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { GroupReading } from '../bubblewrap-sandbox/control-group.ts'
import type { Accounting } from '../../sandbox/sandbox.ts'

/** The control group that the engine made for a container, seen from the host. */
export interface ContainerGroup {
  readonly accounting: Accounting
  cpuMs(): number
  read(): GroupReading
}

/** Looks for the processes of a container by its id, which their groups bear; null where the engine's groups cannot be seen from here. */
export function findContainerGroup(id: string): ContainerGroup | null {
  if (!/^[0-9a-f]{64}$/.test(id)) return null
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const membership = readIfThere(`/proc/${pid}/cgroup`)
    if (membership === null || !membership.includes(id) || membership.includes(`conmon-${id}`)) continue
    const group = groupOf(membership.trim().split('\n').map((line) => line.split(':')))
    if (group !== null) return group
  }
  return null
}

function groupOf(memberships: readonly (readonly string[])[]): ContainerGroup | null {
  const places = new Map<string, string>()
  for (const line of (readIfThere('/proc/self/mounts') ?? '').split('\n')) {
    const [, directory = '', type = '', options = ''] = line.split(' ')
    const controllers = type === 'cgroup' ? options.split(',') : type === 'cgroup2' ? [''] : []
    for (const [, names = '', ...own] of memberships) {
      if (!names.split(',').every((name) => controllers.includes(name))) continue
      for (const name of names.split(',')) places.set(name, path.join(directory, own.join(':')))
    }
  }
  const unified = places.get('') ?? ''
  if (existsSync(path.join(unified, 'memory.peak')) && existsSync(path.join(unified, 'pids.events'))) return versionTwo(unified)
  const [memory, pids, cpu] = [places.get('memory'), places.get('pids'), places.get('cpuacct')]
  if (memory === undefined || pids === undefined || cpu === undefined || ![memory, pids, cpu].every((place) => existsSync(place))) return null
  const cpuMs = (): number => Number(readFileSync(path.join(cpu, 'cpuacct.usage'), 'utf8')) / 1e6
  return {
    accounting: 'cgroup-v1',
    cpuMs,
    read: () => ({
      cpuMs: cpuMs(),
      peakMemoryBytes: Number(readFileSync(path.join(memory, 'memory.max_usage_in_bytes'), 'utf8')),
      memoryLimitHit: field(path.join(memory, 'memory.oom_control'), 'oom_kill') > 0,
      processLimitHit: field(path.join(pids, 'pids.events'), 'max') > 0,
    }),
  }
}

function versionTwo(directory: string): ContainerGroup {
  const cpuMs = (): number => field(path.join(directory, 'cpu.stat'), 'usage_usec') / 1000
  return {
    accounting: 'cgroup-v2',
    cpuMs,
    read: () => ({
      cpuMs: cpuMs(),
      peakMemoryBytes: Number(readFileSync(path.join(directory, 'memory.peak'), 'utf8')),
      memoryLimitHit: field(path.join(directory, 'memory.events'), 'oom_kill') > 0,
      processLimitHit: field(path.join(directory, 'pids.events'), 'max') > 0,
    }),
  }
}

function field(file: string, name: string): number {
  const line = readFileSync(file, 'utf8').split('\n').find((candidate) => candidate.startsWith(`${name} `))
  return line === undefined ? 0 : Number(line.slice(name.length + 1))
}

/** Null when the process went away meanwhile. */
function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
