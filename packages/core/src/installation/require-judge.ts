import type { ObjectId } from '../proposal/proposal.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { findJudge, type Judge } from './find-judge.ts'
import { InstallationError } from './installation-error.ts'
import type { InstallationReader } from './installation.ts'

/** More is no list of packages that anybody wrote. */
const largestManifest = 16 * 1024 * 1024
const shown = 5

/** Who judges what is proposed on a baseline: see `findJudge`. `root`: real path of the working tree. */
export async function readJudge({ installation, revisions }: { readonly installation: InstallationReader; readonly revisions: Pick<RevisionReader, 'entries' | 'blobs'> }, { baseline, root }: { readonly baseline: ObjectId; readonly root: string }): Promise<Judge> {
  const entries = await revisions.entries(baseline)
  const running = await installation.read({ inside: root, format: baseline.length === 64 ? 'sha256' : 'sha1' })
  const wanted = entries.filter(({ path, mode }) => mode.startsWith('100') && (/(?:^|\/)package\.json$/.test(path) || path === 'package-lock.json'))
  const contents = await revisions.blobs(wanted.map(({ id }) => id), largestManifest)
  const parsed = new Map(wanted.map(({ path }, index) => [path, parse(contents[index] ?? null)]))
  const lock = parsed.get('package-lock.json') ?? null
  parsed.delete('package-lock.json')
  const manifests = new Map([...parsed].flatMap(([path, value]) => (value === null ? [] : [[path, value] as const])))
  const packages = lock?.['packages']
  return findJudge(running, { entries, manifests, root, lock: typeof packages === 'object' && packages !== null ? (packages as Readonly<Record<string, unknown>>) : null })
}

/** Fails with `judge-differs` where something else would judge than what the baseline holds. */
export function requireJudge(judge: Judge, baseline: ObjectId): void {
  if (judge.kind !== 'different') return
  const named = judge.differences.slice(0, shown).map(({ path, how }) => `${path} ${how}`).join(', ')
  const more = judge.differences.length > shown ? ` and ${judge.differences.length - shown} more` : ''
  throw new InstallationError('judge-differs', `the target holds the code that judges it, and what runs here is not what ${baseline.slice(0, 10)} holds: ${named}${more}`, {
    remedy: `Judge it with an installation of that commit: \`git worktree add DIR ${baseline.slice(0, 10)}\`, \`npm ci\` in it, and run the ratchet in DIR with --target. Or commit or take back what was changed there.`,
  })
}

function parse(content: Uint8Array | null): Readonly<Record<string, unknown>> | null {
  if (content === null) return null
  try {
    const value: unknown = JSON.parse(Buffer.from(content).toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null
  } catch (error) {
    // What is no JSON names no package.
    if (error instanceof SyntaxError) return null
    throw error
  }
}
