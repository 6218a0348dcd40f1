/** One line of what the agent did. There is one `model` line for each reply that came, usable or not: whoever pays for them counts them. */
export type Line =
  | { readonly kind: 'model'; readonly call: number; readonly tokens: number; readonly text: string; readonly tools: readonly string[]; readonly problem?: string }
  | { readonly kind: 'retry'; readonly status: number | null; readonly waitMs: number }
  | { readonly kind: 'tool'; readonly tool: string; readonly arguments: string; readonly ok: boolean; readonly result: string }
  | { readonly kind: 'end'; readonly why: string; readonly steps: number; readonly summary: string }

export type Trajectory = (line: Line) => void

const mostOfText = 1000

/** As JSON, one line each. Long texts are cut: the whole conversation is in the transcripts of the gateway. */
export function writeTrajectory(write: (text: string) => void): Trajectory {
  return (line) => write(`${JSON.stringify(line, (_, value: unknown) => (typeof value === 'string' && value.length > mostOfText ? `${value.slice(0, mostOfText)}[...]` : value))}\n`)
}
