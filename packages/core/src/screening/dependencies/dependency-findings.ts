import type { ChangedFile } from '../changed-file.ts'
import type { WeighedFinding } from '../screening.ts'
import { lockfileFindings } from './lockfile-findings.ts'
import { manifestFindings } from './manifest-findings.ts'

/** Names of the rules on what the repository depends on. */
export const dependencyRules: readonly string[] = [
  'dependency-foreign-host', 'dependency-not-from-registry', 'dependency-without-integrity', 'dependency-integrity-changed', 'dependency-runs-on-install', 'dependency-under-other-name', 'dependency-shadows', 'lockfile-unreadable',
  'container-reaches-host',
]

/** What a change does to what the repository depends on. Texts are read and compared; nothing is fetched and nobody is asked. */
export function dependencyFindings(files: readonly ChangedFile[]): readonly WeighedFinding[] {
  return files.flatMap((file) => [...lockfileFindings(file), ...manifestFindings(file)])
}
