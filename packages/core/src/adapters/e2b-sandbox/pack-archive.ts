import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openAsBlob, statSync } from 'node:fs'
import path from 'node:path'
import { SandboxError } from '../../sandbox/sandbox.ts'

/** Name under which a mount lies in its archive. */
const mountName = '.ratchet-mount'

/** A directory as a compressed archive of its content, read from the file when it is sent, so that it can be sent again. */
export async function packTree(tree: string, file: string, signal: AbortSignal): Promise<Blob> {
  return await packed(['-C', tree, '.'], file, signal)
}

/** A file or directory as an archive with one entry. */
export async function packMount(source: string, file: string, signal: AbortSignal): Promise<Blob> {
  if (statSync(source, { throwIfNoEntry: false }) === undefined) throw new SandboxError('sandbox-setup-failed', `there is nothing to show at ${source}`)
  // The name is part of a pattern for tar; with a directory before it is a dot and then the name.
  return await packed(['-C', path.dirname(path.resolve(source)), '--transform', `flags=rhS;s,^\\./[^/]*,./${mountName},`, `./${path.basename(path.resolve(source))}`], file, signal)
}

async function packed(what: readonly string[], file: string, signal: AbortSignal): Promise<Blob> {
  const child = spawn('tar', ['-czf', file, '--owner=0', '--group=0', '--numeric-owner', '--sparse', ...what], { stdio: ['ignore', 'ignore', 'pipe'], signal, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } })
  const said: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new SandboxError('sandbox-setup-failed', `the tree could not be packed: ${Buffer.concat(said).toString('utf8').slice(0, 300)}`)
  return await openAsBlob(file)
}
