import { readFile } from 'node:fs/promises'

const ownStatus = '/proc/self/status'

/** The processors that this process may run on, in groups that share a physical core; in the order of the kernel's numbers. */
export async function readCores(): Promise<readonly (readonly number[])[]> {
  const allowed = parseProcessorList(/^Cpus_allowed_list:\s*(.*)$/m.exec(await readFile(ownStatus, 'utf8'))?.[1] ?? '')
  const cores = new Map<string, number[]>()
  for (const processor of allowed) {
    const core = await siblingsOf(processor)
    const known = cores.get(core)
    if (known === undefined) cores.set(core, [processor])
    else known.push(processor)
  }
  return [...cores.values()]
}

/** Where the kernel does not say (some virtual machines), a processor counts as a core of its own. */
async function siblingsOf(processor: number): Promise<string> {
  try {
    return (await readFile(`/sys/devices/system/cpu/cpu${processor}/topology/thread_siblings_list`, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return String(processor)
  }
}

/** The kernel's list format, as in `0-3,8,10-11` (cpuset(7)). */
export function parseProcessorList(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [, from, to] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? []
    if (from === undefined) return []
    return Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, index) => Number(from) + index)
  })
}
