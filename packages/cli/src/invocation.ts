import type { Console } from './console.ts'
import type { ExitCode } from './exit-codes.ts'

/** What a command gets from the process it runs in. */
export interface Invocation {
  readonly console: Console
  readonly signal: AbortSignal
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WritableStream
  readonly clock: () => Date
  readonly setExitCode: (code: ExitCode) => void
}
