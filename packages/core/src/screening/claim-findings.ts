import { changedDependencies } from '../constitution/changed-dependencies.ts'
import { exportedNames } from '../constitution/is-documented.ts'
import type { ChangedFile } from './changed-file.ts'
import { contradictedClaims } from './objective-hacking/claims.ts'
import type { WeighedFinding } from './screening.ts'

/** What a rationale says, held against the files that the proposal itself changes. */
export function claimFindings(rationale: string, files: readonly ChangedFile[]): readonly WeighedFinding[] {
  const kept = new Set(files.flatMap(({ path, after }) => exportedNames(path, after)))
  const removedExports = [...new Set(files.flatMap(({ path, before, isProtected }) => (isProtected ? [] : exportedNames(path, before))))].filter((name) => !kept.has(name))
  return contradictedClaims(rationale, { files, addedDependencies: changedDependencies(files).filter(({ name }) => name !== '*').length, removedExports })
}
