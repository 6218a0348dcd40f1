import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ownGroupPrefix } from './group-leftovers.ts'

/** A place where control groups can be made. */
export interface Hierarchy {
  /** Directory in which groups are made. */
  readonly parent: string
  readonly version: 1 | 2
  readonly controllers: ReadonlySet<string>
}

/** Every hierarchy in which this process may make groups. */
export function usableHierarchies(): readonly Hierarchy[] {
  return mountedHierarchies().flatMap((mounted) => usableHierarchy(mounted) ?? [])
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
  const trial = path.join(parent, `${ownGroupPrefix()}trial`)
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
