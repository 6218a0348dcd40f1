import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { openTestBench } from '../benchmark/test-bench.ts'
import { hiddenToolchains } from './hidden-toolchains.ts'

it.each<[string, boolean]>([
  ['/tmp/python', true], ['/tmp', true], ['/tmp/', true], ['//tmp/python', true], ['/opt/../tmp/python', true], ['/work/python', true], ['/dev/shm/python', true],
  ['/opt/python', false], ['/tmpfiles/python', false], ['/var/tmp/python', false], ['/tmp/../opt/python', false], ['/home/me/tmp/python', false],
])('knows whether %s is hidden', (toolchain, isHidden) => expect(hiddenToolchains('namespace', ['/opt/other', toolchain])).toEqual(isHidden ? [toolchain] : []))

it('says nothing of tiers that show what lies there', () => expect(hiddenToolchains('landlock', ['/tmp/python'])).toEqual([]))

it('says what the sandbox does', async () => {
  const made = await Promise.all([os.tmpdir(), os.homedir()].map((place) => mkdtemp(path.join(place, '.ratchet-toolchain-'))))
  try {
    for (const folder of made) {
      await chmod(folder, 0o755)
      await mkdir(path.join(folder, 'tree'))
      await writeFile(path.join(folder, 'there'), '')
    }
    await using bench = await openTestBench({ toolchains: made })
    const { memory, cpu, wall, processes, disk, output } = bench.config.sandbox
    const limits = { memoryBytes: memory, cpuMs: cpu, wallMs: wall, processes, diskBytes: disk, outputBytes: output }
    const looks = made.map((folder) => bench.ports.sandbox.launch({ command: `test -e ${folder}/there`, tree: path.join(folder, 'tree'), access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits }, AbortSignal.timeout(20_000)))
    const shown = (await Promise.all(looks)).map(({ exitCode }) => exitCode === 0)
    expect(shown).toEqual(made.map((folder) => hiddenToolchains('namespace', [folder]).length === 0))
  } finally {
    await Promise.all(made.map((folder) => rm(folder, { recursive: true })))
  }
})
