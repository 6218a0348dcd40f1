import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { lstatSync } from 'node:fs'
import { cp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { JournalEvent } from '@ratchet/core'
import { openSqliteJournal } from '@ratchet/core/adapters/sqlite-journal/sqlite-journal'
import { verifyTarget } from '../../packages/cli/src/compose-record.ts'
import { createConsole } from '../../packages/cli/src/console.ts'
import type { Invocation } from '../../packages/cli/src/invocation.ts'
import { tellEvent, type Scene } from './scenes.ts'

const exec = promisify(execFile)
const ratchet = fileURLToPath(new URL('../../packages/cli/bin/ratchet.js', import.meta.url))

/** Who dies. `group`: Ratchet and whatever is in its process group, as from a shell or a supervisor; `all`: every process that it started, git in the middle of writing included. */
export type Victims = 'group' | 'all'

/** How far it had come. */
export type Reached = 'nothing recorded' | 'something recorded' | 'branch moved, not settled' | 'all recorded' | 'ended by itself'

export interface Kill {
  readonly command: Scene['command']
  readonly delayMs: number
  readonly victims: Victims
  readonly reached: Reached
  /** Lock files that a killed git left behind; only where git was killed. */
  readonly gitLocks: readonly string[]
  readonly problems: readonly string[]
  /** How long the next command took, undisturbed. */
  readonly next: Lasting
}

/** How long a command takes from its start, and from the moment that it may write: until then it mostly reads in its own code. */
export interface Lasting {
  readonly wholeMs: number
  readonly writingMs: number
}

/** When to kill: after a share of what the command takes, from its start or from the moment that it may write. */
export interface Moment {
  readonly from: 'start' | 'writing'
  readonly share: number
}

interface Place {
  readonly scene: Scene
  readonly directory: string
  readonly environment: NodeJS.ProcessEnv
}

/** Copies the scene, gives its command, kills it at that moment, and looks at what it left and whether the next commands get on. */
export async function killOnce(scene: Scene, request: { readonly moment: Moment; readonly lasts: Lasting; readonly victims: Victims; readonly directory: string; readonly configHome: string }): Promise<Kill> {
  const { moment, lasts, victims, directory } = request
  const place: Place = { scene, directory, environment: { ...process.env, XDG_CONFIG_HOME: request.configHome } }
  await cp(scene.template, directory, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  const known = (await eventsOf(directory)).length
  const started = start(place, scene.args)
  const began = performance.now()
  if (moment.from === 'writing') await started.writing
  await Promise.race([sleep(moment.share * (moment.from === 'start' ? lasts.wholeMs : lasts.writingMs)), started.ended])
  const delayMs = performance.now() - began
  const isDead = started.child.exitCode === null && started.child.signalCode === null
  if (isDead) await kill(started.child, victims)
  await started.ended
  const problems = await leftRunning(directory)
  const events = (await eventsOf(directory)).slice(known)
  const reached = isDead ? await howFar(place, events) : 'ended by itself'
  problems.push(...(await verified(place, 'after the kill')), ...(await wrongBranch(place)))
  const gitLocks = await locksOf(directory)
  if (victims === 'group' && gitLocks.length > 0) problems.push(`left locks: ${gitLocks.join(', ')}`)
  // What git itself asks of a person after it was killed.
  for (const lock of gitLocks) await rm(path.join(directory, '.git', lock), { force: true })
  const next = await goesOn(place, events)
  problems.push(...next.problems)
  problems.push(...(await verified(place, 'at the end')), ...(await wrongEnd(place, known)))
  return { command: scene.command, delayMs: Math.round(delayMs), victims, reached, gitLocks, problems, next: next.lasting }
}

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>
  /** Settles when the command may write, or has ended. */
  readonly writing: Promise<void>
}

function start({ directory, environment }: Place, args: readonly string[]): Started {
  const holder = path.join(directory, '.ratchet/writer.lock.pid')
  const before = changeOf(holder)
  const child = spawn(process.execPath, [ratchet, ...args, '--target', directory], { stdio: ['ignore', 'pipe', 'pipe'], env: environment, detached: true })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  const ended = new Promise<{ readonly code: number | null; readonly said: string }>((resolve, reject) => child.once('error', reject).once('close', (code) => resolve({ code, said })))
  const writing = async (): Promise<void> => {
    while (child.exitCode === null && child.signalCode === null && changeOf(holder) === before) await sleep(2)
  }
  return { child, ended, writing: writing() }
}

function changeOf(file: string): bigint | undefined {
  return lstatSync(file, { bigint: true, throwIfNoEntry: false })?.mtimeNs
}

async function kill({ pid = 0 }: ChildProcess, victims: Victims): Promise<void> {
  if (victims === 'all') {
    // Held still first, so that none is started between looking and killing.
    send(pid, 'SIGSTOP')
    for (const child of await descendants(pid)) send(child, 'SIGKILL')
  }
  send(-pid, 'SIGKILL')
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // Gone already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function descendants(of: number): Promise<readonly number[]> {
  const children: number[] = []
  for (const name of await readdir('/proc')) {
    const status = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : ''
    if (Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]) === of) children.push(Number(name))
  }
  const below = await Promise.all(children.map(descendants))
  return [...children, ...below.flat()]
}

