import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseCountingMethod } from '../../evaluation/counting-method.ts'
import type { Launch, LaunchResult, Sandbox } from '../../sandbox/sandbox.ts'
import { describeKilledParent } from '../../testing/sandbox-contract.ts'
import { createBubblewrapSandbox } from './bubblewrap-sandbox.ts'
import { findControlGroups } from './control-group.ts'
import { findPerf, readReport, tryCounter } from './hardware-counter.ts'
import { commandOwner, ownRights } from './stage.ts'

// The counter stands between us and the launch. A program that speaks like perf is enough, and in a folder of its own for the process that is killed.
describeKilledParent('under a counter', `
  import { mkdtempSync, writeFileSync } from 'node:fs'
  import { createBubblewrapSandbox } from ${JSON.stringify(fileURLToPath(new URL('bubblewrap-sandbox.ts', import.meta.url)))}
  const bin = mkdtempSync('/tmp/ratchet-perf-')
  writeFileSync(bin + '/perf', '#!/bin/sh\\nshift 8\\nrm -r ' + bin + '\\n"$@"\\nexit $?\\n', { mode: 0o755 })
  const box = await createBubblewrapSandbox({ environment: { PATH: bin + ':' + process.env.PATH } })
  const sandbox = { launch: (launch, signal) => box.launch({ ...launch, instructions: true }, signal) }
`)

describe('the report of a counter', () => {
  it.each([
    ['1234567,,instructions:u,1000000,100.00,,', 1_234_567],
    ['# started\n\n1234567,,instructions:u,1000000,100.00,1.02,insn per cycle\n', 1_234_567],
  ])('is read: %s', (text, count) => expect(readReport(text)).toBe(count))

  it.each([
    '', '<not supported>,,instructions:u,0,100.00,,', '<not counted>,,instructions:u,0,0.00,,', '0,,instructions:u,0,100.00,,', '1234567,,instructions:u,1000000,50.00,,', '1234567,,instructions,1000000,100.00,,',
    '1234567,,cycles:u,1000000,100.00,,', '1,,instructions:u,9,100.00,,\n2,,instructions:u,9,100.00,,', '-5,,instructions:u,9,100.00,,', '1e9,,instructions:u,9,100.00,,', '99999999999999999999,,instructions:u,9,100.00,,',
  ])('is none: %s', (text) => expect(readReport(text)).toBeNull())

  it('is a positive whole number or nothing, whatever is said', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('1', '0', ',', '\n', 'instructions:u', '100.00', '#', '-', '.', ' ') }), (text) => {
      const count = readReport(text)
      expect(count === null || Number.isSafeInteger(count)).toBe(true)
    }))
  })
})

describe('a counter outside of the sandbox', () => {
  let home: string
  const open: Sandbox[] = []

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-counter-test-'))
    await mkdir(path.join(home, 'tree'))
    const owner = commandOwner(ownRights())
    if (owner !== null) await chown(path.join(home, 'tree'), owner, owner)
  })
  afterAll(async () => {
    for (const box of open) await box[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })

  /** A program that speaks like perf, and says what it is told to; it refuses any other way of being called than the real one takes. */
  const standIn = async (name: string, says: string): Promise<Sandbox> => {
    const bin = path.join(home, name)
    await mkdir(bin)
    const script = `#!/bin/sh\n[ "$1 $2 $3 $4 $5 $6 $8" = 'stat -x , -e instructions:u --log-fd --' ] || exit 129\nfd=$7\nshift 8\n"$@"\nstatus=$?\neval "echo '${says}' >&$fd"\nexit $status\n`
    await writeFile(path.join(bin, 'perf'), script)
    await chmod(path.join(bin, 'perf'), 0o755)
    const box = await createBubblewrapSandbox({ environment: { PATH: `${bin}:${process.env['PATH'] ?? ''}` } })
    open.push(box)
    return box
  }
  const limits: Launch['limits'] = { memoryBytes: 256 * 1024 ** 2, cpuMs: 10_000, wallMs: 10_000, processes: 32, diskBytes: 8 * 1024 ** 2, outputBytes: 64 * 1024 }
  const run = (box: Sandbox, command: string, more: Partial<Launch> = {}): Promise<LaunchResult> =>
    box.launch({ command, tree: path.join(home, 'tree'), access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits, instructions: true, ...more }, AbortSignal.timeout(30_000))
  const tree = (): { readonly path: string; readonly mounts: []; readonly readOnly: [] } => ({ path: path.join(home, 'tree'), mounts: [], readOnly: [] })
  const hasGroups = findControlGroups() !== null

  it.skipIf(!hasGroups)('says what it counted, and the launch is what it would have been', async () => {
    const box = await standIn('counts', '4321,,instructions:u,77,100.00,,')
    const result = await run(box, 'echo out; echo err >&2; exit 3')
    expect([result.ending, result.exitCode, Buffer.from(result.stdout).toString(), result.usage.instructions]).toEqual(['exited', 3, 'out\n', 4321])
    expect((await run(box, 'true', { instructions: false })).usage.instructions).toBeUndefined()
    const asked = await run(box, 'cat <&3; echo said >&3; echo file > x', { channel: Buffer.from('in'), collect: 'x' })
    expect([Buffer.from(asked.channel ?? []).toString(), Buffer.from(asked.collected ?? []).toString(), asked.usage.instructions]).toEqual(['said\n', 'file\n', 4321])
  })

  it.skipIf(!hasGroups)('cannot be spoken for by what it counts', async () => {
    const box = await standIn('forged', '# it says nothing, so that one line of somebody else would be a whole report')
    // Every descriptor that the command has, and whatever its parents hold open.
    const forge = "for fd in 3 4 5 6 7 8 9 /proc/[0-9]*/fd/*; do case $fd in /*) echo '1,,instructions:u,9,100.00,,' > $fd ;; *) eval \"echo '1,,instructions:u,9,100.00,,' >&$fd\" ;; esac; done 2>/dev/null; true"
    const result = await run(box, forge)
    expect([result.ending, result.usage.instructions]).toEqual(['exited', null])
  })

  it.skipIf(!hasGroups)('goes when the launch is ended, and what it then says is no count', async () => {
    const box = await standIn('killed', '4321,,instructions:u,77,100.00,,')
    const result = await run(box, 'sleep 20', { limits: { ...limits, wallMs: 300 } })
    expect([result.ending, result.usage.instructions]).toEqual(['wall-limit', null])
  })

  it('is not taken for one where it says that nothing counts, gives no count that grows, or is not there', async () => {
    const constant = await standIn('constant', '4321,,instructions:u,77,100.00,,')
    const refusing = await standIn('refusing', '<not supported>,,instructions:u,0,100.00,,')
    const failing = await createBubblewrapSandbox({ environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } })
    open.push(failing)
    for (const box of [constant, refusing]) expect(await chooseCountingMethod(box, tree(), AbortSignal.timeout(30_000))).toBe('valgrind')
    // For real: whatever this machine has, the answer is that of its own trial.
    const { counts } = await tryCounter(process.env)
    if (!counts) expect(await chooseCountingMethod(failing, tree(), AbortSignal.timeout(30_000))).toBe('valgrind')
  })

  it('is looked for on PATH, and tried before anything is said of it', async () => {
    expect(findPerf({ PATH: home })).toBeNull()
    expect(findPerf({})).toBeNull()
    expect(await tryCounter({ PATH: home })).toEqual({ counts: false, detail: 'perf is not there' })
    expect(await tryCounter({ PATH: `${path.join(home, 'counts')}:${process.env['PATH'] ?? ''}` })).toMatchObject({ counts: hasGroups })
  })
})
