import type { TestCase, TestOutcome, TestRun } from '../../../packages/core/src/evaluation/evaluation.ts'

const words = ['adds', 'removes', 'keeps the order of', 'refuses', 'reads', 'prints', 'compares', 'forgets']
const things = ['an empty list', 'two lines', 'what is not there', 'a name twice', 'everything at once', 'a path with spaces']

/** A suite as its runner reports it; `broken` files say one thing only: that they could not be loaded. */
export function drawRun(draw: (bound: number) => number, { files, tests, broken, outcome }: { readonly files: number; readonly tests: number; readonly broken: (file: number) => string | null; readonly outcome: () => TestOutcome }): TestRun {
  const cases = Array.from({ length: files }, (_, file): readonly TestCase[] => {
    const name = `packages/part-${file % 7}/src/folder-${file % 23}/module-${file}.test.ts`
    const mark = broken(file)
    if (mark !== null) return [{ name: `${name} > ${mark}`, outcome: 'failed' }]
    return Array.from({ length: tests }, (_unused, test) => ({ name: `${name} > ${words[test % words.length]} > ${things[(test + file) % things.length]} ${test}`, outcome: outcome() }))
  }).flat()
  return { command: 'vitest run', ending: 'exited', exitCode: draw(2), report: 'parsed', trust: 'sealed', wallMs: 1, tail: '', cases }
}
