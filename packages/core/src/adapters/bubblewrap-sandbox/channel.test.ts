import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Launch, LaunchResult, Sandbox } from '../../sandbox/sandbox.ts'
import { createBubblewrapSandbox } from './bubblewrap-sandbox.ts'
import { commandOwner, ownRights } from './stage.ts'

const limits: Launch['limits'] = { memoryBytes: 512 * 1024 ** 2, cpuMs: 10_000, wallMs: 10_000, processes: 32, diskBytes: 8 * 1024 ** 2, outputBytes: 64 * 1024 }
const text = (bytes: Uint8Array | null | undefined): string | null => (bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString('utf8'))

describe('what a launch and its parent share', () => {
  let home: string
  let box: Sandbox

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-channel-test-'))
    await mkdir(path.join(home, 'tree/sub'), { recursive: true })
    await writeFile(path.join(home, 'tree/file'), 'content')
    const owner = commandOwner(ownRights())
    if (owner !== null) for (const name of ['tree', 'tree/sub', 'tree/file']) await chown(path.join(home, name), owner, owner)
    box = await createBubblewrapSandbox({ environment: process.env, executables: { node: process.execPath } })
  })
  afterAll(async () => {
    await box[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })

  const run = (command: string, more: Partial<Launch> = {}): Promise<LaunchResult> =>
    box.launch({ command, tree: path.join(home, 'tree'), access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits, ...more }, AbortSignal.timeout(30_000))
  const channel = Buffer.from('0123456789')

  it('is a channel that holds what was put in, then ends, and brings back what is written', async () => {
    const result = await run('said=$(cat <&3); echo "read $said" >&3; echo out; exit 4', { channel })
    expect([result.exitCode, text(result.channel), text(result.stdout)]).toEqual([4, 'read 0123456789\n', 'out\n'])
  })

  it('is none without being asked for', async () => {
    const result = await run('echo forged >&3 || echo closed', {})
    expect([result.channel, text(result.stdout)]).toEqual([null, 'closed\n'])
  })

  it('works beside a collected file, and the command writes into neither the file nor the status of bwrap', async () => {
    const forged = `for number in 4 5 6 7 8 9; do { echo '{"exit-code":0}' >&$number; } 2>/dev/null; done`
    const result = await run(`cat <&3 >/dev/null; echo mine >&3; ${forged}; echo real > report; exit 5`, { channel, collect: 'report' })
    expect([result.exitCode, text(result.channel), text(result.collected)]).toEqual([5, 'mine\n', 'real\n'])
    const nothing = await run(`${forged}; exit 5`, { channel, collect: 'report' })
    expect([nothing.exitCode, text(nothing.channel), nothing.collected]).toEqual([5, '', null])
  })

  it('does not let other processes be reached through their descriptors', async () => {
    const result = await run('for file in /proc/[0-9]*/fd/[3-9]; do echo forged > "$file"; done 2>/dev/null; exit 6', { channel, collect: 'report' })
    expect([result.exitCode, text(result.channel), result.collected]).toEqual([6, '', null])
  })

  it('counts what comes over the channel as output', async () => {
    const result = await run('while :; do echo flood >&3; done', { channel })
    expect([result.ending, result.channel?.length]).toEqual(['output-limit', limits.outputBytes])
  })

  it('takes a command that never reads, and one that is gone at once', async () => {
    expect((await run('exit 0', { channel: Buffer.alloc(1024 ** 2) })).exitCode).toBe(0)
    expect((await run('exec 3>&-; sleep 0.05; exit 3', { channel: Buffer.alloc(1024 ** 2) })).exitCode).toBe(3)
  })

  it('is the tree, elsewhere when asked, with the same home and mounts', async () => {
    const mounts = [{ source: path.join(home, 'tree/file'), target: 'sub/mounted' }]
    const result = await run('pwd; cat file sub/mounted; echo; echo $HOME; ls -d /work; echo new > file && cat report', { directory: '/srv/a/b', mounts, collect: 'report' })
    expect([text(result.stdout)?.split('\n').slice(0, 3), result.exitCode]).toEqual([['/srv/a/b', 'contentcontent', '/tmp/home'], 1])
    expect(text(result.stderr)).toContain('/work')
  })

  it.each(['/etc', '/srv', '/srv/../etc', '/srv/a/./b', 'srv/a', '/srv/a/', '/srv/a\0b'])('is never shown at %j', async (directory) => {
    await expect(run('true', { directory })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
  })
})
