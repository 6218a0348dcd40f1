import picomatch from 'picomatch'
import { anywhere, buildDefinitions, builtInProtection, constitutionalNames } from './built-in-protection.ts'
import { commandPaths } from './command-paths.ts'
import type { CommandPath, PackageScripts } from './command-paths.ts'
import type { Config } from './config.ts'
import { linkNames } from './link-names.ts'
import { foldPath, foldText, isCanonicalPath } from './repository-path.ts'

/** What proposals may change, and what always comes from the trusted baseline. Pure; both answers may be called often. */
export interface PathScope {
  /** In an edit glob, canonical, and not protected. */
  isEditable(path: string): boolean
  /** Comes from the baseline in every evaluation. Also true for paths that no tree should hold (absolute, `..`, empty). */
  isProtected(path: string): boolean
  /** Why `isProtected` is true, as the end of the sentence "it ..."; null when it is not. */
  protection(path: string): string | null
  /** Decides what is judged and how git reads the repository: a change to it is denied, not merely asked about. */
  isConstitutional(path: string): boolean
  /** Lies in a benchmark, or lists examples that are held out: in no tree, no prompt and no folder that anything proposed or judged can read. */
  isWithheld(path: string): boolean
}

type Test = (folded: string) => boolean

interface Rule {
  readonly reason: string
  readonly matches: Test
}

export interface TreeFacts {
  readonly links?: ReadonlyMap<string, string>
  readonly added?: readonly string[]
}

/** Far more than most repositories hold, far less than memory would notice. */
const rememberedPaths = 100_000

/**
 * Builds the scope of a config. Protection wins over editing, and is generous about spelling: names are compared without
 * case, in one Unicode normal form, so that a twin (`Package-Lock.json`) that some file system takes for the protected file is
 * protected as well. Editing is strict: the exact spelling, in one of the config's globs.
 *
 * @param entries paths of the baseline's tree; needed to protect every file that a command names, see `commandPaths`.
 * @param facts links of the baseline's tree (path -> target), so that what a protected name leads to is protected as well; and what setup adds to it,
 * which would lie over a candidate's file of the same name.
 * @param scripts npm scripts of the baseline's root package.json; needed to protect the judges behind `npm test`.
 */
export function createPathScope(config: Config, entries: readonly string[] | null = null, scripts: PackageScripts | null = null, { links = new Map(), added = [] }: TreeFacts = {}): PathScope {
  const otherNames = linkNames(links)
  const allNames = entries === null ? null : [...entries, ...entries.flatMap(otherNames)]
  const rules = [...builtInRules(), ...configRules(config), ...commandRules(openCommandPaths(config, allNames, scripts)), ...addedRules(added)]
  const constitutional = [hasShortNameOf(config), matcher(constitutionalNames.map(anywhere)), ...(config.constitution === undefined ? [] : [exactly(config.constitution), exactly(`${config.constitution}.sig`)]), ...promptsRules(config).map(({ matches }) => matches)]
  const editable = matcher(config.target.edit.flatMap((glob) => withFolder(plainGlob(glob).normalize('NFC'))))
  const isBuildDefinition = matcher(buildDefinitions.map(anywhere))
  const named = matcher(config.target.edit.filter(endsInName).map((glob) => foldText(plainGlob(glob))))

  const reasonFor = (folded: string): string | null => rules.find((rule) => rule.matches(folded))?.reason ?? null
  const throughLink = (path: string): string | null => {
    for (const name of otherNames(path)) {
      const folded = foldPath(name)
      const reason = folded === null ? null : reasonFor(folded)
      if (reason !== null) return `is ${name} by a symbolic link, which ${reason}`
    }
    return null
  }
  // Every candidate asks about every file of its tree, mostly the same ones.
  const protection = remembered((path): string | null => {
    const folded = foldPath(path)
    return folded === null ? 'is no path inside the repository' : (reasonFor(folded) ?? throughLink(path))
  })
  const isEditable = remembered((path): boolean => {
    if (!isCanonicalPath(path) || protection(path) !== null || !editable(path.normalize('NFC'))) return false
    const folded = foldText(path)
    return !isBuildDefinition(folded) || named(folded)
  })
  const isConstitutional = remembered((path): boolean => {
    const folded = foldPath(path)
    return folded === null || constitutional.some((test) => test(folded))
  })
  const isWithheld = withheldPaths(config)
  return { isEditable, isProtected: (path) => protection(path) !== null, protection, isConstitutional, isWithheld }
}

/** See `PathScope.isWithheld`; follows from the configuration alone. */
export function withheldPaths({ metrics }: Pick<Config, 'metrics'>): (path: string) => boolean {
  const tests = [...suitesOf(metrics), ...Object.values(metrics).flatMap(({ heldOut }) => heldOut ?? [])].map(exactly)
  if (tests.length === 0) return () => false
  return remembered((path): boolean => {
    const folded = foldPath(path)
    return folded !== null && tests.some((test) => test(folded))
  })
}

function suitesOf(metrics: Config['metrics']): readonly string[] {
  return [...new Set(Object.values(metrics).flatMap(({ suite }) => (suite === undefined ? [] : [suite.replace(/\/+$/, '')])))]
}

/** Answers that follow from the path alone. */
function remembered<T extends string | boolean | null>(ask: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>()
  return (path) => {
    const before = known.get(path)
    if (before !== undefined) return before
    const answer = ask(path)
    if (known.size >= rememberedPaths) known.clear()
    known.set(path, answer)
    return answer
  }
}

