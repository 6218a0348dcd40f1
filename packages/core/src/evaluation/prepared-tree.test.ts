import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { configSchema, type Config } from '../target/config.ts'
import type { TreeSlots } from '../workspace/workspace.ts'
import { prepareTree, tamperedPaths, type PreparedTree } from './prepared-tree.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'ratchet-prepared-'))
  await mkdir(path.join(root, 'slot/check'), { recursive: true })
  await mkdir(path.join(root, 'slot/src'))
  await mkdir(path.join(root, 'scratch'))
  await writeFile(path.join(root, 'slot/check/test.sh'), 'true\n')
  await writeFile(path.join(root, 'slot/src/a.sh'), 'true\n')
})
afterEach(() => {
  // By the program: Node's rm cannot remove what these tests make.
  spawnSync('rm', ['-rf', '--', root])
})

/** Runs the command for real, in the tree, without any isolation: what a build leaves is what matters here. */
const shell: Sandbox = {
  tier: 'namespace',
  launch: async ({ command, tree }) => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: tree })
    return { ending: 'exited', exitCode: status, stdout, stderr, collected: null, usage: { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, accounting: 'sampled' } }
  },
  probe: () => Promise.reject(new Error('not asked for')),
  [Symbol.asyncDispose]: async () => undefined,
}

function built(build: string): Promise<PreparedTree> {
  const slots: TreeSlots = {
    materialise: async () => ({ path: path.join(root, 'slot'), protectedPaths: [], [Symbol.asyncDispose]: async () => undefined }),
    [Symbol.asyncDispose]: async () => undefined,
  }
  const config: Config = configSchema.parse({ target: { edit: ['src/**'] }, build, tests: [{ run: 'true' }], metrics: { time: { run: 'true', measure: 'cpu-time' } } })
  const isProtected = (file: string): boolean => file.startsWith('check/')
  return prepareTree({ sandbox: shell, slots, scratch: path.join(root, 'scratch') }, { config, commit: 'c', trusted: 'b', isProtected, mounts: [] }, new AbortController().signal)
}

/** What the candidate's build is found to have tampered with; after that nothing of either build may be left. */
async function tampered(candidateBuild: string, baselineBuild = 'true'): Promise<readonly string[]> {
  try {
    await using baseline = await built(baselineBuild)
    await using candidate = await built(candidateBuild)
    expect(candidate.build).toMatchObject({ ok: true })
    return tamperedPaths(baseline.protectedDigests, candidate.protectedDigests)
  } finally {
    expect(await readdir(path.join(root, 'scratch'))).toEqual([])
  }
}

/** Some 5,000 bytes of path. */
const deep = `'${process.execPath}' -e "for (let i = 0; i < 25; i++) { fs.mkdirSync('0'.repeat(200)); process.chdir('0'.repeat(200)) }"`

describe('a build', () => {
  it('that leaves protected files alone is told from one that changes, adds, removes or replaces them', async () => {
    expect(await tampered('echo x >> src/a.sh; touch src/new')).toEqual([])
    expect(await tampered('echo x >> check/test.sh')).toEqual(['check/test.sh'])
    expect(await tampered('touch check/new')).toEqual(['check/new'])
    expect(await tampered('rm check/test.sh')).toEqual(['check/test.sh'])
    expect(await tampered('ln -sf ../src/a.sh check/test.sh')).toEqual(['check/test.sh'])
    expect(await tampered('rm check/test.sh; mkfifo check/test.sh')).toEqual(['check/test.sh'])
    expect(await tampered('mv check src/check; ln -s src/check check')).toEqual(['check/test.sh'])
  })

  it('may leave names that are not UTF-8: they count where they are protected, each as itself', async () => {
    expect(await tampered(`d="src/$(printf '\\377')x"; mkdir "$d"; touch "$d/f"`)).toEqual([])
    expect(await tampered(`touch "check/$(printf '\\377')x"`)).toEqual(['check/\u{FFFD}x'])
    expect(await tampered(`mkdir "check/$(printf '\\377')"; touch "check/$(printf '\\377')/f"`)).toEqual(['check/\u{FFFD}/f'])
    const [one, other] = ['377', '376'].map((byte) => `touch "check/$(printf '\\${byte}')"`) as [string, string]
    expect(await tampered(one, one)).toEqual([])
    expect(await tampered(one, other)).toHaveLength(2)
    expect(await tampered(`touch 'check/ÿ 漢'`)).toEqual(['check/ÿ 漢'])
  })

  describe('of native code', () => {
    const elf = (more: string): string => `printf '\\177ELF${more}'`

    it('may leave test programs that are compiled anew, and what its tools note beside them', async () => {
      expect(await tampered(`${elf('2')} > check/run`, `${elf('1')} > check/run`)).toEqual([])
      expect(await tampered(`${elf('2')} > check/more.o`)).toEqual([])
      expect(await tampered(`echo 'run.o: fast.h' > check/run.d; mkdir -p check/CMakeFiles/t.dir; echo x > check/CMakeFiles/t.dir/link.txt`)).toEqual([])
    })

    it('may not leave another program beside the tests, nor put one in place of a script', async () => {
      expect(await tampered(`${elf('2')} > check/evil.so`)).toEqual(['check/evil.so'])
      expect(await tampered(`${elf('2')} > check/test.sh`)).toEqual(['check/test.sh'])
      expect(await tampered(`${elf('2')} > check/made`, 'echo "exit 1" > check/made')).toEqual(['check/made'])
      expect(await tampered(`${elf('2')} > check/run; touch -d '2096-01-01' check/run`, `${elf('1')} > check/run`)).toEqual(['check/run'])
      expect(await tampered(`echo "exit 0" > check/made`, `${elf('1')} > check/made`)).toEqual(['check/made'])
    })

    it('may not pass scripts off as its notes', async () => {
      expect(await tampered(`echo 'exit 0' > check/evil.o`)).toEqual(['check/evil.o'])
      expect(await tampered(`mkdir -p check/CMakeFiles; touch check/CMakeFiles/conftest.py check/CMakeFiles/evil.test.ts`)).toEqual(['check/CMakeFiles/conftest.py', 'check/CMakeFiles/evil.test.ts'])
      expect(await tampered(`ln -s ../src/a.sh check/run.d`)).toEqual(['check/run.d'])
      expect(await tampered('mv check/test.sh check/test.d; ln -s test.d check/test.sh')).toContain('check/test.sh')
    })
  })

  it('that leaves a tree deeper than a path can be has tampered, and the tree goes all the same', async () => {
    expect(await tampered(`cd src; ${deep}`)).toEqual([expect.stringMatching(/^src\/0{190,}\.\.\. \(cannot be read: ENAMETOOLONG\)$/)])
  })

  it('of the baseline that leaves such a tree is named as what must be mended', async () => {
    await expect(tampered('true', `cd src; ${deep}`)).rejects.toMatchObject({ code: 'scratch-failed', message: expect.stringContaining('baseline') as string, remedy: expect.any(String) as string })
    await expect(tampered(`cd src; ${deep}`, `cd src; ${deep}`)).rejects.toMatchObject({ code: 'scratch-failed' })
  })

  it.skipIf(process.getuid?.() === 0)('that closes a directory or a protected file has tampered', async () => {
    expect(await tampered('mkdir src/closed; chmod 000 src/closed')).toEqual(['src/closed (cannot be read: EACCES)'])
    expect(await tampered('chmod 000 check/test.sh')).toEqual(['check/test.sh (cannot be read: EACCES)'])
  })
})
