import type { PathScope } from '../target/path-scope.ts'
import type { ChangedFile } from './changed-file.ts'
import type { PathChange } from '../workspace/workspace.ts'
import type { ConsentLevel, FindingWeight, Screening, WeighedFinding } from './screening.ts'
import { weighFindings } from './weigh-findings.ts'

/** Rules on paths and modes, all on facts from git plumbing. */
export type ScreeningRule = 'unsafe-path' | 'constitution-path' | 'protected-path' | 'edit-outside-scope' | 'deleted-file' | 'patch-too-large' | 'judging-code'

/** A change this wide is never one idea; a person should look at it first. */
const fileLimit = 300

/**
 * Judges a change by its paths and modes alone. Deny beats approval beats allow; what no rule allows needs approval.
 * Threats: a link or submodule that leads out of the tree, an edit of what judges the change, a test that is quietly weakened.
 */
export function screenChange(changes: readonly PathChange[], scope: PathScope): Screening {
  return weighFindings(pathFindings(changes, scope))
}

/** What paths and modes alone say, to be weighed together with what the content says. */
export function pathFindings(changes: readonly PathChange[], scope: PathScope): readonly WeighedFinding[] {
  const findings = changes.flatMap((change) => findingsFor(change, scope))
  if (changes.length > fileLimit) findings.push(finding('patch-too-large', '', `the change touches ${changes.length} files; more than ${fileLimit} need approval`))
  return findings
}

const severity: Readonly<Record<ScreeningRule, { readonly weight: FindingWeight; readonly risk: number; readonly consentLevel: ConsentLevel }>> = {
  'unsafe-path': { weight: 'deny', risk: 1, consentLevel: 3 },
  'constitution-path': { weight: 'deny', risk: 1, consentLevel: 3 },
  'protected-path': { weight: 'require-approval', risk: 0.7, consentLevel: 3 },
  'edit-outside-scope': { weight: 'require-approval', risk: 0.4, consentLevel: 2 },
  'deleted-file': { weight: 'require-approval', risk: 0.4, consentLevel: 2 },
  'judging-code': { weight: 'require-approval', risk: 0.9, consentLevel: 3 },
  'patch-too-large': { weight: 'require-approval', risk: 0.5, consentLevel: 2 },
}

/** Whatever its tests and figures say: with a judge that changes, they say less. */
export function judgingFindings(changes: readonly PathChange[], isJudging: (path: string) => boolean): readonly WeighedFinding[] {
  return changes.filter(({ path }) => isJudging(path)).map((change) => finding('judging-code', change.path, `${past(change)} code that judges changes; that is never done without a person`))
}

function finding(rule: ScreeningRule, file: string, message: string): WeighedFinding {
  return { rule, file, line: null, message, ...severity[rule] }
}

function findingsFor(change: PathChange, scope: PathScope): WeighedFinding[] {
  const found = (rule: ScreeningRule, message: string): WeighedFinding[] => [finding(rule, change.path, message)]
  if (change.newMode === '120000') return found('unsafe-path', change.oldMode === '120000' ? 'points a symbolic link elsewhere' : 'adds a symbolic link')
  if (change.newMode === '160000' || change.oldMode === '160000') return found('unsafe-path', 'adds, removes or moves a submodule')
  if (scope.isConstitutional(change.path)) return found('constitution-path', 'changes what judges it: the configuration, the constitution, or how git reads the repository')
  if (scope.isProtected(change.path)) return found('protected-path', `${past(change)} a protected file; it is judged with the baseline's version, and needs approval`)
  if (!scope.isEditable(change.path)) return found('edit-outside-scope', `${past(change)} a file outside target.edit; it needs approval`)
  // Whatever is gone cannot be broken on purpose to see whether anybody would notice.
  if (change.status === 'deleted' && change.oldMode.startsWith('100')) return found('deleted-file', 'deletes a file; nothing shows whether anybody needs it')
  return []
}

/** A file of which nothing is left is a deleted one. */
export function emptiedFindings(files: readonly Pick<ChangedFile, 'path' | 'before' | 'after' | 'isProtected'>[]): readonly WeighedFinding[] {
  return files.filter(({ before, after, isProtected }) => !isProtected && before !== null && before.trim() !== '' && after !== null && after.trim() === '').map(({ path }) => finding('deleted-file', path, 'empties a file; nothing shows whether anybody needs what was in it'))
}

function past(change: PathChange): string {
  switch (change.status) {
    case 'added':
      return 'adds'
    case 'modified':
      return 'changes'
    case 'deleted':
      return 'deletes'
    case 'type-changed':
      return 'changes the type of'
  }
}
