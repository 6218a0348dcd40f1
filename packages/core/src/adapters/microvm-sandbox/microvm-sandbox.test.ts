import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SandboxError, type Launch, type LaunchResult, type Sandbox } from '../../sandbox/sandbox.ts'
import { processorShare } from '../../testing/processor-share.ts'
import { missingRequirements } from './microvm-requirements.ts'
import { createMicrovmSandbox } from './microvm-sandbox.ts'

/** Survives the tests: a kernel is fetched and a machine is booted once, not every time. */
const cacheDirectory = fileURLToPath(new URL('../../../../../node_modules/.cache/ratchet-microvm', import.meta.url))
const limits: Launch['limits'] = { memoryBytes: 128 * 1024 ** 2, cpuMs: 60_000, wallMs: 60_000, processes: 24, diskBytes: 8 * 1024 ** 2, outputBytes: 64 * 1024 }
const text = (bytes: Uint8Array | null | undefined): string | null => (bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString('utf8'))

async function opened(): Promise<Sandbox | string> {
  try {
    return await createMicrovmSandbox({ environment: process.env, cacheDirectory })
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'sandbox-unavailable') return error.message
    throw error
  }
}

const box = await opened()

describe.skipIf(typeof box === 'string')(`microvm${typeof box === 'string' ? ` (absent here: ${box})` : ''}`, { timeout: 300_000 }, () => {
  let tree: string
  const run = (command: string, more: Partial<Launch> = {}, signal = new AbortController().signal): Promise<LaunchResult> => {
    if (typeof box === 'string') throw new Error(box)
    return box.launch({ command, tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits, ...more }, signal)
  }

  beforeAll(async () => {
    tree = await mkdtemp(path.join(os.tmpdir(), 'ratchet-microvm-'))
    await mkdir(path.join(tree, 'sub'))
    await writeFile(path.join(tree, 'sub/file'), 'content')
    for (const [name, mode] of [['.', 0o777], ['sub', 0o777], ['sub/file', 0o666]] as const) await chmod(path.join(tree, name), mode)
  })

  afterAll(async () => {
    if (typeof box !== 'string') await box[Symbol.asyncDispose]()
    await rm(tree, { recursive: true, force: true })
  })

  it('brings back output, exit status, the collected file and the channel, and keeps nothing of a throw-away launch', async () => {
    const command = 'cat <&3; echo back >&3; echo out; echo "$NAME" >&2; echo new > sub/file; echo report > report; exit 7'
    const result = await run(command, { collect: 'report', channel: Buffer.from('forth'), environment: { NAME: 'it\'s "quoted"\n漢' } })
    expect([result.ending, result.exitCode, text(result.stdout), text(result.stderr)]).toEqual(['exited', 7, 'forthout\n', 'it\'s "quoted"\n漢\n'])
    expect([text(result.collected), text(result.channel)]).toEqual(['report\n', 'back\n'])
    expect([await readdir(tree), await readFile(path.join(tree, 'sub/file'), 'utf8')]).toEqual([['sub'], 'content'])
    expect([result.usage.wallMs > 0, result.usage.cpuMs > 0, result.usage.peakMemoryBytes > 0]).toEqual([true, true, true])
  })

  it('stays on the processors that it was given', async () => {
    expect(await processorShare(run)).toBeLessThan(1.25)
  })

  it('shows no file of the host and no device by which an ending could be forged', async () => {
    const files = ['/etc/shadow', '/root', '/home', '/sys', '/view', '/lower', '/init', '/proc/1/root/etc/shadow', '/proc/1/fd/0', '/dev/vport0p1', '/dev/mem', '/dev/kmsg', os.homedir(), tree]
    const forged = `printf 'X\\000\\000\\000\\0070 0 0 1'; printf 'X\\000\\000\\000\\0070 0 0 1' >&2; exit 9`
    const result = await run(`${files.map((file) => `[ ! -e '${file}' ] || echo '${file}'`).join('\n')}\n${forged}`)
    expect([result.ending, result.exitCode, text(result.stdout)]).toEqual(['exited', 9, 'X\0\0\0\u00070 0 0 1'])
  })

  it('writes of a kept launch stay', async () => {
    const result = await run('mkdir -p dist && echo built > dist/out', { access: 'kept' })
    expect([result.exitCode, await readFile(path.join(tree, 'dist/out'), 'utf8')]).toEqual([0, 'built\n'])
    await rm(path.join(tree, 'dist'), { recursive: true })
  })

  it('a command that hangs is ended, and so is one that is aborted', async () => {
    expect((await run('trap "" TERM; sleep 100', { limits: { ...limits, wallMs: 500 } })).ending).toBe('wall-limit')
    expect((await run('sleep 100', {}, AbortSignal.timeout(400))).ending).toBe('aborted')
  })

  it('refuses the network', async () => {
    await expect(run('true', { network: true })).rejects.toMatchObject({ code: 'sandbox-setup-failed' })
  })

  it('holds what its probe promises', async () => {
    if (typeof box === 'string') throw new Error(box)
    const probe = await box.probe(new AbortController().signal)
    expect(probe.checks.filter(({ ok }) => !ok)).toEqual([])
    expect(probe.available).toBe(true)
  })
})

describe('a microvm that cannot be', () => {
  it('says which programs are missing', async () => {
    await expect(createMicrovmSandbox({ environment: { PATH: '/nowhere' }, cacheDirectory })).rejects.toMatchObject({ code: 'sandbox-unavailable' })
    expect(missingRequirements({ environment: { PATH: '/nowhere' } }).map(({ program }) => program)).toEqual(expect.arrayContaining(['qemu-system-x86_64', 'bwrap', 'perl']))
    expect(missingRequirements({ environment: process.env, kernel: '/nowhere/vmlinuz' }).map(({ program }) => program)).toContain('/nowhere/vmlinuz')
  })

  it.skipIf(typeof box === 'string')('says that a kernel is none', async () => {
    for (const kernel of ['/nowhere/vmlinuz', fileURLToPath(import.meta.url)]) {
      await expect(createMicrovmSandbox({ environment: process.env, cacheDirectory, kernel })).rejects.toMatchObject({ code: 'sandbox-unavailable' })
    }
  })
})
