import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { LaunchResult } from '@ratchet/core'
import { compareOracle } from '@ratchet/core/evaluation/compare-oracle'
import { configSchema } from '@ratchet/core/target/config'
import { openTrial } from './compose.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'

export interface ProposedSpec {
  /** Relative to the repository. */
  readonly file: string
  readonly text: string
  readonly run: string
  readonly reason: string
  readonly cases: number
}

export interface OracleProposal {
  readonly specs: readonly ProposedSpec[]
  /** Why a function has none, and what stands against believing one, one sentence each. */
  readonly notes: readonly string[]
}

interface Wanted {
  readonly module: string
  readonly function: string
  readonly reason: string
  /** Set where nothing is to be tried: what stands against it, as the end of a sentence. */
  readonly refusal?: string
}

export interface ProposeRequest {
  readonly options: TargetOptions
  readonly setup: { readonly run: string; readonly environment: readonly string[] } | null
  readonly functions: readonly Wanted[]
  /** A command that calls the functions as they are meant to be called; its calls are recorded where the kit can. */
  readonly record: string | null
}

/** More than a few are nobody's hot functions. */
const mostSpecs = 3
const cases = 500
/** Of the inputs that should be answered: more of them refused, and the oracle compares little but errors. */
const manyRefused = 0.5
/** Of all calls: more of them crashing, and nothing says what the function needs. */
const manyCrashes = 0.2
/** Where a trial run of a spec finds it. */
const trialFile = '.ratchet-oracle.json'

/**
 * Infers an oracle for each function, in the sandbox: it calls them with anything at all, and a function that removes files would remove files. What does not give
 * the same answers twice is not proposed.
 */
export async function proposeOracles(invocation: Invocation, request: ProposeRequest): Promise<OracleProposal> {
  const { options, setup, functions, record } = request
  const [specs, notes]: [ProposedSpec[], string[]] = [[], []]
  const refuse = (wanted: Wanted, refusal: string): void => void notes.push(`no oracle for ${wanted.function} of ${wanted.module}: ${refusal}`)
  for (const wanted of functions) if (wanted.refusal !== undefined) refuse(wanted, wanted.refusal)
  const open = functions.filter(({ refusal }) => refusal === undefined)
  if (open.length === 0) return { specs, notes }
  // Only setup and the limits count here.
  const config = configSchema.parse({ target: { edit: ['**'] }, ...(setup === null ? {} : { setup: { run: setup.run, environment: setup.environment } }), tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } } })
  await using trial = await openTrial(invocation, { options, config }, invocation.signal)
  for (const wanted of open) {
    if (specs.length === mostSpecs) break
    const tried = await infer(trial, wanted, record)
    if ('refusal' in tried) refuse(wanted, tried.refusal)
    else {
      specs.push(tried.spec)
      notes.push(...tried.doubts.map((doubt) => `the oracle for ${wanted.function}: ${doubt}`))
    }
  }
  return { specs, notes }
}

type Trial = Awaited<ReturnType<typeof openTrial>>

interface Inferred {
  readonly spec: ProposedSpec
  /** What stands against believing it, one sentence each. */
  readonly doubts: readonly string[]
}

async function infer(trial: Trial, wanted: Wanted, record: string | null): Promise<Inferred | { readonly refusal: string }> {
  const command = `ratchet-oracle infer . --module ${quoted(wanted.module)} --function ${quoted(wanted.function)} --cases ${cases} --out ${trialFile}`
  const plain = await trial.launch(command, trialFile, [])
  // Recorded calls narrow the inputs to what somebody thought of; so they are for functions that answer little else.
  const recorded = record !== null && (plain.exitCode !== 0 || answersLittle(plain)) ? await trial.launch(`${command} --record ${quoted(record)}`, trialFile, []) : null
  const inferred = recorded?.exitCode === 0 && recorded.collected !== null ? recorded : plain
  if (inferred.exitCode !== 0 || inferred.collected === null) return { refusal: firstLine(inferred) }
  const text = Buffer.from(inferred.collected).toString('utf8')
  const [first, second] = await runTwice(trial, text)
  return refusalOf(first, second) ?? { spec: specOf(wanted, text), doubts: doubtsOf(first) }
}

