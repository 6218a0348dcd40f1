import { z } from 'zod'
import type { HotFunction } from '../../proposal/proposal.ts'

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.int(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
    }),
  ),
  samples: z.array(z.int()),
  // Microseconds; of more than a thousand years no share can be told.
  timeDeltas: z.array(z.number().max(1e15)),
})

const functionsKept = 20

/**
 * Hot functions of a V8 CPU profile (.cpuprofile) by self time, as shares of the time spent in files below `treePrefix`. The profiled code
 * could have written the file itself: it is checked, never trusted, and only guides the search. Null when it is no profile.
 */
export function readCpuProfile(json: string, treePrefix: string): readonly HotFunction[] | null {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
  const parsed = profileSchema.safeParse(value)
  if (!parsed.success || parsed.data.samples.length !== parsed.data.timeDeltas.length) return null
  const { nodes, samples, timeDeltas } = parsed.data
  const frames = new Map(nodes.map((node) => [node.id, node.callFrame]))
  const times = new Map<string, { readonly path: string; readonly functionName: string; readonly line: number; time: number }>()
  let total = 0
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id)
    const path = frame === undefined ? null : pathBelow(frame.url, treePrefix)
    const delta = timeDeltas[index] ?? 0
    if (frame === undefined || path === null || !(delta > 0)) continue
    total += delta
    const line = frame.lineNumber + 1
    const key = JSON.stringify([path, line, frame.functionName])
    const held = times.get(key)
    if (held === undefined) times.set(key, { path, functionName: frame.functionName || '(anonymous)', line, time: delta })
    else held.time += delta
  }
  return [...times.values()]
    .sort((a, b) => b.time - a.time || a.line - b.line)
    .slice(0, functionsKept)
    .map(({ path, functionName, line, time }) => ({ kind: 'hot-function', path, functionName: functionName.slice(0, 200), line, weight: time / total }))
}

function pathBelow(url: string, treePrefix: string): string | null {
  const file = url.startsWith('file://') ? decoded(url.slice('file://'.length)) : url
  if (!file.startsWith(treePrefix)) return null
  const path = file.slice(treePrefix.length)
  return path.split('/').includes('node_modules') ? null : path
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}