/**
 * Edit globs under which no file of the tree may really be edited: mistyped, or wholly protected (for instance because a
 * metric command names the only file). A run with such a config cannot find anything there.
 */
export function idleEditGlobs(config: Config, entries: readonly string[], scope: PathScope): readonly string[] {
  const open = entries.filter((entry) => scope.isEditable(entry)).map((entry) => entry.normalize('NFC'))
  return config.target.edit.filter((glob) => {
    const matches = matcher(withFolder(plainGlob(glob).normalize('NFC')))
    return !open.some(matches)
  })
}

function builtInRules(): readonly Rule[] {
  return builtInProtection.map((group) => ({ reason: group.reason, matches: matcher(group.names.map(anywhere)) }))
}

function configRules(config: Config): readonly Rule[] {
  const protectedGlobs = config.target.protect.flatMap((glob) => withFolder(foldText(plainGlob(glob))))
  const rules: Rule[] = [{ reason: 'matches target.protect', matches: matcher(protectedGlobs) }, { reason: 'is a short name of what rules over Ratchet itself', matches: hasShortNameOf(config) }]
  if (config.constitution !== undefined) rules.push({ reason: 'is the constitution', matches: exactly(config.constitution) }, { reason: 'is the signature of the constitution', matches: exactly(`${config.constitution}.sig`) })
  const reports = config.tests.flatMap((test) => (test.reportFile === undefined ? [] : [test.reportFile]))
  const tasks = Object.values(config.metrics).flatMap(({ tasks: listed, heldOut }) => [listed, heldOut].filter((file) => typeof file === 'string'))
  rules.push(...tasks.map((file) => ({ reason: 'lists the tasks of a metric', matches: exactly(file) })), ...suitesOf(config.metrics).map((suite) => ({ reason: 'is the benchmark of a metric', matches: exactly(suite) })))
  // A report that a candidate brings along would be read as if the tests had written it.
  return [...rules, ...promptsRules(config), ...reports.map((file) => ({ reason: 'is where a test report is written', matches: exactly(file) }))]
}

/** `judge.md` is what a rule in words is asked with; the others say what models are told. */
function promptsRules({ models }: Config): readonly Rule[] {
  return models?.prompts === undefined ? [] : [{ reason: 'is what models are asked with', matches: exactly(models.prompts.replace(/\/+$/, '')) }]
}

/** A candidate's file where setup puts one would be hidden in every launch: what is judged would not be what is applied. */
function addedRules(added: readonly string[]): readonly Rule[] {
  const folded = added.flatMap((path) => foldPath(path) ?? [])
  if (folded.length === 0) return []
  return [{ reason: 'is where setup puts something', matches: (path) => folded.some((place) => path === place || path.startsWith(`${place}/`) || place.startsWith(`${path}/`)) }]
}

/** A program under test may be named by its own benchmark (`node cli.js`): an edit entry that names the very file opens it. */
function openCommandPaths(config: Config, entries: readonly string[] | null, scripts: PackageScripts | null): readonly CommandPath[] {
  const named = new Set(config.target.edit.filter((glob) => !picomatch.scan(glob).isGlob).map((glob) => foldText(plainGlob(glob))))
  return commandPaths(config, entries, scripts).filter((command) => command.kind !== 'file' || !named.has(foldText(command.path)))
}

function commandRules(paths: readonly CommandPath[]): readonly Rule[] {
  return paths.map((named) => ({
    reason: `is named by the command \`${named.command}\``,
    matches: named.kind === 'glob' ? matcher([foldText(named.path)]) : exactly(named.path),
  }))
}

/** Names of 8 and 3 letters by which some file systems also know a file: `CONSTI~1.YAM`. */
function hasShortNameOf({ constitution }: Config): Test {
  const names = ['ratchet.yaml', 'constitution.yaml', '.gitattributes', '.gitmodules', '.gitconfig', '.ratchet', 'allowed_signers', ...(constitution === undefined ? [] : [foldPath(constitution)?.split('/').at(-1) ?? ''])]
  const stems = names.map((name) => name.replaceAll(/[. ]/g, '').slice(0, 2)).filter((stem) => stem !== '')
  return (path) => path.split('/').some((segment) => /^[^~.]{1,6}~\d+(?:\.[^.]{0,3})?$/.test(segment) && stems.some((stem) => segment.startsWith(stem)))
}

/** The path itself and what lies below it: a file may become a folder. */
function exactly(path: string): Test {
  const folded = foldPath(path)
  // Not inside the repository: then no path of it can be meant.
  if (folded === null) return () => false
  return (candidate) => candidate === folded || candidate.startsWith(`${folded}/`)
}

function matcher(globs: readonly string[]): Test {
  if (globs.length === 0) return () => false
  const test = picomatch([...globs], { dot: true, nonegate: true, windows: false })
  return (path) => test(path)
}

/** `./src/` -> `src/**`. */
function plainGlob(glob: string): string {
  const trimmed = glob.replace(/^(?:\.\/+)+/, '').replaceAll(/\/{2,}/g, '/')
  return trimmed.endsWith('/') ? `${trimmed}**` : trimmed
}

/** A plain name stands for a file, or for a folder with everything in it. */
function withFolder(glob: string): readonly string[] {
  return picomatch.scan(glob).isGlob ? [glob] : [glob, `${glob}/**`]
}

/** Whether the last segment of a glob is a plain name, so that its writer meant this very file. */
function endsInName(glob: string): boolean {
  const last = glob.slice(glob.lastIndexOf('/') + 1)
  return last !== '' && !picomatch.scan(last).isGlob
}
