import type { ChangedFile } from '../changed-file.ts'
import type { WeighedFinding } from '../screening.ts'
import { claimRules } from './claims.ts'
import { fakedResults, resultRules } from './faked-results.ts'
import { removedSigns, signRules } from './removed-signs.ts'
import { testRules, weakenedTests } from './weakened-tests.ts'

/** Names of the rules on changes that please the judge instead of doing the work. */
export const hackingRules: readonly string[] = [...signRules, ...testRules, ...resultRules, ...claimRules]

/** What a change does to look better than it is, as far as its texts show it: marks and checks taken away, tests weakened, results faked. */
export function objectiveHacking(files: readonly ChangedFile[]): readonly WeighedFinding[] {
  return [...removedSigns(files), ...weakenedTests(files), ...fakedResults(files)]
}
