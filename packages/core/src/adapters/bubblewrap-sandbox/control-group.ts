import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Accounting, Limits } from '../../sandbox/sandbox.ts'

/** What the kernel counted for a whole process tree. */
export interface GroupReading {
  readonly cpuMs: number
  readonly peakMemoryBytes: number
  readonly memoryLimitHit: boolean
  readonly processLimitHit: boolean
}

/** One launch's control group. The process must enter by itself, before it starts anything: `entries` are the files to write its pid to. */
export interface ControlGroup {
  readonly entries: readonly string[]
  read(): GroupReading
  cpuMs(): number
  kill(): void
  /** Kills what is left and removes the group; resolves when no process is in it any more. */
  remove(): Promise<void>
}

export interface ControlGroups {
  readonly accounting: Accounting
  create(limits: Limits): ControlGroup
}

interface Hierarchy {
  /** Directory in which groups are made. */
  readonly parent: string
  readonly version: 1 | 2
  readonly controllers: ReadonlySet<string>
}

const prefix = 'ratchet-'

/** Finds writable control groups: v2, v1, or v1 with a v2 hierarchy beside it. Null when there are none that count CPU, memory and processes. */
export function findControlGroups(): ControlGroups | null {
  const hierarchies = mountedHierarchies().flatMap((mounted) => usableHierarchy(mounted) ?? [])
  const has = (name: string): Hierarchy | undefined => hierarchies.find((hierarchy) => hierarchy.controllers.has(name))
  const unified = hierarchies.find((hierarchy) => hierarchy.version === 2)
  const [memory, pids] = [has('memory'), has('pids')]
  const cpu = has('cpuacct') ?? (unified !== undefined && existsSync(path.join(unified.parent, 'cgroup.procs')) ? unified : undefined)
  if (memory === undefined || pids === undefined || cpu === undefined) return null
  const used = [...new Set([memory, pids, cpu, ...(unified === undefined ? [] : [unified])])]
  for (const hierarchy of used) removeLeftovers(hierarchy.parent)
  let counter = 0
  return {
    accounting: memory.version === 2 && cpu.version === 2 ? 'cgroup-v2' : 'cgroup-v1',
    create: (limits) => createGroup({ memory, pids, cpu, unified, used }, `${prefix}${process.pid}-${ownStart()}-${counter++}`, limits),
  }
}

interface Layout {
  readonly memory: Hierarchy
  readonly pids: Hierarchy
  readonly cpu: Hierarchy
  readonly unified: Hierarchy | undefined
  readonly used: readonly Hierarchy[]
}

function createGroup(layout: Layout, name: string, limits: Limits): ControlGroup {
  const at = (hierarchy: Hierarchy, file = ''): string => path.join(hierarchy.parent, name, file)
  for (const hierarchy of layout.used) mkdirSync(at(hierarchy))
  setLimits(layout, at, limits)
  const cpuMs = (): number =>
    layout.cpu.version === 2 ? field(at(layout.cpu, 'cpu.stat'), 'usage_usec') / 1000 : Number(readFileSync(at(layout.cpu, 'cpuacct.usage'), 'utf8')) / 1e6
  const kill = (): void => killGroup(layout, at)
  return {
    entries: layout.used.map((hierarchy) => at(hierarchy, 'cgroup.procs')),
    cpuMs,
    read: () => ({
      cpuMs: cpuMs(),
      peakMemoryBytes: Number(readFileSync(at(layout.memory, layout.memory.version === 2 ? 'memory.peak' : 'memory.max_usage_in_bytes'), 'utf8')),
      memoryLimitHit: field(at(layout.memory, layout.memory.version === 2 ? 'memory.events' : 'memory.oom_control'), 'oom_kill') > 0,
      processLimitHit: field(at(layout.pids, 'pids.events'), 'max') > 0,
    }),
    kill,
    remove: async () => {
      const deadline = Date.now() + 10_000
      for (const hierarchy of layout.used) {
        while (!removed(at(hierarchy))) {
          kill()
          if (Date.now() > deadline) throw new Error(`processes in ${at(hierarchy)} cannot be killed`)
          await sleep(2)
        }
      }
    },
  }
}

function setLimits({ memory, pids }: Layout, at: (hierarchy: Hierarchy, file: string) => string, limits: Limits): void {
  const bytes = String(limits.memoryBytes)
  if (memory.version === 2) {
    writeFileSync(at(memory, 'memory.max'), bytes)
    if (existsSync(at(memory, 'memory.swap.max'))) writeFileSync(at(memory, 'memory.swap.max'), '0')
    if (existsSync(at(memory, 'memory.oom.group'))) writeFileSync(at(memory, 'memory.oom.group'), '1')
  } else {
    writeFileSync(at(memory, 'memory.limit_in_bytes'), bytes)
    if (existsSync(at(memory, 'memory.memsw.limit_in_bytes'))) writeFileSync(at(memory, 'memory.memsw.limit_in_bytes'), bytes)
  }
  // Our own wrapper, bwrap and its init are in the group as well.
  writeFileSync(at(pids, 'pids.max'), String(limits.processes + 4))
}

