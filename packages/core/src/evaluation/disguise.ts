import path from 'node:path'
import type { Random } from '../randomness/seeded-random.ts'
import { shellWords } from '../target/shell-words.ts'
import { drawDirectory, drawName } from './launch-directory.ts'

/** Another look for an oracle's command: how it is started, what it finds where, and where its tree lies. */
export interface Disguise {
  /** For a person. */
  readonly kind: string
  readonly command: string
  /** Files of the tree shown at further places of it. */
  readonly copies: readonly { readonly from: string; readonly to: string }[]
  readonly directory: string | null
}

export interface DisguiseRequest {
  readonly oracle: string
  /** Commands of the metrics: what a candidate that wants to look fast waits for. */
  readonly metrics: readonly string[]
  /** Files of the tree that no candidate wrote. */
  readonly files: ReadonlySet<string>
  readonly random: Random
}

interface Script {
  readonly command: string
  /** The file as the command line has it, and as the tree has it. */
  readonly word: string
  readonly file: string
  /** What comes before and after it. */
  readonly before: string
  readonly after: string
}

/**
 * Ways to run an oracle so that nothing shows that it is one, best first. The best is to put its script where a benchmark's lies and to start it by the benchmark's
 * command: argv, stack, directory and environment are then the benchmark's own. A candidate that answers rightly only where it is asked for answers is seen. Which of
 * them work depends on the scripts (relative imports, absolute paths of a build): the baseline has to repeat its answers in the same disguise.
 */
export function disguises(request: DisguiseRequest): readonly Disguise[] {
  const oracle = scriptOf(request.oracle, request.files)
  const directory = drawDirectory(request.random)
  if (oracle === null) return [{ kind: 'in another directory', command: request.oracle, copies: [], directory }]
  const renamed = path.posix.join(path.posix.dirname(oracle.file), `${drawName(request.random)}${path.posix.extname(oracle.file)}`)
  const another = { command: oracle.command.replace(oracle.word, () => sameForm(oracle.word, renamed)), copies: [{ from: oracle.file, to: renamed }] }
  return [
    ...asMetrics(oracle, request, directory),
    { kind: 'under another name, in another directory', ...another, directory },
    { kind: 'under another name', ...another, directory: null },
  ]
}

function asMetrics(oracle: Script, { metrics, files }: DisguiseRequest, directory: string): readonly Disguise[] {
  return metrics.flatMap((command): Disguise[] => {
    const metric = scriptOf(command, files)
    const fits = metric !== null && metric.file !== oracle.file && metric.before === oracle.before && oracle.after === '' && path.posix.extname(metric.file) === path.posix.extname(oracle.file)
    const dress = { command, copies: [{ from: oracle.file, to: metric?.file ?? '' }] }
    return fits ? [{ kind: `dressed as \`${command}\`, in another directory`, ...dress, directory }, { kind: `dressed as \`${command}\``, ...dress, directory: null }] : []
  })
}

/** The one file of the tree that a simple command names; null for pipelines, scripts of a package manager and the like. */
function scriptOf(command: string, files: ReadonlySet<string>): Script | null {
  const [words, ...others] = shellWords(command)
  if (words === undefined || others.length > 0) return null
  const named = words.filter((candidate) => files.has(path.posix.normalize(candidate)))
  const [only, ...more] = named
  if (only === undefined || more.length > 0 || command.split(only).length !== 2) return null
  const [before = '', after = ''] = command.split(only)
  return { command, word: only, file: path.posix.normalize(only), before: before.trim(), after: after.trim() }
}

function sameForm(original: string, file: string): string {
  return original.startsWith('./') ? `./${file}` : file
}
