import type { ObjectId } from '../proposal/proposal.ts'
import type { PathScope } from '../target/path-scope.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { ChangedFiles } from './changed-files.ts'
import type { ContentRules } from './content-rules.ts'
import { dependencyFindings } from './dependencies/dependency-findings.ts'
import { BaselineLiterals } from './literal-overlap/baseline-literals.ts'
import { overlapFindings } from './literal-overlap/overlap-findings.ts'
import { emptiedFindings, pathFindings } from './screen-change.ts'
import type { Author, ScreeningPolicy } from './screening-policy.ts'
import type { Screening } from './screening.ts'
import { textFindings } from './text-rules/text-findings.ts'
import { weighFindings } from './weigh-findings.ts'

/** The static decision on a change: by its paths and modes, and by what it adds. */
export interface Screener {
  /** Judges the whole difference between two commits. The same commits give the same screening. */
  screen(change: { readonly baseline: ObjectId; readonly candidate: ObjectId; readonly author?: Author }, signal: AbortSignal): Promise<Screening>
}

export interface ScreenerParts {
  readonly revisions: RevisionReader
  readonly scope: PathScope
  readonly rules: ContentRules
  /** Null or absent: the target has no constitution, and the built-in rules are all there is. */
  readonly policy?: ScreeningPolicy | null
}

const unknownAuthor: Author = { proposer: 'human', operator: '' }

/** Nothing of the change is run, and nothing that it says about itself is believed: every fact comes from git's objects. */
export function createScreener({ revisions, scope, rules, policy = null }: ScreenerParts): Screener {
  const texts = new ChangedFiles(revisions, scope)
  const literals = new BaselineLiterals(revisions, scope)
  return {
    screen: async (change, signal) => {
      const changes = await revisions.changes(change.baseline, change.candidate)
      const paths = pathFindings(changes, scope)
      // Denied whatever it holds, and then its content may be hostile in size as well.
      if (paths.some((finding) => finding.weight === 'deny')) return weighFindings(paths)
      const files = await texts.read(change, changes)
      const content = [...emptiedFindings(files), ...textFindings(files), ...dependencyFindings(files), ...rules.find(files.filter((file) => !file.isProtected)), ...(await overlapFindings(files, literals, change.baseline, signal))]
      const screening = weighFindings([...paths, ...content])
      if (policy === null || screening.decision === 'deny') return screening
      return policy.screen({ changes, texts: files, scope, screening, author: change.author ?? unknownAuthor })
    },
  }
}
