import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Accounting, Limits } from '../../sandbox/sandbox.ts'
import { awaitEnd } from './await-end.ts'
import { usableHierarchies, type Hierarchy } from './group-hierarchies.ts'
import { killMembers, ownGroupPrefix, removeGroupDirectory, removeLeftovers } from './group-leftovers.ts'

/** What the kernel counted for a whole process tree. */
export interface GroupReading {
  readonly cpuMs: number
  readonly peakMemoryBytes: number
  readonly memoryLimitHit: boolean
  readonly processLimitHit: boolean
}

/**
 * One launch's control group. The process must enter by itself, while it has one thread and before it starts anything: `entries` are the
 * files to write 0 to, which means whoever writes.
 */
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

/** Finds writable control groups: v2, v1, or v1 with a v2 hierarchy beside it. Null when there are none that count CPU, memory and processes. */
export function findControlGroups(): ControlGroups | null {
  const hierarchies = usableHierarchies()
  const has = (name: string): Hierarchy | undefined => hierarchies.find((hierarchy) => hierarchy.controllers.has(name))
  const unified = hierarchies.find((hierarchy) => hierarchy.version === 2)
  const [memory, pids] = [has('memory'), has('pids')]
  const cpu = has('cpuacct') ?? (unified !== undefined && existsSync(path.join(unified.parent, 'cgroup.procs')) ? unified : undefined)
  if (memory === undefined || pids === undefined || cpu === undefined) return null
  // A v2 hierarchy without controllers would only bring cgroup.kill, and entering it costs a wait for every processor.
  const used = [...new Set([memory, pids, cpu])]
  for (const hierarchy of used) removeLeftovers(hierarchy.parent)
  // Two sandboxes of one process must not meet in a name.
  const prefix = `${ownGroupPrefix()}${randomBytes(4).toString('hex')}-`
  let counter = 0
  return {
    accounting: memory.version === 2 && cpu.version === 2 ? 'cgroup-v2' : 'cgroup-v1',
    create: (limits) => createGroup({ memory, pids, cpu, used }, `${prefix}${counter++}`, limits),
  }
}

interface Layout {
  readonly memory: Hierarchy
  readonly pids: Hierarchy
  readonly cpu: Hierarchy
  readonly used: readonly Hierarchy[]
}

function createGroup(layout: Layout, name: string, limits: Limits): ControlGroup {
  const at: Place = (hierarchy, file = '') => path.join(hierarchy.parent, name, file)
  try {
    for (const hierarchy of layout.used) mkdirSync(at(hierarchy))
    setLimits(layout, at, limits)
  } catch (error) {
    for (const hierarchy of layout.used) removeGroupDirectory(at(hierarchy))
    throw error
  }
  const cpuMs = (): number =>
    layout.cpu.version === 2 ? field(at(layout.cpu, 'cpu.stat'), 'usage_usec') / 1000 : Number(readFileSync(at(layout.cpu, 'cpuacct.usage'), 'utf8')) / 1e6
  const kill = (): void => killGroup(layout, at)
  return {
    // v1 takes a thread as well. One that moves itself needs no lock; moving a whole process waits until every processor has passed a
    // quiet point, which takes 10 ms and more when nothing was moved lately.
    entries: layout.used.map((hierarchy) => at(hierarchy, hierarchy.version === 1 ? 'tasks' : 'cgroup.procs')),
    cpuMs,
    read: () => ({
      cpuMs: cpuMs(),
      peakMemoryBytes: Number(readFileSync(at(layout.memory, layout.memory.version === 2 ? 'memory.peak' : 'memory.max_usage_in_bytes'), 'utf8')),
      memoryLimitHit: field(at(layout.memory, layout.memory.version === 2 ? 'memory.events' : 'memory.oom_control'), 'oom_kill') > 0,
      processLimitHit: field(at(layout.pids, 'pids.events'), 'max') > 0,
    }),
    kill,
    remove: () => removeGroup(layout, at),
  }
}

type Place = (hierarchy: Hierarchy, file?: string) => string

async function removeGroup(layout: Layout, at: Place): Promise<void> {
  const insist = (): void => {
    seal(layout, at)
    killGroup(layout, at)
  }
  for (const hierarchy of layout.used) {
    const ended = await awaitEnd(() => removeGroupDirectory(at(hierarchy)), insist)
    if (!ended) throw new Error(`processes in ${at(hierarchy)} cannot be killed`)
  }
}

/** From now on nothing in the group can start anything, so that killing what is there ends it. */
function seal({ pids }: Layout, at: Place): void {
  if (existsSync(at(pids))) writeFileSync(at(pids, 'pids.max'), '0')
}

function setLimits({ memory, pids }: Layout, at: Place, limits: Limits): void {
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

function killGroup({ pids }: Layout, at: Place): void {
  if (pids.version === 2 && existsSync(at(pids, 'cgroup.kill'))) writeFileSync(at(pids, 'cgroup.kill'), '1')
  else killMembers(at(pids, 'cgroup.procs'))
}

function field(file: string, name: string): number {
  const line = readFileSync(file, 'utf8').split('\n').find((candidate) => candidate.startsWith(`${name} `))
  return line === undefined ? 0 : Number(line.slice(name.length + 1))
}
