import { z } from 'zod'
import { BenchmarkError } from '../benchmark-error.ts'
import type { BenchmarkTask, Suite, SuiteFile, SuiteFiles } from '../benchmark-task.ts'
import type { FileChange } from '../../proposal/proposal.ts'
import { isHeldOut } from '../held-out.ts'
import { invalid, parseSettings, type SuiteSettings, type TaskLanguage } from '../suite-settings.ts'
import { readBelow } from './folder-suite.ts'

type ExercismSettings = Extract<SuiteSettings, { readonly format: 'exercism' }>

const names = z.array(z.string().min(1)).default([])
/** `.meta/config.json` of an exercise, as far as it says which file is what. JSON is YAML. */
const metaSchema = z.object({ files: z.object({ solution: names, test: names, example: names, editor: names }) })

/** How a track's tests are usually run, and what tells how many there are. */
const tracks: Readonly<Record<TaskLanguage, { readonly run: string; readonly report: 'jest' | 'pytest' | 'junit'; readonly test: RegExp }>> = {
  javascript: { run: 'node_modules/.bin/jest --ci', report: 'jest', test: /^\s*(?:test|it)\(/gm },
  python: { run: 'python3 -m pytest -q -o markers=task', report: 'pytest', test: /^\s*def test_/gm },
  cpp: { run: 'cmake -S . -B /tmp/built -DEXERCISM_RUN_ALL_TESTS=1 >&2 && cmake --build /tmp/built >&2; tests=$(find /tmp/built -maxdepth 1 -type f -perm -u+x | head -n 1); "$tests" -r junit', report: 'junit', test: /^\s*TEST_CASE\(/gm },
}

/**
 * A track of Exercism, or some of its exercises: `exercises/{practice,concept}/SLUG` with `.docs` and `.meta`. The tests are hidden; what Exercism skips so that people take one test at a time is asked as well. Tests in JavaScript need jest and
 * babel below node_modules, which `setup` of the target may bring.
 */
export function exercismTrack(files: SuiteFiles, settings: ExercismSettings): Suite {
  const exercises = Map.groupBy(files.entries.flatMap((entry) => {
    const match = /^exercises\/(?:practice|concept)\/([^/]+)\/./.exec(entry.path)
    return match === null ? [] : [{ ...entry, id: match[1] ?? '' }]
  }), ({ id }) => id)
  const ids = [...exercises.keys()].filter((id) => exercises.get(id)?.some(({ path }) => path.endsWith(`/${id}/.meta/config.json`))).toSorted()
  if (ids.length === 0) throw new BenchmarkError('suite-invalid', 'the track holds no exercise', { remedy: 'Each is a folder exercises/practice/SLUG with a .meta/config.json.' })
  return {
    tasks: ids.map((id) => ({ id, heldOut: isHeldOut(id, settings.heldOut) })),
    load: async (id) => {
      const entries = exercises.get(id)
      if (entries === undefined || !ids.includes(id)) throw new BenchmarkError('unknown-task', `the suite has no task ${id}`)
      return readExercise(files, { id, entries, settings })
    },
  }
}

async function readExercise(files: SuiteFiles, { id, entries, settings }: { readonly id: string; readonly entries: readonly SuiteFile[]; readonly settings: ExercismSettings }): Promise<BenchmarkTask> {
  const folder = /^exercises\/(?:practice|concept)\/[^/]+\//.exec(entries[0]?.path ?? '')?.[0] ?? ''
  const all = await readBelow(files, entries, folder)
  const text = (name: string): string => Buffer.from(all.find(({ path }) => path === name)?.content ?? []).toString('utf8')
  const meta = parseSettings(metaSchema, Buffer.from(text('.meta/config.json')), `${folder}.meta/config.json`).files
  const tests = all.filter(({ path }) => meta.test.includes(path)).map(allAtOnce(settings.language))
  if (tests.length === 0) throw invalid(`${folder}.meta/config.json`, 'it names no test that is there')
  const track = tracks[settings.language]
  const least = tests.reduce((sum, { content }) => sum + [...Buffer.from(content ?? []).toString('utf8').matchAll(track.test)].length, 0)
  return {
    id,
    statement: `${['.docs/introduction.md', '.docs/instructions.md', '.docs/instructions.append.md'].map(text).filter((part) => part !== '').join('\n\n')}\n\nWrite your solution into ${meta.solution.map((file) => `\`${file}\``).join(', ')}.\n`,
    files: all.filter(({ path }) => !meta.test.includes(path) && !meta.example.includes(path) && !path.startsWith('.meta/') && !path.startsWith('.docs/')),
    tests: { run: settings.run ?? track.run, report: settings.report ?? track.report, reportFile: null, files: tests, mustPass: [], least: Math.max(1, least) },
    visible: null,
    mayChange: [],
    timeoutMs: settings.timeout,
  }
}

/** The tests that a person would take up one after the other. */
function allAtOnce(language: TaskLanguage): (file: FileChange) => FileChange {
  if (language !== 'javascript') return (file) => file
  return (file) => ({ ...file, content: Buffer.from(Buffer.from(file.content ?? []).toString('utf8').replaceAll(/^(\s*)x(test|it|describe)\(/gm, '$1$2(')) })
}
