import { describe, expect, it } from 'vitest'
import { checkConstitution } from './check-constitution.ts'
import { explainConstitution } from './explain-constitution.ts'
import { parseConstitution } from './parse-constitution.ts'
import { runExamples } from './run-examples.ts'

type Line = readonly [id: string, statement: string, when: string]
const section = (name: string, rules: readonly Line[], more = ''): string => (rules.length === 0 ? '' : `${name}:\n${rules.map(([id, statement, when]) => `  - id: ${id}\n    statement: ${JSON.stringify(statement)}\n    when: ${JSON.stringify(when)}\n${more}`).join('')}`)
const hintsOf = (immutable: readonly Line[], supervised: readonly Line[] = [], autonomous: readonly Line[] = []): readonly string[] =>
  checkConstitution(parseConstitution(Buffer.from(`version: 1\n${section('immutable_constraints', immutable)}${section('supervised_operations', supervised)}${section('autonomous_operations', autonomous, '    requires: [tests-pass]\n')}`), { path: 'c', knownChecks: null }))
    .filter(({ kind }) => kind !== 'untested')
    .map(({ rule, kind }) => `${rule} ${kind}`)

describe('hints', () => {
  it.each([
    ['Never add a dependency.', 'a negative'], ['No new dependencies are added.', 'a negative'], ['Proposals must not touch the deployment.', 'a negative'], ["Changes don't remove checks.", 'a negative'],
    ['The code cannot reach the network.', 'a negative'], ['Be careful with dependencies.', 'a trait'], ['The code is always secure.', 'a trait'], ['Proposals should be honest.', 'a trait'],
  ])('%s gets one', (statement, hint) => expect(hintsOf([['a', statement, 'linesAdded > 3']])).toEqual([hint]))

  it.each(['People choose what the repository depends on.', 'Every input is checked before it is used.', 'Files keep the mode that they have.', 'Notes are kept beside the code.'])('%s gets none', (statement) => expect(hintsOf([['a', statement, 'linesAdded > 3']])).toEqual([]))

  const s = 'People read what is large.'
  it.each([
    ['the same expression', [['a', s, 'linesAdded > 3'], ['b', s, 'linesAdded  >  3']], [], ['b redundant']],
    ['a tighter bound', [['a', s, 'linesAdded > 3'], ['b', s, 'linesAdded >= 10']], [], ['b redundant']],
    ['a bound written the other way round', [['a', s, '10 <= linesAdded'], ['b', s, 'linesAdded > 3']], [], ['a redundant']],
    ['one more condition', [['a', s, 'linesAdded > 3'], ['b', s, 'linesAdded > 3 && risk > 0.5']], [], ['b redundant']],
    ['one of several alternatives', [['a', s, 'linesAdded > 3 || risk > 0.5'], ['b', s, 'risk > 0.6']], [], ['b redundant']],
    ['what is denied anyway', [['a', s, 'linesAdded > 3']], [['b', s, 'linesAdded > 5']], ['b shadowed']],
    ['something else', [['a', s, 'linesAdded > 3'], ['b', s, 'linesRemoved > 3']], [], []],
    ['a wider one', [['a', s, 'linesAdded > 3']], [['b', s, 'linesAdded > 1']], []],
    ['a bound that only meets', [['a', s, 'linesAdded > 3'], ['b', s, 'linesAdded >= 3']], [], ['a redundant']],
  ] as const)('finds rules that add nothing: %s', (_, immutable, supervised, hints) => expect(hintsOf(immutable, supervised)).toEqual(hints))

  it('finds an operation that is asked about anyway', () => {
    expect(hintsOf([], [['b', s, 'linesAdded > 3']], [['c', 'Larger changes go on.', 'linesAdded > 5']])).toEqual(['c shadowed'])
  })
})

it('runs examples, and says which do not hold', () => {
  const source = `version: 1
immutable_constraints:
  - id: modes
    statement: Files keep the mode that they have.
    when: files.exists(f, f.mode == "100755")
    examples: [{ deny: { files: [{ path: a, mode: "100755" }] } }, { deny: { paths: [a] }, note: wrong }, { allow: { paths: [a] } }]
autonomous_operations:
  - id: words
    statement: Documentation goes on freely.
    when: paths.all(p, glob(p, "docs/**"))
    requires: [tests-pass]
    examples: [{ allow: { paths: [docs/a.md], tests: {} } }, { ask: { paths: [docs/a.md] } }, { ask: { paths: [src/a.js], tests: {} } }]
`
  const constitution = parseConstitution(Buffer.from(source), { path: 'c', knownChecks: null })
  const results = runExamples(constitution)
  expect(results).toHaveLength(6)
  expect(results.filter(({ expects, says }) => expects !== says)).toEqual([{ rule: 'modes', number: 2, note: 'wrong', expects: 'deny', says: 'allow', because: null }])
  expect(checkConstitution(constitution)).toEqual([])
  expect(explainConstitution(constitution).freely).toEqual(['Documentation goes on freely. It must be on record that every test passes (words).'])
})
