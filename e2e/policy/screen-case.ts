import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAstGrepRules } from '../../packages/core/src/adapters/ast-grep-rules/ast-grep-rules.ts'
import { honestChanges as smallHonestChanges } from '../../packages/core/src/adapters/ast-grep-rules/testing/honest-changes.ts'
import { readPreset, type PresetName } from '../../packages/core/src/adapters/constitution-presets/read-preset.ts'
import { createSecretlintScanner } from '../../packages/core/src/adapters/secretlint-scanner/secretlint-scanner.ts'
import { createConstitutionPolicy } from '../../packages/core/src/constitution/constitution-policy.ts'
import { parseConstitution } from '../../packages/core/src/constitution/parse-constitution.ts'
import { createScreener } from '../../packages/core/src/screening/screener.ts'
import type { Screening } from '../../packages/core/src/screening/screening.ts'
import { configSchema } from '../../packages/core/src/target/config.ts'
import { createPathScope } from '../../packages/core/src/target/path-scope.ts'
import type { PathChange, RevisionReader, TreeEntry } from '../../packages/core/src/workspace/workspace.ts'
import type { HonestChange } from '../cheats/corpus/patch.ts'
import { honestChanges } from '../honest/index.ts'
import { changeCases } from './change-cases.ts'
import { cppCases } from './cpp-cases.ts'
import { dependencyCases } from './dependency-cases.ts'
import { everydayChanges } from './everyday-changes.ts'
import { hackingCases } from './hacking-cases.ts'
import { harmCases } from './harm-cases.ts'
import { javascriptCases } from './javascript-cases.ts'
import { ordinaryChanges } from './ordinary-changes.ts'
import { pathCases } from './path-cases.ts'
import type { CaseFile, PolicyCase } from './policy-case.ts'
import { pythonCases } from './python-cases.ts'
import { ruleCases } from './rule-cases.ts'
import { sharedNames } from './shared-names.ts'
import { typescriptCases } from './typescript-cases.ts'

export const cases: readonly PolicyCase[] = [...javascriptCases, ...typescriptCases, ...pythonCases, ...cppCases, ...pathCases, ...changeCases, ...harmCases, ...hackingCases, ...ruleCases, ...dependencyCases]

export type Change = Pick<PolicyCase, 'before' | 'after' | 'rationale'>

/** Everything may be edited: what stops a case is a rule, never a narrow scope. */
const config = configSchema.parse({ target: { edit: ['**'] }, tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } }, constitution: 'rules/constitution.yaml' })
const rules = createAstGrepRules()
const secrets = createSecretlintScanner()
const targets = fileURLToPath(new URL('../cheats/targets', import.meta.url))
const { signal } = new AbortController()

const modeOf = (file: CaseFile): string => (file === null ? '000000' : typeof file === 'string' ? '100644' : file.mode)
const textOf = (file: CaseFile): string => (file === null ? '' : typeof file === 'string' ? file : file.text)
const idOf = (file: CaseFile): string => `${modeOf(file)} ${textOf(file)}`

/** Two trees as git would list them. What git itself does with odd names is tested where git is. */
function revisionsOf({ before, after }: Change): RevisionReader {
  const entriesOf = (files: PolicyCase['before']): readonly TreeEntry[] => Object.entries(files).flatMap(([path, file]) => (file === null ? [] : [{ path, mode: modeOf(file), id: idOf(file) }]))
  const statusOf = (old: CaseFile, now: CaseFile): PathChange['status'] => (old === null ? 'added' : now === null ? 'deleted' : modeOf(old).slice(0, 3) === modeOf(now).slice(0, 3) ? 'modified' : 'type-changed')
  return {
    commit: () => Promise.reject(new Error('not asked')),
    diff: () => Promise.reject(new Error('not asked')),
    entries: async (commit) => entriesOf(commit === 'before' ? before : after),
    blobs: async (ids) => ids.map((id) => Buffer.from(id.slice(id.indexOf(' ') + 1))),
    changes: async () =>
      [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((path): readonly PathChange[] => {
        const [old, now] = [before[path] ?? null, after[path] ?? null]
        return idOf(old) === idOf(now) ? [] : [{ path, status: statusOf(old, now), oldMode: modeOf(old), newMode: modeOf(now) }]
      }),
  }
}

/** What all rules say of a change, with the constitution of a preset on top. */
export async function screened(change: Change, preset: PresetName | null): Promise<Screening> {
  const policy = preset === null ? null : createConstitutionPolicy(parseConstitution(Buffer.from(await readPreset(preset)), { path: preset, knownChecks: null }))
  const revisions = revisionsOf(change)
  const author = { proposer: 'human', operator: 'commit', ...(change.rationale === undefined ? {} : { rationale: change.rationale }) }
  return createScreener({ revisions, scope: createPathScope(config, (await revisions.entries('before')).map(({ path }) => path)), rules, secrets, policy }).screen({ baseline: 'before', candidate: 'after', author }, signal)
}

/** Changes as people make them every day. */
export const ordinary: readonly (Change & { readonly name: string; readonly path: string })[] = [
  ...[...smallHonestChanges, ...ordinaryChanges, ...sharedNames, ...everydayChanges].map(({ name, path, before, after }) => ({ name, path, before: { [path]: before }, after: { [path]: after } })),
  ...honestChanges.filter(({ verdict }) => verdict === 'accepted').map((change) => ({ name: change.name, path: Object.keys(change.files)[0] ?? '', ...ordinaryOf(change) })),
]

/** The files that an honest change touches, as the target holds them and as the change leaves them. */
function ordinaryOf({ target, files }: HonestChange): Change {
  const old = (file: string): string | null => (existsSync(path.join(targets, target, file)) ? readFileSync(path.join(targets, target, file), 'utf8') : null)
  const names = Object.keys(files)
  const now = (file: string): CaseFile => {
    const change = files[file]
    if (typeof change === 'function') return change(old(file) ?? '')
    if (typeof change === 'string' || change === null) return change
    throw new TypeError(`${file} becomes what no ordinary change makes`)
  }
  return { before: Object.fromEntries(names.map((file) => [file, old(file)])), after: Object.fromEntries(names.map((file) => [file, now(file)])) }
}
