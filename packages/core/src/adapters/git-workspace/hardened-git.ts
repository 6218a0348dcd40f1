import { WorkspaceError } from '../../workspace/workspace.ts'
import { gitCommand, type GitCommand, type GitPlace, type Setting } from './git-command.ts'

/** Keys of a repository's own configuration that name a command or open a transport. */
const executable = [
  'filter\\..*\\.(clean|smudge|process|required)',
  'diff\\..*\\.(command|textconv)',
  'diff\\.external',
  'merge\\..*\\.driver',
  'gpg\\.(.*\\.)?program',
  'credential\\.(.*\\.)?helper',
  'protocol\\..*\\.allow',
  'remote\\..*\\.(uploadpack|receivepack|vcs)',
].join('|')

/**
 * Git on `place` with every driver that is configured there switched off by its name: filters, diff and merge drivers are commands of the
 * repository's own configuration and git has no switch for all of them. What is configured depends on the working tree and on the branch
 * (`config.worktree`, `includeIf.onbranch`), so ask again for each use that could run one; it costs one git process.
 */
export async function hardenedGit(place: GitPlace): Promise<GitCommand> {
  const result = await gitCommand(place).run(['config', '--null', '--name-only', '--includes', '--get-regexp', `^(${executable})$`], { answers: [1] })
  const keys = new Set(decode(result.stdout).split('\0').filter((key) => key !== ''))
  return gitCommand(place, [...keys].map((key): Setting => [key, harmless(key)]))
}

function harmless(key: string): string {
  if (key.endsWith('.required')) return 'false'
  if (key.startsWith('protocol.')) return 'never'
  // A merge driver that fails leaves a conflict, which refuses; an empty one would be run as an empty command.
  return key.startsWith('merge.') || key.startsWith('remote.') ? 'false' : ''
}

/** A key that is not UTF-8 cannot be handed back to git by name, so its command would run: refused. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new WorkspaceError('git-failed', 'the git configuration of the repository names a driver in an unknown encoding, so it cannot be switched off', {
      cause: error,
      remedy: 'Look for it with `git config --list --local` and rename or remove it.',
    })
  }
}