async function runTwice(trial: Trial, text: string): Promise<readonly [LaunchResult, LaunchResult]> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-oracle-'))
  try {
    const source = path.join(home, 'spec.json')
    await writeFile(source, text, { mode: 0o644 })
    const run = (): Promise<LaunchResult> => trial.launch(`ratchet-oracle run ${trialFile}`, trialFile, [{ source, target: trialFile }])
    return [await run(), await run()]
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

function refusalOf(first: LaunchResult, second: LaunchResult): { readonly refusal: string } | null {
  if (first.exitCode !== 0) return { refusal: firstLine(first) }
  if (!Buffer.from(first.stdout).equals(second.stdout)) return { refusal: 'it does not give the same answers twice' }
  const lines = Buffer.from(first.stdout).toString('utf8').split('\n')
  const crashes = lines.filter((line) => line.includes('"thrown":{"name":"crash: ')).length
  if (crashes <= manyCrashes * lines.length) return null
  return { refusal: `it crashes in ${crashes} of ${lines.length - 1} calls: nothing in its types says what it needs, so write the generators by hand` }
}

function specOf(wanted: Wanted, text: string): ProposedSpec {
  const name = wanted.function === 'default' ? path.posix.basename(wanted.module).replace(/\.\w+$/, '') : (wanted.function.split('::').at(-1) ?? wanted.function)
  const file = `oracle/${name.replaceAll(/[^\w.-]/g, '-')}.json`
  const inputs = (JSON.parse(text) as { readonly invalid?: boolean }).invalid === false ? 'valid and large inputs, and such at the edges of its types' : 'valid, large and invalid inputs'
  return { file, text, run: `ratchet-oracle run ${file}`, cases, reason: `${wanted.reason}; it feeds ${wanted.function} of ${wanted.module} with ${inputs}` }
}

/** `infer` says how many calls with what it takes for valid input end with an error. */
function answersLittle({ stdout, stderr }: LaunchResult): boolean {
  const [, thrown = '0', all = '0'] = /(\d+) of (\d+) valid calls throw/.exec(`${Buffer.from(stdout).toString('utf8')}\n${Buffer.from(stderr).toString('utf8')}`) ?? []
  return Number(thrown) > manyRefused * Number(all)
}

function doubtsOf({ stdout }: LaunchResult): readonly string[] {
  const said = { ending: 'exited' as const, exitCode: 0, stdout }
  const [answers] = [compareOracle([{ seed: 0, baseline: said, candidate: said }], 1).answers ?? []].flat()
  if (answers === undefined) return []
  const fix = 'read its generators and mend them'
  if (answers.thrown > manyRefused * answers.asked) return [`${answers.thrown} of ${answers.asked} inputs that should be answered end with an error; ${fix}`]
  return answers.varies ? [] : [`it hears the same answer for every input; ${fix}`]
}

/** Writes the specs, each under a name that is free or holds the very same; never through a link, which could lead anywhere. */
export async function writeSpecs(root: string, specs: readonly ProposedSpec[]): Promise<OracleProposal> {
  const [written, notes]: [ProposedSpec[], string[]] = [[], []]
  if (specs.length > 0 && !(await isOwnFolder(path.join(root, 'oracle')))) {
    return { specs: [], notes: ['no oracle is written: `oracle` is there already, and is no folder of this repository'] }
  }
  for (const spec of specs) {
    const file = await writeSpec(root, spec)
    if (file === null) notes.push(`no oracle is written for ${spec.file}: every name for it is taken`)
    else written.push({ ...spec, file, run: `ratchet-oracle run ${file}` })
  }
  return { specs: written, notes }
}

async function isOwnFolder(folder: string): Promise<boolean> {
  try {
    return (await lstat(folder)).isDirectory()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await mkdir(folder)
    return true
  }
}

async function writeSpec(root: string, { file, text }: ProposedSpec): Promise<string | null> {
  for (let count = 1; count < 10; count++) {
    const name = count === 1 ? file : file.replace(/\.json$/, `-${count}.json`)
    try {
      await writeFile(path.join(root, name), text, { flag: 'wx' })
      return name
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const status = await lstat(path.join(root, name))
      if (status.isFile() && (await readFile(path.join(root, name), 'utf8')) === text) return name
    }
  }
  return null
}

function firstLine({ ending, exitCode, stderr }: LaunchResult): string {
  const said = Buffer.from(stderr).toString('utf8').split('\n').find((line) => line.trim() !== '')?.replace(/^ratchet-oracle: /, '')
  return said ?? (ending === 'exited' ? `exit status ${exitCode ?? ''}` : `ended by ${ending}`)
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
