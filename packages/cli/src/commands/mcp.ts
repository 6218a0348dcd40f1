import { wholeNumber } from '../argument.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

interface McpOptions extends TargetOptions {
  readonly http?: number
  readonly evaluations: number
  readonly open: number
}

export const registerMcp: Register = (program, invocation) => {
  withTarget(program.command('mcp'))
    .description('let a program propose changes over the Model Context Protocol: it can submit and ask, never approve or apply')
    .option('--http <port>', 'serve HTTP on this port of 127.0.0.1 instead of standard input and output (0: any); needs the token in RATCHET_MCP_TOKEN, or makes one', wholeNumber('--http', 0))
    .option('--evaluations <n>', 'evaluations that the server begins at most', wholeNumber('--evaluations', 1), 50)
    .option('--open <n>', 'submissions that may be open at a time', wholeNumber('--open', 1), 10)
    .action((options: McpOptions) => serve(invocation, options))
}

async function serve(invocation: Invocation, options: McpOptions): Promise<void> {
  if (options.json) throw new UsageError('bad-argument', '`ratchet mcp` speaks its own protocol; drop --json')
  if (options.http !== undefined && options.http > 65_535) throw new UsageError('bad-argument', `--http takes a port up to 65535, not ${options.http}`)
  // Every other command starts faster without the protocol.
  const { serveMcp } = await import('../mcp/serve-mcp.ts')
  await serveMcp(invocation, { target: options, limits: { open: options.open, runs: options.evaluations }, port: options.http ?? null })
}
