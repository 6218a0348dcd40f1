import { z } from 'zod'
import type { HotFunction } from '../proposal/proposal.ts'

const profileSchema = z.object({ profile: z.array(z.object({ path: z.string(), line: z.int().min(1), name: z.string(), self: z.number().min(0).max(1e15) })).max(100_000) })
const functionsKept = 20

/** Hot functions of what the Python hook wrote, by self time in files below `treePrefix`. The profiled program could have written it: checked, never trusted. Null when it is no profile. */
export function readPythonProfile(value: unknown, treePrefix: string): readonly HotFunction[] | null {
  const parsed = profileSchema.safeParse(value)
  if (!parsed.success) return null
  const own = parsed.data.profile.filter(({ path, self }) => path.startsWith(treePrefix) && self > 0 && !path.includes('/site-packages/'))
  const total = own.reduce((sum, { self }) => sum + self, 0)
  return own
    .toSorted((a, b) => b.self - a.self || a.line - b.line)
    .slice(0, functionsKept)
    .map(({ path, line, name, self }) => ({ kind: 'hot-function', path: path.slice(treePrefix.length), functionName: name.slice(0, 200), line, weight: self / total }))
}
