import { z } from 'zod'
import { printableText } from '../evaluation/printable-text.ts'

/** What an agent says of what it did: words of the agent's, which prove nothing by themselves. Further fields are its own. */
export type TrajectoryLine =
  | { readonly kind: 'model'; readonly call: number; readonly [field: string]: unknown }
  | { readonly kind: 'tool'; readonly tool: string; readonly [field: string]: unknown }
  | { readonly kind: 'end'; readonly why: string; readonly [field: string]: unknown }
  | { readonly kind: 'text'; readonly text: string }

const lineSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('model'), call: z.int().min(0) }),
  z.looseObject({ kind: z.literal('tool'), tool: z.string().max(200) }),
  z.looseObject({ kind: z.literal('end'), why: z.string().max(2000) }),
])

/** More lines than any agent has steps; what comes after is left out. */
const mostLines = 20_000
/** Characters. A longer line is no line of a trajectory, and its beginning is kept as text. */
const longestLine = 256 * 1024
const longestText = 4000

/** Reads what an agent printed: JSON lines of the known kinds, and everything else as text. Never throws. */
export function readTrajectory(stdout: Uint8Array): readonly TrajectoryLine[] {
  const lines = Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength).toString('utf8').split('\n', mostLines)
  return lines.flatMap((line): TrajectoryLine[] => (line.trim() === '' ? [] : [readLine(line)]))
}

function readLine(line: string): TrajectoryLine {
  const parsed = line.startsWith('{') && line.length <= longestLine ? lineSchema.safeParse(parseJson(line)) : null
  return parsed?.success === true ? parsed.data : { kind: 'text', text: printableText(line.slice(0, longestText)) }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** How many replies of the model the agent says it used. */
export function reportedCalls(trajectory: readonly TrajectoryLine[]): number {
  return new Set(trajectory.flatMap((line) => (line.kind === 'model' ? [line.call] : []))).size
}
