import { describe, expect, it } from 'vitest'
import { testRepository } from '../adapters/git-workspace/test-repository.ts'
import { createScreener } from '../screening/screener.ts'
import type { Screening } from '../screening/screening.ts'
import { configSchema } from '../target/config.ts'
import { createPathScope } from '../target/path-scope.ts'
import { createConstitutionPolicy } from './constitution-policy.ts'
import { parseConstitution } from './parse-constitution.ts'

const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } } })
const constitution = parseConstitution(Buffer.from(`version: 1
immutable_constraints:
  - { id: audit-stays, statement: The audit stays., when: 'removed.exists(l, l.text.contains("audit("))' }
  - { id: exports-stay, statement: Exports stay., when: 'removedExports.size() > 0' }
  - { id: few-removed, statement: Few lines go., when: 'files.exists(f, f["removed"] > 500)' }
  - { id: plain-files, statement: Files stay plain., when: 'files.exists(f, f.mode == "100755")' }
supervised_operations:
  - { id: large, statement: People read large changes., when: 'linesAdded > 300', consent_level: 2 }
autonomous_operations:
  - { id: small, statement: Small changes go on., when: 'linesRemoved < 10', requires: [tests-pass] }
`), { path: 'constitution.yaml', knownChecks: null })

async function screen(before: Readonly<Record<string, string | Uint8Array>>, after: Readonly<Record<string, string | Uint8Array>>): Promise<Screening> {
  const target = await testRepository({ 'src/x.js': 'x\n' })
  await target.write(before)
  const baseline = target.commit('before')
  await target.write(after)
  const candidate = target.commit('candidate')
  const { revisions } = await target.workspace()
  const scope = createPathScope(config, Object.keys(before))
  const screener = createScreener({ revisions, scope, rules: { ids: [], find: () => [] } as never, policy: createConstitutionPolicy(constitution) })
  return screener.screen({ baseline, candidate }, new AbortController().signal)
}

const applied = (screening: Screening): readonly string[] => screening.policy?.applied.map(({ rule }) => rule) ?? []
const source = 'audit(all)\nexport function pay() {}\nconst a = 1\n'

describe('what a change takes away', () => {
  it('is known where the old text can be read', async () => {
    expect(applied(await screen({ 'src/a.js': source }, { 'src/a.js': source.replace('a = 1', 'a = 2') }))).toEqual(['small'])
    expect(applied(await screen({ 'src/a.js': source }, { 'src/a.js': 'const a = 1\n' }))).toEqual(['audit-stays', 'exports-stay', 'small'])
  })

  it.each([['too large', Buffer.from(source + '// filler\n'.repeat(60_000))], ['no text', Buffer.from(`${source}\0\n`)]])('is taken for the worst where the old text was %s', async (_, before) => {
    const screening = await screen({ 'src/a.js': before }, { 'src/a.js': 'const a = 1\n' })
    expect(screening.decision).toBe('deny')
    expect(applied(screening)).toEqual(['audit-stays', 'exports-stay', 'few-removed', 'large'])
    expect(screening.policy?.facts.cut).toEqual(expect.arrayContaining(['linesAdded', 'linesRemoved', 'removed', 'removedExports', 'symbols']))
  })

  it.each([['large', Buffer.from('// filler\n'.repeat(65_000))], ['binary', Buffer.from([1, 0, 2])]])('and what it adds in a new %s file is not counted as nothing', async (_, bytes) => {
    const screening = await screen({}, { 'src/data': bytes })
    expect(applied(screening)).toContain('large')
    expect(applied(screening)).not.toContain('small')
    expect(screening.policy?.facts.cut).toContain('linesAdded')
  })
})
