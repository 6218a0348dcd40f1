import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { makeTarget, ratchet, type Files, type Target } from '../target.ts'

/** `autonomous`: a run that applies what it finds by itself. */
export type CommandName = 'run' | 'edit' | 'approve' | 'apply' | 'revert' | 'prune' | 'autonomous'

export const commandNames: readonly CommandName[] = ['run', 'edit', 'approve', 'apply', 'revert', 'prune', 'autonomous']

/** One command about to be given, on a repository that is copied for each kill. */
export interface Scene {
  readonly command: CommandName
  /** The whole command line. */
  readonly args: readonly string[]
  /** What main is before it. */
  readonly before: string
  /** The tree of main after it. */
  readonly treeAfter: string
  /** How long it takes undisturbed. */
  readonly durationMs: number
  /** What it records undisturbed, as `storyOf` tells it. */
  readonly story: readonly string[]
  /** Where its repository is copied from. */
  readonly template: string
}

export interface Scenes extends AsyncDisposable {
  readonly configHome: string
  readonly all: readonly Scene[]
}

/** Everything is a shell command that takes milliseconds, and its figure is the same each time, so that a run that was killed and resumed must tell the same story as one that was not. */
export const quickTarget: Files = {
  'ratchet.yaml': [
    'target: { edit: ["src/**"], protect: ["check/**"] }',
    'tests: [{ run: sh check/test.sh, report: tap, timeout: 30s }]',
    'metrics:',
    '  size: { run: sh check/size.sh, measure: reported, timeout: 30s }',
    'accept: { canaries: 0, maximumPairs: 10 }',
    'search: { evaluations: 2 }',
    'sandbox: { memory: 256MiB, cpu: 20s, wall: 60s, processes: 64, disk: 16MiB, output: 1MiB }',
    '',
  ].join('\n'),
  'src/common.cjs': [
    "'use strict'",
    'module.exports = function common(left, right) {',
    '  const found = []',
    '  for (const item of left) {',
    '    let size = right.length',
    '    size = right.length',
    '    if (size > 0 && right.indexOf(item) !== -1) found.push(item)',
    '  }',
    '  return found',
    '}',
    '',
  ].join('\n'),
  'check/test.sh': 'echo "TAP version 13"\necho 1..1\nif [ -s src/common.cjs ]; then echo "ok 1 - there"; else echo "not ok 1 - there"; exit 1; fi\n',
  'check/size.sh': 'wc -c < src/common.cjs\n',
}

/** One in which a run may apply what it finds: the constitution lets it, and the figure counts. What runs propose first is a Set. */
const freeTarget: Files = {
  ...quickTarget,
  'ratchet.yaml': `${String(quickTarget['ratchet.yaml']).replace('maximumPairs: 10', 'nullPairs: 0, trustReported: true')}constitution: constitution.yaml\n`,
  'constitution.yaml': [
    'version: 1',
    'autonomous_operations:',
    '  - { id: the-function, statement: The function alone is changed freely., when: \'paths.all(p, p == "src/common.cjs")\', requires: [tests-pass, benchmark-gain] }',
    '',
  ].join('\n'),
  'check/size.sh': 'if grep -q "new Set" src/common.cjs; then echo 100; else echo 200; fi\n',
}

/** A gain, which a person has to approve. */
export const shorter = String(quickTarget['src/common.cjs']).replace('    size = right.length\n', '')
const seed = ['--seed', '7']

/** What a target's journal tells, without times and what follows from them. */
export async function storyOf(target: Pick<Target, 'json'>): Promise<readonly string[]> {
  const { document } = await target.json<readonly { readonly kind: string; readonly body: Readonly<Record<string, unknown>> }[]>('log')
  return document.flatMap(({ kind, body }) => tellEvent(kind, body))
}

export function tellEvent(kind: string, body: Readonly<Record<string, unknown>>): readonly string[] {
  switch (kind) {
    case 'proposal-made':
      return [`made ${String(body['step'])} ${String(body['editsDigest'])}`]
    case 'step-skipped':
      return [`skipped ${String(body['step'])} ${String(body['reason'])}`]
    case 'decision-made':
      return [`decided ${String(body['purpose'])} ${(body['decision'] as { readonly verdict: string }).verdict}`]
    case 'application-settled':
    case 'reversion-settled':
      return [`${kind} ${String(body['application'])} ${String(body['outcome'])}`]
    default:
      return []
  }
}

/** Memory where there is some: a copy for each kill, and hundreds of kills. */
async function home(): Promise<string> {
  return mkdtemp(path.join(process.platform === 'linux' ? '/dev/shm' : os.tmpdir(), 'kills-'))
}

/** Runs the whole story once, and keeps the repository as it was before each command. */
export async function prepareScenes(): Promise<Scenes> {
  const root = await home()
  const target = await makeTarget(quickTarget)
  const free = await makeTarget(freeTarget)
  const all: Scene[] = []
  const playOn = async (on: Target, command: CommandName, args: readonly string[], wanted: readonly number[]): Promise<void> => {
    const template = path.join(root, `${command}-template`)
    await cp(on.directory, template, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
    const before = await on.git('rev-parse', 'main')
    const known = (await storyOf(on)).length
    const started = performance.now()
    const { code, stderr } = await ratchet([...args, '--target', on.directory], { environment: { ...process.env, XDG_CONFIG_HOME: target.configHome } })
    const durationMs = performance.now() - started
    if (!wanted.includes(code ?? -1)) throw new Error(`${command} ended with ${code}: ${stderr}`)
    all.push({ command, args, before, treeAfter: await on.git('rev-parse', 'main^{tree}'), durationMs, story: (await storyOf(on)).slice(known), template })
  }
  const play = (command: CommandName, args: readonly string[], wanted: readonly number[]): Promise<void> => playOn(target, command, [command, ...args], wanted)
  try {
    await target.git('checkout', '--quiet', '-b', 'idea')
    await target.commit({ 'src/common.cjs': shorter }, 'once is enough')
    await target.git('checkout', '--quiet', 'main')
    // Once before it counts: what the machine and the sandbox are like is found out and kept.
    const id = (await target.json<{ readonly id: string }>('evaluate', 'idea')).document.id
    await play('run', seed, [0, 4, 5])
    const patch = path.join(root, 'edit.patch')
    // The whole change against the baseline, as `edit --patch` takes it.
    await target.commit({ 'src/common.cjs': shorter.replace('item of left', 'at of left').replace('(item) !== -1) found.push(item)', '(at) !== -1) found.push(at)') }, 'edited')
    await writeFile(patch, `${await target.git('diff', 'HEAD~1', 'HEAD')}\n`)
    await target.git('reset', '--quiet', '--hard', 'HEAD~1')
    await play('edit', [id, '--patch', patch, '--reason', 'shorter still'], [0, 4, 5])
    await play('approve', [id, '--yes', '--reason', 'read it'], [0])
    await play('apply', [id], [0])
    await play('revert', [id, '--reason', 'for the test'], [0])
    await play('prune', ['--keep-days', '0'], [0])
    await playOn(free, 'autonomous', ['run', '--seed', '1', '--mode', 'autonomous'], [0])
  } catch (error) {
    await free[Symbol.asyncDispose]()
    await target[Symbol.asyncDispose]()
    await rm(root, { recursive: true, force: true })
    throw error
  }
  return {
    configHome: target.configHome,
    all,
    [Symbol.asyncDispose]: async () => {
      await free[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
      await rm(root, { recursive: true, force: true })
    },
  }
}
