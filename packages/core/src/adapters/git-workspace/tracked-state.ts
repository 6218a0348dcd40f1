import { WorkspaceError } from '../../workspace/workspace.ts'
import { gitCommand, type GitPlace } from './git-command.ts'

/**
 * Refuses a repository that brings its own `.ratchet`. Whoever wrote a journal decides what was "accepted": one that came with a clone must never be
 * taken for the record of this machine.
 */
export async function refuseTrackedState(place: GitPlace): Promise<void> {
  const tracked = (await gitCommand(place).run(['ls-files', '-z', '--full-name'])).stdout.toString('utf8').split('\0')
  // In any case: some file systems take `.Ratchet` for the same directory.
  if (!tracked.some((file) => /^\.ratchet(?:\/|$)/i.test(file))) return
  throw new WorkspaceError('tracked-state', 'the repository tracks files under .ratchet, where the journal of this machine belongs', {
    remedy: 'Somebody else wrote that journal, and nothing in it can be trusted. Untrack it: git rm -r --cached .ratchet; then move the directory away.',
  })
}
