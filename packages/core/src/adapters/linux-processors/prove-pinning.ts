import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { readCores } from './read-cores.ts'

const execute = promisify(execFile)

export type Pinning = { readonly works: true; readonly detail: string } | { readonly works: false; readonly detail: string; readonly remedy: string }

const remedy = 'Install the package util-linux (on Debian: apt-get install util-linux), which has taskset, or evaluate one proposal at a time: `ratchet run --workers 1`.'

/** Whether a program can be kept to one processor, by doing it: BusyBox has a taskset too, and some of them do not know the option. */
export async function provePinning(environment: Readonly<Record<string, string | undefined>>): Promise<Pinning> {
  const processor = (await readCores())[0]?.[0] ?? 0
  const seen = ['taskset', '--cpu-list', String(processor), 'cat', '/proc/self/status'] as const
  try {
    const [program, ...args] = seen
    const { stdout } = await execute(program, args, { env: { PATH: environment['PATH'] }, timeout: 10_000 })
    const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(stdout)?.[1]
    if (list === String(processor)) return { works: true, detail: 'keeps evaluations side by side to cores of their own' }
    return { works: false, detail: `it was to keep a program to processor ${processor}, which then ran on ${list ?? 'unknown ones'}`, remedy }
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return { works: false, detail: isMissing ? 'not found' : `\`${seen.slice(0, 3).join(' ')}\` failed: ${said(error)}`, remedy }
  }
}

function said(error: unknown): string {
  const text = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error)
  return text.trim().split('\n')[0] ?? ''
}
