import { Command, CommanderError } from 'commander'
import { Failure } from '@ratchet/core/failure/failure'
import { registerCommands } from './commands/register-commands.ts'
import { createConsole, bad, faint, harmless, StdoutError, type Console } from './console.ts'
import { exitCodes } from './exit-codes.ts'
import type { Invocation } from './invocation.ts'

/** Runs one command line. The only place that sets the exit code. */
export async function main(host: NodeJS.Process): Promise<void> {
  const json = host.argv.includes('--json')
  const console = createConsole(host, json)
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
  const told = watchStdout(host, console)
  const invocation: Invocation = { console, signal: controller.signal, environment: host.env, get stdin() { return host.stdin }, stdout: host.stdout, stderr: host.stderr, clock: () => new Date(), setExitCode: (code) => void (host.exitCode = told.isBroken && code === exitCodes.done ? exitCodes.failure : code) }
  try {
    const program = await createProgram(invocation, host.argv[2])
    await program.parseAsync(host.argv)
  } catch (error) {
    const code = controller.signal.aborted ? interrupted(console) : await report(console, error)
    host.exitCode = told.isBroken && code === exitCodes.done ? exitCodes.failure : code
  } finally {
    host.off('SIGINT', onSignal)
    host.off('SIGTERM', onSignal)
  }
}

/**
 * A full disk, or a reader that went (`ratchet proposals | head`): no reason to break off what is being done, but whoever reads the exit status must not take what arrived for the whole answer. The write fails later than the
 * call that made it, so the exit status may be set already.
 */
function watchStdout(host: NodeJS.Process, console: Console): { readonly isBroken: boolean } {
  const told = { isBroken: false }
  host.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (told.isBroken) return
    told.isBroken = true
    if ((host.exitCode ?? exitCodes.done) === exitCodes.done) host.exitCode = exitCodes.failure
    console.note(`${bad('ratchet:')} the answer could not be written to stdout (${error.code ?? error.message}): ${error.code === 'EPIPE' ? 'its reader went away' : 'check the place it goes to'}. Whatever the command did stays done; \`ratchet log\` says what.`)
  })
  return told
}

async function createProgram(invocation: Invocation, first: string | undefined): Promise<Command> {
  const program = new Command('ratchet')
    .description('Improves code by itself and lets nothing slip back.')
    .version('0.1.0')
    .showHelpAfterError('(ratchet <command> --help shows what it takes)')
    .exitOverride()
    .configureOutput({ writeErr: (text) => invocation.console.note(text.trimEnd()) })
  await registerCommands(program, invocation, first)
  return program
}

function interrupted(console: Console): number {
  if (console.json) console.document({ error: { code: 'interrupted', message: 'interrupted by the user', remedy: null } })
  return exitCodes.interrupted
}

/** Says what went wrong and what to do about it; returns the exit code. */
async function report(console: Console, error: unknown): Promise<number> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done
    // Commander has said it on stderr already.
    if (console.json) console.document({ error: { code: 'usage', message: error.message.replace(/^error: /, ''), remedy: null } })
    return exitCodes.usage
  }
  // It knows every area's failures; what goes well needs none of them.
  const { failureExitCode } = await import('./failure-exit-code.ts')
  const code = failureExitCode(error)
  if (error instanceof StdoutError) return code
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