/** A git that was at work ends by itself, soon; and nothing else may still be there. */
async function leftRunning(directory: string): Promise<string[]> {
  let left: readonly string[] = []
  for (let waited = 0; waited < 5000; waited += 20) {
    left = await workingIn(directory)
    if (left.length === 0) return []
    await sleep(20)
  }
  return [`still running: ${left.join(', ')}`]
}

async function workingIn(directory: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const place = await readlink(`/proc/${name}/cwd`).catch(() => '')
    if (place === directory || place.startsWith(`${directory}/`)) found.push(await readFile(`/proc/${name}/comm`, 'utf8').catch(() => name))
  }
  return found
}

async function eventsOf(directory: string): Promise<readonly JournalEvent[]> {
  await using journal = await openSqliteJournal({ directory: path.join(directory, '.ratchet'), mode: 'read', clock: () => new Date() })
  const events: JournalEvent[] = []
  for await (const event of journal.read(0)) events.push(event)
  return events
}

async function howFar({ scene, directory }: Place, events: readonly JournalEvent[]): Promise<Reached> {
  if (events.length === 0) return 'nothing recorded'
  const last: Readonly<Record<Scene['command'], JournalEvent['kind']>> = { run: 'run-finished', autonomous: 'application-settled', edit: 'decision-made', approve: 'consent-given', apply: 'application-settled', revert: 'reversion-settled', prune: 'prune-settled' }
  if (events.some(({ kind }) => kind === last[scene.command])) return 'all recorded'
  return (await git(directory, 'rev-parse', 'main')) === scene.before ? 'something recorded' : 'branch moved, not settled'
}

async function git(directory: string, ...args: readonly string[]): Promise<string> {
  return (await exec('git', [...args], { cwd: directory })).stdout.trim()
}

/** Recomputes everything, as `ratchet verify` does. */
async function verified({ directory, environment }: Place, when: string): Promise<readonly string[]> {
  const silent = createConsole({ stdout: process.stderr, stderr: process.stderr }, true)
  const invocation: Invocation = { console: silent, signal: new AbortController().signal, environment, stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, clock: () => new Date(), setExitCode: () => undefined }
  const result = await verifyTarget(invocation, { target: directory, json: true })
  return result.ok ? [] : [`verify ${when}: ${result.problem} at event ${result.brokenAt}: ${result.detail}`]
}

/** Before or after, and nothing between or beside. */
async function wrongBranch({ scene, directory }: Place): Promise<readonly string[]> {
  const tip = await git(directory, 'rev-parse', 'main')
  if (tip === scene.before) return []
  const [parent, tree] = [await git(directory, 'rev-parse', 'main^'), await git(directory, 'rev-parse', 'main^{tree}')]
  return parent === scene.before && tree === scene.treeAfter ? [] : [`main is at ${tip}, neither before nor after ${scene.command}`]
}

async function locksOf(directory: string): Promise<readonly string[]> {
  const names = await readdir(path.join(directory, '.git'), { recursive: true })
  return names.filter((name) => name.endsWith('.lock'))
}

