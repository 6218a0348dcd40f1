import { z } from 'zod'
import { BenchmarkError } from '../benchmark-error.ts'
import type { BenchmarkTask, Suite, SuiteFiles, TaskRepositories } from '../benchmark-task.ts'
import { isHeldOut } from '../held-out.ts'
import { applyTestPatch } from '../apply-test-patch.ts'
import type { SuiteSettings } from '../suite-settings.ts'
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

/** An instance of SWE-bench (https://arxiv.org/abs/2310.06770); fields that are not named here, the reference patch above all, are never read. */
const instanceSchema = z.object({
  instance_id: z.string().regex(/^[\w.-]{1,200}$/),
  repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  base_commit: z.string().regex(/^[0-9a-f]{40}$/),
  problem_statement: z.string().min(1),
  test_patch: z.string().min(1),
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
  const hidden = applyTestPatch(files, instance.test_patch, instance.instance_id)
  const mustPass = [...instance.FAIL_TO_PASS, ...instance.PASS_TO_PASS]
  const run = how.report === 'pytest' ? `${how.run} ${hidden.filter(({ path, content }) => content !== null && path.endsWith('.py')).map(({ path }) => quoted(path)).join(' ')}` : how.run
  return {
    id: instance.instance_id,
    statement: instance.problem_statement,
    files,
    tests: { ...how, run: run.trim(), reportFile: null, files: hidden, mustPass, least: 1 },
    visible: null,
    mayChange: [],
    timeoutMs: settings.timeout,
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
