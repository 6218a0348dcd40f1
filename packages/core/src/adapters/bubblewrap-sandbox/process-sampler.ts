import { readFileSync } from 'node:fs'

/** What /proc shows of a process and all its descendants at one moment. */
export interface TreeSample {
  readonly cpuMs: number
  readonly memoryBytes: number
  readonly processes: number
}

const clockTicksPerSecond = 100
const pageBytes = 4096

/**
 * Sums a live tree. Reaped children count through their parents' cutime and cstime, so nothing is counted twice; what happened since the
 * last look is missed, which is why this accounting is the weaker one. Looks at no more than `enough` processes: to find that there are too
 * many must not take longer the more there are.
 */
export function sampleTree(root: number, enough: number): TreeSample {
  let [ticks, pages, processes] = [0, 0, 0]
  const queue = [root]
  for (const pid of queue) {
    const stat = readProc(`/proc/${pid}/stat`)
    if (stat === null) continue
    if (processes === enough) break
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    processes += 1
    for (const index of [11, 12, 13, 14]) ticks += Number(fields[index])
    pages += Number(fields[21])
    for (const child of (readProc(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ')) if (child !== '') queue.push(Number(child))
  }
  return { cpuMs: (ticks * 1000) / clockTicksPerSecond, memoryBytes: pages * pageBytes, processes }
}

/** A zombie is no more than an entry: whatever the process held is released. */
export function isRunning(pid: number): boolean {
  const stat = readProc(`/proc/${pid}/stat`)
  return stat !== null && !['Z', 'X'].includes(stat.charAt(stat.lastIndexOf(')') + 2))
}

function readProc(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    // Gone between listing and reading.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
