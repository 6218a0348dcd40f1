import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LaunchResult, SandboxProbe } from '../../sandbox/sandbox.ts'

const nobody = { uid: 65534, gid: 65534 }
const adapter = fileURLToPath(new URL('bubblewrap-sandbox.ts', import.meta.url))
const mayDrop = process.geteuid?.() === 0 && spawnSync(process.execPath, ['-e', `require('fs').accessSync(${JSON.stringify(adapter)}, 4)`], nobody).status === 0

describe.skipIf(!mayDrop)('as an ordinary user (skipped unless root runs the tests, from a checkout that others may read)', () => {
  let home: string
  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-nobody-'))
    await mkdir(path.join(home, 'tree'))
    for (const directory of [home, path.join(home, 'tree')]) await chown(directory, nobody.uid, nobody.gid)
  })
  afterAll(() => rm(home, { recursive: true, force: true }))

  const reported = async (trees: 'auto' | 'copy', wrapper: readonly string[] = []): Promise<{ readonly probe: SandboxProbe; readonly results: readonly LaunchResult[] }> => {
    const script = `import { createBubblewrapSandbox } from ${JSON.stringify(adapter)}
      const never = new AbortController().signal
      const limits = { memoryBytes: 2 ** 28, cpuMs: 10_000, wallMs: 10_000, processes: 32, diskBytes: 2 ** 23, outputBytes: 65_536 }
      await using box = await createBubblewrapSandbox({ environment: process.env, executables: { node: process.execPath }, trees: ${JSON.stringify(trees)} })
      const probe = await box.probe(never)
      const results = []
      for (const access of probe.available ? ['throw-away', 'kept'] : []) {
        results.push(await box.launch({ command: 'id -u; echo x > written; cat written', tree: ${JSON.stringify(path.join(home, 'tree'))}, access, mounts: [], readOnly: [], environment: {}, limits }, never))
      }
      console.log(JSON.stringify({ probe, results: results.map((result) => ({ ...result, stdout: Buffer.from(result.stdout).toString() })) }))`
    const [command = '', ...args] = [...wrapper, process.execPath, '--input-type=module-typescript', '-e', script]
    const child = spawn(command, args, { ...nobody, cwd: '/', env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home }, stdio: ['ignore', 'pipe', 'inherit'] })
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
    return JSON.parse(output) as { probe: SandboxProbe; results: LaunchResult[] }
  }

  it.each(['auto', 'copy'] as const)('everything holds, with the weaker accounting, trees %s', async (trees) => {
    const { probe, results } = await reported(trees)
    expect(probe.checks.filter((check) => !check.ok)).toEqual([])
    expect([probe.available, probe.treeMode, probe.accounting]).toEqual([true, trees === 'copy' ? 'copy' : 'overlay', 'sampled'])
    expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([[0, '65534\nx\n'], [0, '65534\nx\n']])
  })

  it('as root of a user namespace, which a rootless container is, everything holds', async () => {
    const { probe } = await reported('auto', ['unshare', '--user', '--map-root-user'])
    expect(probe.checks.filter((check) => !check.ok)).toEqual([])
    expect(probe.treeMode).toBe('overlay')
  })

  it('without user namespaces there is no sandbox, and the probe says what to do', async () => {
    const off = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    const { probe } = await reported('auto', ['unshare', '--user', '--map-root-user', '/bin/sh', '-c', off, 'sh'])
    expect(probe).toMatchObject({ available: false, checks: [{ name: 'starts', ok: false, detail: expect.stringContaining('User namespaces may be switched off') }] })
  })
})
