import picomatch from 'picomatch'
import { z } from 'zod'
import { BenchmarkError } from '../benchmark-error.ts'
import type { FileChange } from '../../proposal/proposal.ts'
import type { BenchmarkTask, NamePart, Suite, SuiteFiles, TaskRepositories, TaskTests } from '../benchmark-task.ts'
import { anywhere, runnerCode, runnerSettings } from '../../target/built-in-protection.ts'
import { isHeldOut } from '../held-out.ts'
import { applyTestPatch } from '../apply-test-patch.ts'
import { invalid, type SuiteSettings } from '../suite-settings.ts'
import { byId, readJsonLines } from './json-lines.ts'

type SweBenchSettings = Extract<SuiteSettings, { readonly format: 'swe-bench' }>

/** Lists of tests come as lists, or as text that holds one. */
const testNames = z.union([z.array(z.string()), z.string().transform((text, context) => {
  try {
    return z.array(z.string()).parse(JSON.parse(text))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    context.addIssue({ code: 'custom', message: 'it is no list of names' })
    return z.NEVER
  }
})])

/** An instance of SWE-bench (https://arxiv.org/abs/2310.06770). Of the reference patch the names of its files are read, and what it makes of runner settings; fields that are not named here not at all. */
const instanceSchema = z.object({
  instance_id: z.string().regex(/^[\w.-]{1,200}$/),
  repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  base_commit: z.string().regex(/^[0-9a-f]{40}$/),
  problem_statement: z.string().min(1),
  test_patch: z.string().min(1),
  patch: z.string().default(''),
  FAIL_TO_PASS: testNames,
  PASS_TO_PASS: testNames,
})
type Instance = z.output<typeof instanceSchema>

const usual = { run: 'python3 -m pytest -q', report: 'pytest' } as const

/**
 * Instances of SWE-bench, with the repositories that they are about on this machine. What their programs need has to be installed here, in a `toolchain` or by `setup`: no images are fetched.
 */
export async function sweBench(files: SuiteFiles, repositories: TaskRepositories, settings: SweBenchSettings): Promise<Suite> {
  const instances = byId(await readJsonLines(files, settings.file, instanceSchema), ({ instance_id: id }) => id, settings.file)
  return {
    tasks: [...instances.keys()].map((id) => ({ id, heldOut: isHeldOut(id, settings.heldOut) })),
    load: async (id, signal) => {
      const instance = instances.get(id)
      if (instance === undefined) throw new BenchmarkError('unknown-task', `the suite has no task ${id}`)
      return taskOf(instance, { files: await repositories.files(instance.repo, instance.base_commit, signal), settings })
    },
  }
}

function taskOf(instance: Instance, { files, settings }: { readonly files: BenchmarkTask['files']; readonly settings: SweBenchSettings }): BenchmarkTask {
  const how = settings.tests[instance.repo] ?? settings.tests['default'] ?? usual
  const hidden = applyTestPatch(files, instance.test_patch, { id: instance.instance_id, field: 'test_patch' })
  const { settings: laid, mayChange, exposed } = referenceOf(instance, files)
  const run = how.report === 'pytest' ? `${how.run} ${hidden.filter(({ path, content }) => content !== null && path.endsWith('.py')).map(({ path }) => quoted(path)).join(' ')}` : how.run
  return {
    id: instance.instance_id,
    statement: instance.problem_statement,
    files,
    tests: { ...how, run: run.trim(), reportFile: null, files: [...laid.filter(({ path }) => !hidden.some((file) => file.path === path)), ...hidden], ...askedOf(instance, how.report), least: 1, ...(exposed ? { exposed } : {}) },
    visible: null,
    mayChange,
    timeoutMs: settings.timeout,
  }
}

const isSetting = picomatch(runnerSettings.map(anywhere), { dot: true, nocase: true })
const isRunnerCode = picomatch(runnerCode.map(anywhere), { dot: true, nocase: true })

interface Reference {
  /** As the reference solution leaves them, for the judge: what an agent writes there would decide how tests end. */
  readonly settings: readonly FileChange[]
  /** Globs. */
  readonly mayChange: readonly string[]
  readonly exposed: boolean
}

/**
 * What the reference solution changed may be changed, also where its name looks like that of a test: else nobody could solve the task. Not so what the runner is set up by, of which the judge takes the reference's own; but where the
 * task is a runner's own code, or about nothing but such settings, they are the solution, and then whoever solves it may as well speak for the tests.
 */
function referenceOf({ instance_id: id, patch }: Instance, files: BenchmarkTask['files']): Reference {
  const parts = patch.split(/^(?=diff --git )/m).flatMap((text) => {
    const name = /^diff --git a\/.+ b\/(.+)$/m.exec(text)?.[1]
    return name === undefined ? [] : [{ name, text }]
  })
  const isLaid = ({ name }: { readonly name: string }): boolean => isSetting(name) && !isRunnerCode(name)
  const laid = parts.every(isLaid) ? [] : parts.filter(isLaid)
  const open = parts.filter((part) => !laid.includes(part)).map(({ name }) => name)
  return { settings: laid.length === 0 ? [] : applyTestPatch(files, laid.map(({ text }) => text).join(''), { id, field: 'patch' }), mayChange: open.map(literal), exposed: open.some((name) => isSetting(name)) }
}

/**
 * Tests by the names that the instance has. These were read out of a log: where a parameter holds a blank, the name ends before it (https://github.com/SWE-bench/SWE-bench/issues/43), and tests that a repository's own runner ran have no file
 * before them. Descriptions, as Django prints them, fit no report of ours.
 */
function askedOf({ instance_id: id, FAIL_TO_PASS, PASS_TO_PASS }: Instance, report: string): Pick<TaskTests, 'mustPass' | 'like'> {
  const names = [...FAIL_TO_PASS, ...PASS_TO_PASS]
  if (report !== 'pytest') return { mustPass: names }
  const like: NamePart[] = []
  const mustPass = names.filter((name) => {
    const isWhole = name.includes('::') && (!name.includes('[') || name.endsWith(']'))
    if (isWhole) return true
    if (name.includes('::')) like.push({ at: 'start', text: name })
    else if (/^\w+$/.test(name)) like.push({ at: 'end', text: `::${name}` })
    else throw invalid(id, `pytest reports no test by the name ${JSON.stringify(name.slice(0, 100))}: leave the instance out, or say under \`tests\` how it is run and what report that writes`)
    return false
  })
  return { mustPass, like }
}

/** A path as a glob that means nothing else. */
function literal(name: string): string {
  return name.replaceAll(/[\\*?[\]{}()!+@|]/g, '\\$&')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
