import type { PathScope } from '../target/path-scope.ts'
import type { PathChange } from '../workspace/workspace.ts'
import type { ConsentLevel, Finding, Screening } from './screening.ts'

/** Rules of v1, all on facts from git plumbing; a richer constitution joins behind the same value. */
export type ScreeningRule = 'unsafe-path' | 'constitution-path' | 'protected-path' | 'edit-outside-scope' | 'patch-too-large'

/** A change this wide is never one idea; a person should look at it first. */
const fileLimit = 300

interface Judged extends Finding {
  readonly rule: ScreeningRule
}

/**
 * Judges a change by its paths and modes alone. Deny beats approval beats allow; what no rule allows needs approval.
 * Threats: a link or submodule that leads out of the tree, an edit of what judges the change, a test that is quietly weakened.
 */
export function screenChange(changes: readonly PathChange[], scope: PathScope): Screening {
  const findings = changes.flatMap((change) => findingsFor(change, scope))
  if (changes.length > fileLimit) {
    findings.push({ rule: 'patch-too-large', file: '', line: null, message: `the change touches ${changes.length} files; more than ${fileLimit} need approval` })
  }
  const worst = Math.max(0, ...findings.map((finding) => severity[finding.rule].risk))
  const level = Math.max(0, ...findings.map((finding) => severity[finding.rule].level)) as ConsentLevel
  const denied = findings.some((finding) => severity[finding.rule].decision === 'deny')
  return {
    decision: denied ? 'deny' : findings.length > 0 ? 'require-approval' : 'allow',
    risk: worst,
    consentLevel: level,
    findings,
  }
}

const severity: Readonly<Record<ScreeningRule, { readonly decision: 'deny' | 'require-approval'; readonly risk: number; readonly level: ConsentLevel }>> = {
  'unsafe-path': { decision: 'deny', risk: 1, level: 3 },
  'constitution-path': { decision: 'deny', risk: 1, level: 3 },
  'protected-path': { decision: 'require-approval', risk: 0.7, level: 3 },
  'edit-outside-scope': { decision: 'require-approval', risk: 0.4, level: 2 },
  'patch-too-large': { decision: 'require-approval', risk: 0.5, level: 2 },
}

function findingsFor(change: PathChange, scope: PathScope): Judged[] {
  const finding = (rule: ScreeningRule, message: string): Judged[] => [{ rule, file: change.path, line: null, message }]
  if (change.newMode === '120000') return finding('unsafe-path', change.oldMode === '120000' ? 'points a symbolic link elsewhere' : 'adds a symbolic link')
  if (change.newMode === '160000' || change.oldMode === '160000') return finding('unsafe-path', 'adds, removes or moves a submodule')
  if (scope.isConstitutional(change.path)) return finding('constitution-path', 'changes what judges it: the configuration, the constitution, or how git reads the repository')
  if (scope.isProtected(change.path)) return finding('protected-path', `${past(change)} a protected file; it is judged with the baseline's version, and needs approval`)
  if (!scope.isEditable(change.path)) return finding('edit-outside-scope', `${past(change)} a file outside target.edit; it needs approval`)
  return []
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
