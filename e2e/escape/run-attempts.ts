import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, lchown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { commandOwner, ownRights } from '../../packages/core/src/adapters/bubblewrap-sandbox/stage.ts'
import type { Launch, Sandbox } from '../../packages/core/src/sandbox/sandbox.ts'
import type { Attempt, Bait } from './attempt.ts'
import { attemptLimits } from './attempts.ts'

/** `escaped` is what nobody may see; `broken` means that the attempt itself did not run as meant. */
export interface Finding {
  readonly attempt: Attempt
  readonly outcome: 'held' | 'escaped' | 'broken'
  readonly detail: string
}

const secret = `secret-${process.pid}-of-the-host`

/** The host's side: a secret, listeners that nobody may reach, a tree. Everything goes when it is disposed. */
export async function layBait(): Promise<AsyncDisposable & { readonly bait: Bait; readonly tree: string; readonly wasTouched: () => Promise<string | null> }> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-escape-'))
  await chmod(home, 0o755)
  const [secretFile, writableFile, tree, pathSocket] = ['secret', 'writable', 'tree', 'socket'].map((name) => path.join(home, name)) as [string, string, string, string]
  await writeFile(secretFile, secret, { mode: 0o644 })
  await writeFile(writableFile, 'whole')
  await chmod(writableFile, 0o666)
  await mkdir(path.join(tree, 'check'), { recursive: true })
  await writeFile(path.join(tree, 'check/expected'), 'right\n')
  const owner = commandOwner(ownRights())
  for (const name of owner === null ? [] : ['.', 'check', 'check/expected']) await lchown(path.join(tree, name), owner ?? 0, owner ?? 0)
  const visits: string[] = []
  const abstractSocket = `ratchet-escape-${process.pid}`
  const listen = async (place: { port: number; host: string } | { path: string }, name: string): Promise<Server> => {
    const server = createServer((socket) => { visits.push(name); socket.on('error', () => undefined).destroy() })
    server.listen(place)
    await once(server, 'listening')
    return server
  }
  const servers = [await listen({ port: 0, host: '127.0.0.1' }, 'TCP'), await listen({ path: pathSocket }, 'socket file'), await listen({ path: `\0${abstractSocket}` }, 'abstract socket')]
  await chmod(pathSocket, 0o777)
  const udp = createSocket('udp4').on('message', () => void visits.push('UDP'))
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
  const address = servers[0]?.address()
  const bait: Bait = {
    secretFile, writableFile, pathSocket, abstractSocket, hostPid: process.pid, marker: `8${process.pid}`,
    tcpPort: typeof address === 'object' && address !== null ? address.port : 0, udpPort: udp.address().port,
  }
  return {
    bait,
    tree,
    wasTouched: async () => {
      if ((await readFile(writableFile, 'utf8')) !== 'whole') return 'a file outside was written'
      const visit = visits.shift()
      return visit === undefined ? null : `${visit} of the host was reached`
    },
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) server.close()
      udp.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Runs one attempt and judges it from outside. */
export async function runAttempt(sandbox: Sandbox, attempt: Attempt, { bait, tree, wasTouched }: Awaited<ReturnType<typeof layBait>>, signal: AbortSignal): Promise<Finding> {
  const launch: Launch = { command: attempt.command(bait), tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits: attemptLimits, ...attempt.launch }
  const result = await sandbox.launch(launch, signal)
  const finding = (outcome: Finding['outcome'], detail: string): Finding => ({ attempt, outcome, detail })
  const said = [result.stdout, result.stderr, result.collected ?? new Uint8Array()].map((bytes) => Buffer.from(bytes).toString('latin1')).join('\n')
  const ending = `${result.ending}${result.exitCode === null ? '' : ` with ${result.exitCode}`}`
  if (said.includes(secret)) return finding('escaped', 'the secret came out')
  const touched = await wasTouched()
  if (touched !== null) return finding('escaped', touched)
  if (await isRunning(bait.marker)) return finding('escaped', 'a process stayed behind')
  if (result.exitCode === 9) return finding('escaped', ending)
  if (!(attempt.endings ?? ['exited']).includes(result.ending)) return finding('broken', `${ending}: ${said.trim().slice(0, 200)}`)
  return attempt.endings === undefined && result.exitCode !== 0 ? finding('broken', `${ending}: ${said.trim().slice(0, 200)}`) : finding('held', ending)
}

async function isRunning(marker: string): Promise<boolean> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ESRCH') return ''
      throw error
    })
    if (line.replaceAll('\0', ' ').trim() === `sleep ${marker}`) return true
  }
  return false
}