function killGroup({ unified, used }: Layout, at: (hierarchy: Hierarchy, file: string) => string): void {
  if (unified !== undefined && existsSync(at(unified, 'cgroup.kill'))) {
    writeFileSync(at(unified, 'cgroup.kill'), '1')
    return
  }
  const group = used[0]
  if (group === undefined) return
  for (const pid of readFileSync(at(group, 'cgroup.procs'), 'utf8').split('\n')) {
    if (pid === '') continue
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

function removed(directory: string): boolean {
  try {
    rmdirSync(directory)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return true
    if (code === 'EBUSY') return false
    throw error
  }
}

function field(file: string, name: string): number {
  const line = readFileSync(file, 'utf8').split('\n').find((candidate) => candidate.startsWith(`${name} `))
  return line === undefined ? 0 : Number(line.slice(name.length + 1))
}

interface MountedHierarchy {
  readonly directory: string
  readonly version: 1 | 2
  readonly controllers: readonly string[]
  /** Path of our own group in this hierarchy. */
  readonly own: string
}

function mountedHierarchies(): readonly MountedHierarchy[] {
  if (!existsSync('/proc/self/cgroup')) return []
  const owns = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n').map((line) => line.split(':'))
  return readFileSync('/proc/self/mounts', 'utf8').split('\n').flatMap((line): MountedHierarchy[] => {
    const [, directory = '', type = '', options = ''] = line.split(' ')
    if (type === 'cgroup2') return [{ directory, version: 2, controllers: [], own: owns.find(([id]) => id === '0')?.[2] ?? '/' }]
    if (type !== 'cgroup') return []
    const own = owns.find(([, names = '']) => names !== '' && names.split(',').every((name) => options.split(',').includes(name)))
    return own === undefined ? [] : [{ directory, version: 1, controllers: (own[1] ?? '').split(','), own: own[2] ?? '/' }]
  })
}

/** The nearest group, from our own upwards, below which a group with these controllers can be made. */
function usableHierarchy(mounted: MountedHierarchy): Hierarchy | null {
  const wanted = mounted.version === 2 ? null : mounted.controllers.filter((name) => ['memory', 'pids', 'cpuacct', 'freezer'].includes(name))
  if (wanted?.length === 0) return null
  for (let own = mounted.own; ; own = path.dirname(own)) {
    const found = tryParent(path.join(mounted.directory, own), mounted.version, wanted)
    // A v2 group that cannot hand out controllers is still good for killing, but one higher up may do both.
    if (found !== null && (mounted.version === 1 || found.controllers.size > 0 || own === '/')) return found
    if (own === '/' || own === '.') return found
  }
}

function tryParent(parent: string, version: 1 | 2, wanted: readonly string[] | null): Hierarchy | null {
  const trial = path.join(parent, `${prefix}${process.pid}-${ownStart()}-trial`)
  try {
    if (version === 2) enableControllers(parent)
    mkdirSync(trial)
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'EEXIST', 'EBUSY', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
  try {
    const controllers = wanted ?? ['memory', 'pids'].filter((name) => existsSync(path.join(trial, `${name}.max`)))
    return { parent, version, controllers: new Set(controllers) }
  } finally {
    rmdirSync(trial)
  }
}

function enableControllers(parent: string): void {
  const file = path.join(parent, 'cgroup.subtree_control')
  for (const name of ['memory', 'pids', 'cpu']) {
    try {
      writeFileSync(file, `+${name}`)
    } catch (error) {
      // Not offered here, not ours to hand out, or the group holds processes: then it has to do without.
      if (!['ENOENT', 'EINVAL', 'EBUSY', 'EACCES', 'EPERM', 'EROFS', 'EOPNOTSUPP', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
}

/** Groups of processes that were killed: whatever still runs in them is killed as well. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const match = /^ratchet-(\d+)-(\d+)-/.exec(name)
    if (match === null || startOf(Number(match[1])) === match[2]) continue
    const directory = path.join(parent, name)
    for (const pid of readFileSync(path.join(directory, 'cgroup.procs'), 'utf8').split('\n')) {
      if (pid !== '') process.kill(Number(pid), 'SIGKILL')
    }
    removed(directory)
  }
}

function ownStart(): string {
  return startOf(process.pid) ?? '0'
}

/** Start time in clock ticks (field 22 of stat): with the pid it names a process for good. */
function startOf(pid: number): string | null {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return null
  const text = readFileSync(file, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
