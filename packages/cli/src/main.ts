import { Command, CommanderError } from 'commander'
import { Failure } from '@ratchet/core'
import { registerCommands } from './commands/register-commands.ts'
import { createConsole, bad, faint, harmless, type Console } from './console.ts'
import { exitCodes, failureExitCode } from './exit-codes.ts'
import type { Invocation } from './invocation.ts'

/** Runs one command line. The only place that sets the exit code. */
export async function main(host: NodeJS.Process): Promise<void> {
  const json = host.argv.includes('--json')
  const console = createConsole(host, json)
  host.stdout.on('error', ignoreGoneReader)
  // What is only told must never end what is being done, whatever became of the place it is told to.
  host.stderr.on('error', () => undefined)
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) host.exit(exitCodes.interrupted)
    console.note('stopping: the launch in progress is ended, everything recorded so far is kept (Ctrl-C again to leave at once)')
    controller.abort(new Error('interrupted by the user'))
  }
  host.on('SIGINT', onSignal)
  host.on('SIGTERM', onSignal)
  const invocation: Invocation = { console, signal: controller.signal, environment: host.env, get stdin() { return host.stdin }, stdout: host.stdout, stderr: host.stderr, clock: () => new Date(), setExitCode: (code) => void (host.exitCode = code) }
  try {
    await createProgram(invocation).parseAsync(host.argv)
  } catch (error) {
    host.exitCode = controller.signal.aborted ? interrupted(console) : report(console, error)
  } finally {
    host.off('SIGINT', onSignal)
    host.off('SIGTERM', onSignal)
  }
}

/** `ratchet proposals | head`: nobody reads any more, which is no reason to break off what is being done. */
function ignoreGoneReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

function createProgram(invocation: Invocation): Command {
  const program = new Command('ratchet')
    .description('Improves code by itself and lets nothing slip back.')
    .version('0.1.0')
    .showHelpAfterError('(ratchet <command> --help shows what it takes)')
    .exitOverride()
    .configureOutput({ writeErr: (text) => invocation.console.note(text.trimEnd()) })
  registerCommands(program, invocation)
  return program
}

function interrupted(console: Console): number {
  if (console.json) console.document({ error: { code: 'interrupted', message: 'interrupted by the user', remedy: null } })
  return exitCodes.interrupted
}

/** Says what went wrong and what to do about it; returns the exit code. */
function report(console: Console, error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done
    // Commander has said it on stderr already.
    if (console.json) console.document({ error: { code: 'usage', message: error.message.replace(/^error: /, ''), remedy: null } })
    return exitCodes.usage
  }
  const code = failureExitCode(error)
  if (error instanceof Failure) {
    if (console.json) console.document({ error: { code: error.code, message: error.message, remedy: error.remedy ?? null } })
    console.note(`${bad('ratchet:')} ${harmless(error.message)}`)
    if (error.remedy !== undefined) console.note(`  ${harmless(error.remedy)}`)
    if (error.cause instanceof Error) console.note(faint(`  cause: ${harmless(error.cause.message)}`))
    return code
  }
  if (console.json) console.document({ error: { code: 'internal', message: String(error), remedy: null } })
  console.note(`${bad('ratchet: internal failure')}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return code
}
