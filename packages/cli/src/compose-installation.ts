import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Judge } from '@ratchet/core'
import { readJudge } from '@ratchet/core/installation/require-judge'
import { createInstalledPackages } from '@ratchet/core/adapters/installed-packages/installed-packages'
import type { GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'

/** Folders of the packages that this very process runs. */
function ownPackages(): readonly string[] {
  return [new URL('../package.json', import.meta.url).href, import.meta.resolve('@ratchet/core/package.json'), import.meta.resolve('@ratchet/oracle/package.json')].map((manifest) => path.dirname(fileURLToPath(manifest)))
}

/** See `findJudge`. */
export async function judgeOf({ root, revisions }: Pick<GitWorkspace, 'root' | 'revisions'>, baseline: string): Promise<Judge> {
  return await readJudge({ installation: createInstalledPackages(ownPackages()), revisions }, { baseline, root: await realpath(root) })
}
