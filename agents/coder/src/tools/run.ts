import { spawn } from 'node:child_process'
import { done, refused, type Tool } from '../tool.ts'

const timeMs = 30_000
const mostCharacters = 6_000

export const run: Tool = {
  name: 'run',
  description: `Runs a shell command in the working directory, for at most ${timeMs / 1000} seconds, and shows what it prints.`,
  parameters: { command: { type: 'string', description: 'a line for /bin/sh' } },
  use: async ({ command }, root, signal) => {
    const { output, ending } = await runShell(String(command), root, signal)
    const text = steady(output)
    const shown = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}\n[${text.length - mostCharacters} more characters are not shown]` : text
    return ending === 'exit 0' ? done(shown === '' ? '[it printed nothing]' : shown) : refused(`${ending}\n${shown}`)
  },
}

/** Kept of what a command prints, in bytes. A command that never stops printing costs no memory. */
const mostKept = 1024 * 1024

async function runShell(command: string, root: string, signal: AbortSignal): Promise<{ readonly output: string; readonly ending: string }> {
  const { RATCHET_DOOR: _door, RATCHET_TOKEN_FILE: _token, OPENAI_API_KEY: _key, ...environment } = process.env
  const child = spawn('/bin/sh', ['-c', command], { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const closed = Promise.withResolvers<void>()
  const chunks: Buffer[] = []
  let kept = 0
  let ending: string | null = null
  const keep = (chunk: Buffer): void => {
    if (kept < mostKept) chunks.push(chunk.subarray(0, mostKept - kept))
    kept += chunk.length
  }
  const stop = (why: string): void => {
    ending ??= why
    killGroup(child.pid)
  }
  const onAbort = (): void => stop('stopped')
  const timer = setTimeout(() => stop(`stopped after ${timeMs / 1000} seconds`), timeMs)
  signal.addEventListener('abort', onAbort, { once: true })
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  child.once('error', (error) => stop(`it could not be started: ${error.message}`))
  // What it left running in the background would hold the pipes open.
  child.once('exit', (code, by) => stop(code === null ? `killed by ${by ?? 'a signal'}` : `exit ${code}`))
  child.once('close', () => closed.resolve())
  await closed.promise
  clearTimeout(timer)
  signal.removeEventListener('abort', onAbort)
  return { output: Buffer.concat(chunks).toString('utf8'), ending: ending ?? 'it ended' }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** How long something took is different each time: without it the same work asks the model the same, and can be answered from a record. */
function steady(text: string): string {
  return text.replace(/(\bduration_ms:? )[\d.]+/g, '$1?').replace(/\(\d[\d.]*m?s\)/g, '(?)').replace(/\bin \d[\d.]*m?s\b/g, 'in ?')
}
