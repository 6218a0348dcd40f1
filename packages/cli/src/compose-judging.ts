import type { Judge, ObjectId } from '@ratchet/core'
import { InstallationError } from '@ratchet/core/installation/installation-error'
import { requireJudge } from '@ratchet/core/installation/require-judge'
import { createSecretlintScanner } from '@ratchet/core/adapters/secretlint-scanner/secretlint-scanner'
import type { GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { judgeOf } from './compose-installation.ts'

/** What this process has loaded, by the target's root: it stays loaded, whatever the files hold later. */
const loadedDigests = new Map<string, string>()

/**
 * Who judges, required to be what the baseline holds where the target holds it.
 *
 * @throws InstallationError `judge-differs`
 */
export async function requireLoadedJudge(workspace: Pick<GitWorkspace, 'root' | 'revisions'>, baseline: ObjectId): Promise<Judge> {
  const judge = await loadOwnJudge(workspace, baseline)
  requireJudge(judge, baseline)
  return judge
}

/**
 * What is compared must be what runs: where the target holds what judges it, all of that is loaded first and compared afterwards, so that nothing comes from a file that an editor or a proposer changed in between. Whoever
 * judges only later, such as a server, asks when it begins.
 *
 * @throws InstallationError `judge-differs` where it was changed since this process asked first
 */
export async function loadOwnJudge(workspace: Pick<GitWorkspace, 'root' | 'revisions'>, baseline: ObjectId): Promise<Judge> {
  const found = await judgeOf(workspace, baseline)
  if (found.kind === 'apart') return found
  requireUnchanged(workspace.root, found.digest)
  await loadJudging()
  const judge = await judgeOf(workspace, baseline)
  if (judge.kind !== 'apart') requireUnchanged(workspace.root, judge.digest)
  return judge
}

function requireUnchanged(root: string, digest: string): void {
  const loaded = loadedDigests.get(root) ?? digest
  loadedDigests.set(root, loaded)
  if (loaded !== digest) throw new InstallationError('judge-differs', 'the target holds the code that judges it, and that was changed since this process loaded it', { remedy: 'Start the command again: it goes on with what is there now.' })
}

/** All that is loaded when it is first needed elsewhere. `compose-judging.test.ts` finds what is missing here. */
async function loadJudging(): Promise<void> {
  await Promise.all([
    import('./automate.ts'), import('./compose-agents.ts'), import('./compose-models.ts'), import('./compose-research.ts'), import('./compose-screening.ts'), import('./compose-search.ts'), import('./compose-self.ts'), import('./compose-writing.ts'), import('./failure-exit-code.ts'),
    import('@ratchet/core/constitution/compile-constitution'), import('@ratchet/core/constitution/constitution-policy'), import('@ratchet/core/constitution/parse-constitution'),
    import('@ratchet/core/cycle/verify-authors'), import('@ratchet/core/cycle/verify-consents'), import('@ratchet/core/cycle/verify-journal'),
    import('@ratchet/core/adapters/container-sandbox/container-sandbox'), import('@ratchet/core/adapters/e2b-sandbox/e2b-sandbox'), import('@ratchet/core/adapters/gvisor-sandbox/gvisor-sandbox'), import('@ratchet/core/adapters/landlock-sandbox/landlock-sandbox'), import('@ratchet/core/adapters/microvm-sandbox/microvm-sandbox'),
    import('@ratchet/core/adapters/repair-proposer/repair-proposer'),
  ])
  // Its rules come with the first text.
  await createSecretlintScanner().scan('', 'empty.txt')
}