/** The same command again, or what goes on with what it had begun. */
async function goesOn(place: Place, events: readonly JournalEvent[]): Promise<{ readonly problems: readonly string[]; readonly lasting: Lasting }> {
  const { command } = place.scene
  const next = nextOf(place.scene, events)
  const began = performance.now()
  const started = start(place, next)
  await started.writing
  const writing = performance.now()
  const { code, said } = await started.ended
  const lasting = { wholeMs: performance.now() - began, writingMs: performance.now() - writing }
  // What the killed one had finished is refused as done: already applied, not applied any more.
  const wanted: Readonly<Record<Scene['command'], readonly number[]>> = { run: [0, 4, 5], autonomous: [0, 2], edit: [0, 4, 5], approve: [0], apply: [0, 2], revert: [0, 2], prune: [0] }
  return { lasting, problems: wanted[command].includes(code ?? -1) ? [] : [`${next.join(' ')} ended with ${code}: ${said.trim().slice(0, 500)}`] }
}

/** The same again, but for a run: that is resumed, and one that had finished before it could apply what it found leaves that to a person. */
function nextOf({ command, args }: Scene, events: readonly JournalEvent[]): readonly string[] {
  const run = events.find((event) => event.kind === 'run-started')?.body.run
  if (run === undefined) return args
  const finished = events.find((event) => event.kind === 'run-finished')
  if (finished === undefined) return ['run', '--resume', run]
  return command === 'autonomous' ? ['apply', finished.body.winner ?? ''] : ['status']
}

/** As if nobody had been killed: once, and all of it. */
async function wrongEnd({ scene, directory }: Place, known: number): Promise<readonly string[]> {
  const problems: string[] = []
  const [tip, tree] = [await git(directory, 'rev-parse', 'main'), await git(directory, 'rev-parse', 'main^{tree}')]
  const commits = tip === scene.before ? 0 : Number(await git(directory, 'rev-list', '--count', `${scene.before}..main`))
  const expected = scene.command === 'apply' || scene.command === 'revert' || scene.command === 'autonomous' ? 1 : 0
  if (tree !== scene.treeAfter || commits !== expected) problems.push(`at the end main has ${commits} commits more and the tree ${tree}, not ${expected} and ${scene.treeAfter}`)
  const status = await git(directory, 'status', '--porcelain', '--untracked-files=no')
  if (status !== '') problems.push(`at the end the working tree differs: ${status}`)
  const told = (await eventsOf(directory)).slice(known).flatMap(({ kind, body }) => tellEvent(kind, body as Readonly<Record<string, unknown>>))
  // Two attempts have two commits, with times of their own: an abandoned one has had no effect.
  const story = (lines: readonly string[]): string => lines.filter((line) => !line.endsWith(' abandoned')).map((line) => line.replace(/^(application-settled) \w+/, '$1')).join('; ')
  if (scene.command === 'edit') problems.push(...wrongEdit(told, scene))
  else if (story(told) !== story(scene.story)) problems.push(`the journal tells another story: ${story(told)}; not: ${story(scene.story)}`)
  if (scene.command === 'prune') problems.push(...(await wrongRefs(directory)))
  return problems
}

/** Who is killed before or after the verdict and edits again has the same change judged once more, which `verify` numbers: it is one proposal all the same, and has a verdict. */
function wrongEdit(told: readonly string[], { story }: Scene): readonly string[] {
  const [made, decided] = [new Set(told.filter((line) => line.startsWith('made '))), told.filter((line) => line.startsWith('decided single '))]
  const wanted = new Set(story.filter((line) => line.startsWith('made ')))
  return made.symmetricDifference(wanted).size === 0 && decided.length > 0 && decided.length <= 2 ? [] : [`the journal tells of another edit: ${told.join('; ')}; not: ${story.join('; ')}`]
}

/** What was given up is gone, and what something rests on is there. */
async function wrongRefs(directory: string): Promise<readonly string[]> {
  const refs = (await git(directory, 'for-each-ref', '--format=%(refname)', 'refs/ratchet')).split('\n')
  const left = refs.filter((ref) => /^refs\/ratchet\/[0-9a-f]{8}\//.test(ref))
  const kept = refs.filter((ref) => /^refs\/ratchet\/(?:changes|backup)\//.test(ref))
  return [...left.map((ref) => `${ref} was given up and is still there`), ...(kept.length === 4 ? [] : [`of the applied change, its two backups and the edited one ${kept.length} refs are left: ${refs.join(' ')}`])]
}
