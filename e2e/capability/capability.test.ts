import { randomBytes } from 'node:crypto'
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { GrantTable, launchThroughDoor, type DoorUse, type Launch, type LaunchResult, type Sandbox, type Service, type Services, type Terms } from '@ratchet/core'
import { createBubblewrapSandbox } from '@ratchet/core/adapters/bubblewrap-sandbox/bubblewrap-sandbox'
import { commandOwner, ownRights } from '@ratchet/core/adapters/bubblewrap-sandbox/stage'
import { createLandlockSandbox, landlockAbi } from '@ratchet/core/adapters/landlock-sandbox/landlock-sandbox'
import { createUnixDoors } from '@ratchet/core/adapters/unix-door/unix-door'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const limits: Launch['limits'] = { memoryBytes: 512 * 1024 ** 2, cpuMs: 10_000, wallMs: 15_000, processes: 32, diskBytes: 8 * 1024 ** 2, outputBytes: 256 * 1024 }
const terms: Omit<Terms, 'lifetimeMs'> = { run: 'run-1', proposal: 'proposal-1', scopes: ['model'], budget: { requests: 100, bytesIn: 100_000, bytesOut: 100_000 } }
const abi = await landlockAbi()

/** Asks through the door, as any program inside would: `node ask.js PATH [BODY] [TOKEN]` prints the status and the answer. */
const askProgram = `
const { readFileSync } = require('node:fs')
const [url, body = '', token = readFileSync(process.env.RATCHET_TOKEN_FILE, 'utf8')] = process.argv.slice(2)
const request = require('node:http').request({ socketPath: process.env.RATCHET_DOOR, path: url, method: 'POST', headers: { authorization: 'Bearer ' + token } }, (response) => {
  let text = ''
  response.on('data', (chunk) => { text += chunk })
  response.on('end', () => console.log(response.statusCode + ' ' + text.trim()))
})
request.on('error', (error) => console.log(error.code))
request.end(body === '-' ? Buffer.alloc(9e6) : body === '@' ? token : body)
`

