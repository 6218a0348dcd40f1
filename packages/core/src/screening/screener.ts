import type { ObjectId } from '../proposal/proposal.ts'
import type { PathScope } from '../target/path-scope.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import type { ChangedFile } from './changed-file.ts'
import { ChangedFiles } from './changed-files.ts'
import { claimFindings } from './claim-findings.ts'
import type { ContentRules } from './content-rules.ts'
import { dependencyFindings } from './dependencies/dependency-findings.ts'
import { BaselineLiterals } from './literal-overlap/baseline-literals.ts'
import { overlapFindings } from './literal-overlap/overlap-findings.ts'
import { makesClaims } from './objective-hacking/claims.ts'
import { objectiveHacking } from './objective-hacking/objective-hacking.ts'
import { emptiedFindings, judgingFindings, pathFindings } from './screen-change.ts'
import type { Author, ScreeningPolicy } from './screening-policy.ts'
import { secretFindings } from './secret-findings.ts'
import type { SecretScanner } from './secret-scanner.ts'
import type { Screening, WeighedFinding } from './screening.ts'
import { textFindings } from './text-rules/text-findings.ts'
import { weighFindings } from './weigh-findings.ts'

/** The static decision on a change: by its paths and modes, and by what it adds. */
export interface Screener {
  /** Judges the whole difference between two commits. The same commits give the same screening. */
  screen(change: ScreenedChange, signal: AbortSignal): Promise<Screening>
  /** Whether it asks who made a change: then whoever stores one looks up who made the steps before. Never optional: what wraps a screener must not be able to lose it. */
  readonly readsAuthors: boolean
}

export interface ScreenedChange {
  readonly baseline: ObjectId
  readonly candidate: ObjectId
  readonly author?: Author
}

export interface ScreenerParts {
  readonly revisions: RevisionReader
  readonly scope: PathScope
  readonly rules: ContentRules
  /** Absent: only the secrets that the rules on text know. */
  readonly secrets?: SecretScanner
  /** Null or absent: the target has no constitution, and the built-in rules are all there is. */
  readonly policy?: ScreeningPolicy | null
  /** Paths of code that judges changes to this very target; absent where it holds none. */
  readonly isJudging?: (path: string) => boolean
}

const unknownAuthor: Author = { proposer: 'human', operator: '' }

/** Nothing of the change is run, and nothing that it says about itself is believed: every fact comes from git's objects. */
export function createScreener({ revisions, scope, rules, secrets, policy = null, isJudging = () => false }: ScreenerParts): Screener {
  const texts = new ChangedFiles(revisions, scope)
  const literals = new BaselineLiterals(revisions, scope)
  /** A step of a search speaks of what it does itself, not of all that its ancestors did. */
  const claimed = async ({ baseline, candidate, author }: ScreenedChange, files: readonly ChangedFile[]): Promise<readonly WeighedFinding[]> => {
    if (author?.rationale === undefined || !makesClaims(author.rationale)) return []
    const parent = author.parent ?? baseline
    if (parent === baseline) return claimFindings(author.rationale, files)
    return claimFindings(author.rationale, await texts.read({ baseline: parent, candidate }, await revisions.changes(parent, candidate)))
  }
  return {
    readsAuthors: policy?.readsAuthors ?? false,
    screen: async (change, signal) => {
      const changes = await revisions.changes(change.baseline, change.candidate)
      const paths = [...pathFindings(changes, scope), ...judgingFindings(changes, isJudging)]
      // Denied whatever it holds, and then its content may be hostile in size as well.
      if (paths.some((finding) => finding.weight === 'deny')) return weighFindings(paths)
      const files = await texts.read(change, changes)
      const text = textFindings(files)
      const content = [
        ...emptiedFindings(files), ...text, ...(secrets === undefined ? [] : await secretFindings(files, secrets, text)), ...dependencyFindings(files), ...objectiveHacking(files), ...(await claimed(change, files)),
        ...rules.find(files.filter((file) => !file.isProtected)), ...(await overlapFindings(files, literals, change.baseline, signal)),
      ]
      const screening = weighFindings([...paths, ...content])
      if (policy === null || screening.decision === 'deny') return screening
      return policy.screen({ changes, texts: files, scope, screening, author: change.author ?? unknownAuthor })
    },
  }
}
