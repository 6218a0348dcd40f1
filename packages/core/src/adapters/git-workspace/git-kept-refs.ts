import { lstatSync } from 'node:fs'
import path from 'node:path'
import type { KeptRef, KeptRefs } from '../../retention/kept-refs.ts'
import { answerOf, type GitCommand } from './git-command.ts'

const prefix = 'refs/ratchet/'
/** Removing one of many packed refs writes all of them anew. */
const removedAtOnce = 10_000

interface Context {
  readonly git: GitCommand
  /** The common git directory. */
  readonly gitDirectory: string
}

export function gitKeptRefs({ git, gitDirectory }: Context): KeptRefs {
  return {
    list: async () => (await listRefs(git)).filter(({ ref }) => !leadsAway(gitDirectory, ref)),
    remove: async (refs) => {
      let removed = 0
      for (let at = 0; at < refs.length; at += removedAtOnce) removed += await removeRefs(git, refs.slice(at, at + removedAtOnce))
      return removed
    },
    keepBaseline: async (commit) => {
      const holder = await git.run(['for-each-ref', '--count=1', '--format=%(refname)', `--contains=${commit}`, 'refs/heads', 'refs/tags'], { answers: [129, 1, 128] })
      if (holder.code !== 0 || answerOf(holder) !== '') return
      await git.run(['update-ref', '--no-deref', `${prefix}baseline/${commit}`, commit])
    },
    bytesHeldBy: async (below) => {
      const result = await git.run(['rev-list', '--disk-usage', '--objects', `--glob=${below}`, '--not', '--branches', '--tags', '--remotes'], { answers: [128] })
      return result.code === 0 ? Number(answerOf(result)) : 0
    },
  }
}

async function listRefs(git: GitCommand): Promise<readonly KeptRef[]> {
  const listing = await git.run(['for-each-ref', '--format=%(refname)%00%(objectname)%00%(objecttype)%00%(symref)', prefix])
  return listing.stdout.toString('utf8').split('\n').flatMap((line) => {
    const [ref = '', commit = '', type, symbolic] = line.split('\0')
    return type === 'commit' && symbolic === '' ? [{ ref, commit }] : []
  })
}

/** A loose ref is a file, and its folders are folders: git itself would follow links, out of the repository too, and remove what is there. */
function leadsAway(gitDirectory: string, ref: string): boolean {
  const parts = ref.split('/')
  return parts.some((_, depth) => lstatSync(path.join(gitDirectory, ...parts.slice(0, depth + 1)), { throwIfNoEntry: false })?.isSymbolicLink() === true)
}

/** One transaction; where it fails, because one of them is locked or was moved, in halves: the others go all the same. */
async function removeRefs(git: GitCommand, refs: readonly KeptRef[]): Promise<number> {
  const input = refs.map(({ ref, commit }) => `option no-deref\0delete ${ref}\0${commit}\0`).join('')
  const result = await git.run(['update-ref', '--stdin', '-z'], { input, answers: [1, 128] })
  if (result.code === 0) return refs.length
  if (refs.length <= 1) return 0
  const half = Math.ceil(refs.length / 2)
  return (await removeRefs(git, refs.slice(0, half))) + (await removeRefs(git, refs.slice(half)))
}
