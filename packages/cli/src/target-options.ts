import type { Command } from 'commander'
import process from 'node:process'

/** Options that every command understands. */
export interface TargetOptions {
  readonly target: string
  readonly json: boolean
  readonly config?: string
}

export function withTarget(command: Command): Command {
  return command
    .option('--target <dir>', 'the repository (default: the current directory)', process.cwd())
    .option('--json', 'print exactly one JSON document on stdout', false)
    .option('--config <file>', 'configuration for a baseline that has none committed')
}
