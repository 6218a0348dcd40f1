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

interface Track {
  readonly run: (exercise: string) => string
  readonly report: 'jest' | 'pytest' | 'junit'
  /** Tests in a file, without those that the track itself never asks. */
  readonly count: (text: string) => number
  /** Names of tests, as the report gives them; empty where they cannot be told from the text. */
  readonly names: (exercise: string, text: string) => readonly string[]
}

/** How a track's tests are usually run, and what they are known by. */
const tracks: Readonly<Record<TaskLanguage, Track>> = {
  javascript: { run: () => 'node_modules/.bin/jest --ci', report: 'jest', count: (text) => matches(text, /^[ \t]*(?:test|it)\(/gm), names: () => [] },
  python: { run: () => 'python3 -m pytest -q -o markers=task', report: 'pytest', count: (text) => matches(text, /^[ \t]*def test_/gm) - matches(text, /^[ \t]*@unittest\.skip\(.*\n[ \t]*def test_/gm), names: () => [] },
  cpp: { run: builtAndRun, report: 'junit', count: (text) => matches(text, /^[ \t]*TEST_CASE\(/gm), names: catchNames },
}

/** A track's CMakeLists.txt takes the name of the folder that it lies in for the name of the exercise. Only what the tests are is built: the target `all` would run them. */
function builtAndRun(exercise: string): string {
  return `mkdir /tmp/${exercise} && cp -R . /tmp/${exercise} && cmake -S /tmp/${exercise} -B /tmp/built -DEXERCISM_RUN_ALL_TESTS=1 >&2 && cmake --build /tmp/built --target ${exercise} >&2 && /tmp/built/${exercise} -r junit`
}

/**
 * Test cases of Catch2. The report is written by the program that holds the solution: one that prints a report of its own has to know every name, and whoever wrote it has not seen them. That stops a careless one only: the program can read
 * them while it runs, and a header of the solution, which the tests include first, can redefine what they ask with. No report of such a program is ever sealed. Sections are reported under names that no text tells.
 */
function catchNames(exercise: string, text: string): readonly string[] {
  if (/^[ \t]*(?:SECTION|SCENARIO|TEMPLATE_\w+|TEST_CASE_METHOD|DYNAMIC_SECTION)\(/m.test(text)) return []
  return [...text.matchAll(/^[ \t]*TEST_CASE\(\s*((?:"(?:[^"\\\n]|\\.)*"\s*)+)/gm)].map(([, literals = '']) => {
    const parts = [...literals.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map(([, part = '']) => part.replaceAll(/\\(["'\\?])/g, '$1'))
    return `${exercise} > ${exercise}.global > ${parts.join('')}`
  })
}

function matches(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length
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
  // A name that a shell would read otherwise is none of a track's.
  const ids = [...exercises.keys()].filter((id) => /^[\w.-]+$/.test(id) && exercises.get(id)?.some(({ path }) => path.endsWith(`/${id}/.meta/config.json`))).toSorted()
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
  // `.approaches` and `.articles` hold whole solutions: of what a track says about an exercise in such folders nothing is given but the instructions, as the statement.
  const given = all.filter(({ path }) => !meta.test.includes(path) && !meta.example.includes(path) && (!path.startsWith('.') || meta.solution.includes(path) || meta.editor.includes(path)))
  const track = tracks[settings.language]
  const texts = tests.map(({ content }) => Buffer.from(content ?? []).toString('utf8'))
  const names = texts.map((one) => track.names(id, one))
  return {
    id,
    statement: `${['.docs/introduction.md', '.docs/instructions.md', '.docs/instructions.append.md'].map(text).filter((part) => part !== '').join('\n\n')}\n\nWrite your solution into ${meta.solution.map((file) => `\`${file}\``).join(', ')}.\n`,
    files: given,
    tests: {
      run: settings.run ?? track.run(id),
      report: settings.report ?? track.report,
      reportFile: null,
      // Only the solution is anybody's to write: a CMakeLists.txt or a test framework of one's own would judge.
      files: [...given.filter(({ path }) => !meta.solution.includes(path)), ...tests],
      mustPass: settings.run === undefined && settings.report === undefined ? names.flat() : [],
      least: Math.max(1, texts.reduce((sum, one) => sum + track.count(one), 0)),
      // Whatever else reports, a header of the solution comes before what the tests ask with.
      ...(settings.language === 'cpp' ? { exposed: true } : {}),
    },
    visible: null,
    mayChange: meta.solution,
    timeoutMs: settings.timeout,
  }
}

/** The tests that a person would take up one after the other. */
function allAtOnce(language: TaskLanguage): (file: FileChange) => FileChange {
  if (language !== 'javascript') return (file) => file
  return (file) => ({ ...file, content: Buffer.from(Buffer.from(file.content ?? []).toString('utf8').replaceAll(/^(\s*)x(test|it|describe)\(/gm, '$1$2(')) })
}
