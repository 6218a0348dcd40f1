import { spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const command = fileURLToPath(new URL('../packages/cli/bin/ratchet.js', import.meta.url))

export interface RatchetResult {
  readonly code: number
  readonly stdout: string
}

/** Runs the command line of this checkout as a user would; progress goes to the terminal, stdout also comes back. */
export async function runRatchet(args: readonly string[], options: { readonly echo: boolean }): Promise<RatchetResult> {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['inherit', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    if (options.echo) process.stdout.write(chunk)
  })
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve(status ?? 128))
  })
  return { code, stdout: Buffer.concat(chunks).toString('utf8') }
}