describe('what a launch may reach', { timeout: 120_000 }, () => {
  let home: string
  let sandbox: Sandbox
  const uses: DoorUse[] = []
  const grants = new GrantTable({ clock: () => new Date(), monotonic: () => performance.now(), random: randomBytes })
  const doors = createUnixDoors({ grants, owner: commandOwner(ownRights()), observe: (use) => uses.push(use) })
  const say: Service = async (request, grant) => new Response(`${grant.proposal} ${new URL(request.url).pathname} ${await request.text()} ${request.headers.get('authorization') ?? 'no token'}`)
  const services: Services = new Map([['model', say], ['tool:search', say]])

  const launch = (command: string): Omit<Launch, 'door'> => ({ command, tree: path.join(home, 'tree'), access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits })
  const through = (command: string, given: { readonly services?: Services; readonly proposal?: string } = {}): Promise<LaunchResult> =>
    launchThroughDoor({ sandbox, doors }, { launch: launch(command), services: given.services ?? services, terms: { ...terms, proposal: given.proposal ?? terms.proposal } }, AbortSignal.timeout(30_000))
  const lines = (result: LaunchResult): readonly string[] => Buffer.from(result.stdout).toString('utf8').trim().split('\n')

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-capability-'))
    await mkdir(path.join(home, 'tree'))
    await writeFile(path.join(home, 'tree/ask.js'), askProgram)
    const owner = commandOwner(ownRights())
    if (owner !== null) for (const name of ['tree', 'tree/ask.js']) await chown(path.join(home, name), owner, owner)
    sandbox = await createBubblewrapSandbox({ environment: process.env, executables: { node: process.execPath } })
  })
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })

  it('is what was granted, by its own token, and nothing else', async () => {
    const result = await through('node ask.js /model/v1 hello; node ask.js /tool/search x; node ask.js /model x wrong; node ask.js /model/../x; node ask.js /model -')
    const [allowed, ...denied] = lines(result)
    expect(allowed).toBe('200 proposal-1 /v1 hello no token')
    // Whoever still writes when the answer comes may hear of it twice.
    expect(denied.slice(0, 4).map((line) => line.slice(0, 3))).toEqual(['403', '401', '404', expect.stringMatching(/413|EPI|ECO/)])
    expect(uses.map(({ outcome }) => outcome)).toEqual(['answered', 'wrong-scope', 'unknown-token', 'malformed', 'too-large'])
  })

  it('is nothing at all without a door', async () => {
    const result = await sandbox.launch(launch('echo "$RATCHET_DOOR$RATCHET_TOKEN_FILE"; ls /run/ratchet /run 2>&1; env | grep -ci ratchet; true'), AbortSignal.timeout(30_000))
    expect(Buffer.from(result.stdout).toString()).not.toMatch(/token|door\n/)
  })

  it('cannot be widened by the files it comes as', async () => {
    const tries = ['ls /run/ratchet', 'rm -f $RATCHET_DOOR $RATCHET_TOKEN_FILE 2>/dev/null', 'mv /run/ratchet /run/other 2>/dev/null', 'echo x > /run/ratchet/new 2>/dev/null', 'echo forged > $RATCHET_TOKEN_FILE 2>/dev/null', 'chmod 777 $RATCHET_TOKEN_FILE 2>/dev/null', 'ln -s / /run/ratchet/up 2>/dev/null', 'ls /run/ratchet/..', 'ls -A /run/ratchet']
    const result = await through(`${tries.join('; ')}; node ask.js /model still; ls -l /run/ratchet/token | cut -c1-10; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | grep -c "ratchet_[A-Za-z0-9_-]\\{43\\}"`)
    expect(lines(result)).toEqual(['door', 'token', 'ratchet', 'door', 'token', '200 proposal-1 / still no token', '-r--------', '0'])
  })

  it('is in no command line on the host, and another launch can do nothing with it', async () => {
    let seen = ''
    const stolen = Promise.withResolvers<string>()
    const release = Promise.withResolvers<void>()
    const keeping: Service = async (request) => {
      stolen.resolve(await request.text())
      for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) for (const file of ['cmdline', 'environ']) seen += await readFile(`/proc/${pid}/${file}`, 'latin1').catch((error: NodeJS.ErrnoException) => error.code ?? '')
      await release.promise
      return new Response('held')
    }
    // The first launch hands its token out, and is still running when the second one tries it at a door of its own.
    const first = through('node ask.js /model @', { services: new Map([['model', keeping]]) })
    const token = await stolen.promise
    expect(token).toMatch(/^ratchet_[\w-]{43}$/)
    const used = uses.length
    const second = await through(`node ask.js /model x ${token}`, { proposal: 'proposal-2' })
    release.resolve()
    expect([lines(second)[0], lines(await first)]).toEqual(['401 {"error":"unauthorized"}', ['200 held']])
    expect(uses.slice(used).map(({ outcome }) => outcome)).toEqual(['other-door', 'answered'])
    expect(seen.length > 1000 && !seen.includes(token)).toBe(true)
    const after = await through(`node ask.js /model x ${token}`)
    expect(lines(after)[0]).toContain('401')
  })

  it('ends with the launch, also for what it left running and for what somebody behind the door still does', async () => {
    const aborted = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const endless: Service = async (_, __, signal) => {
      asked.resolve()
      signal.addEventListener('abort', () => aborted.resolve())
      return new Promise<Response>(() => undefined)
    }
    let files: { readonly socket: string; readonly token: string } | null = null
    const watched = { open: async (...given: Parameters<typeof doors.open>) => {
      const door = await doors.open(...given)
      files = door.files
      return door
    } }
    const result = await launchThroughDoor({ sandbox, doors: watched }, { launch: launch('node ask.js /model x & sleep 1; exit 3'), services: new Map([['model', endless]]), terms }, AbortSignal.timeout(30_000))
    await Promise.all([asked.promise, aborted.promise])
    expect(result.exitCode).toBe(3)
    const { socket } = files as unknown as { readonly socket: string }
    await expect(stat(path.dirname(socket))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is never a door where the tier has none, nor one beside the network', async () => {
    await expect(launchThroughDoor({ sandbox, doors }, { launch: { ...launch('true'), network: true }, services, terms }, AbortSignal.timeout(30_000))).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
    if (abi === null || abi === 0) return
    await using other = await createLandlockSandbox({ environment: process.env, executables: { node: process.execPath } })
    await expect(launchThroughDoor({ sandbox: other, doors }, { launch: launch('true'), services, terms }, AbortSignal.timeout(30_000))).rejects.toMatchObject({ code: 'sandbox-setup-failed', message: expect.stringContaining('landlock has no doors') as string })
  })
})
