import picomatch from 'picomatch'
import type { Config } from './config.ts'
import { shellWords } from './shell-words.ts'
import type { SimpleCommand } from './shell-words.ts'

/** A file, folder or glob that a command of the config names: whoever writes it decides what is measured, or what runs next time. */
export interface CommandPath {
  readonly kind: 'file' | 'folder' | 'glob'
  /** Relative to the repository, `/`-separated, without trailing slash. */
  readonly path: string
  /** The command that names it, as the config has it. */
  readonly command: string
}

/** `scripts` of the baseline's root package.json, by name. */
export type PackageScripts = Readonly<Record<string, string>>

/** Their arguments are what they look at or build, not what judges. */
const subjects: ReadonlySet<string> = new Set([
  'gcc', 'g++', 'cc', 'c++', 'clang', 'clang++', 'tsc', 'rustc', 'javac', 'go', 'cmake', 'ld', 'ar', 'esbuild', 'rollup', 'webpack', 'cython', 'microbundle', 'tsup', 'tsdown', 'terser',
  'eslint', 'oxlint', 'prettier', 'biome', 'xo', 'standard', 'mypy', 'pyright', 'ruff', 'flake8', 'pylint', 'black', 'tsd', 'echo', 'mkdir', 'rm', 'cd', 'pushd',
])
const wrappers: ReadonlySet<string> = new Set(['npx', 'env', 'exec', 'time', 'nice', 'cross-env', 'command', 'timeout', 'c8', 'nyc', 'bunx', '!', 'if', 'then', 'do', '{'])
const declarations: ReadonlySet<string> = new Set(['export', 'declare', 'readonly', 'local', 'typeset'])
const shells = /^(?:sh|bash|dash|zsh|ksh|ash|eval|source|\.)$/
const python = /^(?:python|pypy)[\d.]*$/
const interpreters = /^(?:node|nodejs|bun|deno|tsx|ts-node|(?:python|pypy)[\d.]*|ruby|perl|php|lua|julia|Rscript)$/
/** A working folder for the words that follow: it is where judges are looked for, and no judge itself. */
const workingFolderOptions: ReadonlySet<string> = new Set(['-C', '--prefix', '--cwd', '--directory', '-w', '--workspace', '--filter', '--cov', '-S', '-B'])
/** The folder whose tests a runner collects. */
const collectedFolderOptions: ReadonlySet<string> = new Set(['--dir', '--root', '--rootDir', '--rootdir'])
/** Variables that list folders in which an interpreter looks for modules. */
const moduleFolderVariables = ['PYTHONPATH', 'NODE_PATH', 'PERL5LIB', 'RUBYLIB']

const packageManagers = /^(?:npm|yarn|pnpm|bun)$/
const scriptRunners = /^(?:npm-run-all2?|run-s|run-p)$/
const scriptAliases: ReadonlyMap<string, string> = new Map([
  ...['test', 't', 'tst', 'it', 'cit', 'install-test'].map((alias) => [alias, 'test'] as const),
  ...['start', 'stop', 'restart'].map((name) => [name, name] as const),
])
const installVerbs: ReadonlySet<string> = new Set(['install', 'i', 'ci', 'add', 'clean-install', 'it', 'cit', 'install-test'])
const installScripts = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']
/** Scripts that name what they build or look at, even when a test runs them first. */
const preparingScript = /^(?:pre|post)?(?:build|compile|bundle|lint|format|prepare|prepack|types?|typecheck|clean)(?:[:_-]|$)/
/** Nested shells, substitutions and scripts: more than any command has. A script is followed once, so that cycles end. */
const deepestNesting = 8

/** Runners that read files which their command line does not name. */
const runnerFiles: ReadonlyMap<string, readonly string[]> = new Map(Object.entries({
  make: ['**/{makefile,Makefile,GNUmakefile}', '**/*.mk'],
  gmake: ['**/{makefile,Makefile,GNUmakefile}', '**/*.mk'],
  ctest: ['**/CMakeLists.txt', '**/*.cmake'],
  jasmine: ['spec/**'],
  cargo: ['**/Cargo.toml', '**/build.rs'],
  go: ['**/go.mod'],
  rake: ['**/Rakefile'],
  just: ['**/{justfile,.justfile}'],
}))

/**
 * Paths inside the repository that the commands of a config name. Tests, oracle and metrics judge, so all that they name
 * counts, also inside quoted code (`node -e`). So it does for setup, which later runs with network and secrets on whatever
 * has been accepted; only folders that it installs do not. Of `build` only the scripts that it runs count: its other
 * arguments are the code that is built.
 *
 * A command is read as text, never run. Unknown are: variables set elsewhere, files that a named file loads, and scripts of
 * a package.json other than the root's. In doubt a file counts; `.` never stands for the whole repository.
 *
 * @param entries every path of the baseline's tree; a word counts only when it names one of them, so that build outputs are
 *   left alone. Null when the tree is not known: then every word that looks like a source or data file counts.
 * @param scripts npm scripts of the baseline's root package.json, through which `npm test`, `yarn X` and the like are
 *   followed, with their pre and post scripts. Null when there are none or they are not known: then they are not followed.
 *
 * A folder is left out when an edit glob addresses that very folder (`vitest run src` with `edit: src/**`): the tests in it
 * are protected by their names.
 */
export function commandPaths(config: Config, entries: readonly string[] | null, scripts: PackageScripts | null = null): readonly CommandPath[] {
  const tree = entries === null ? null : treeOf(entries)
  const found = new Map<string, CommandPath>()
  for (const [command, counts] of commandsOf(config)) {
    const search: Search = { tree, builds: config.build !== undefined, scripts: new Map(Object.entries(scripts ?? {})), followed: new Set() }
    for (const named of pathsOfLine(command, { folder: '', variables: new Map(), depth: 0, counts }, search)) {
      if (named.kind === 'folder' && config.target.edit.some((glob) => addresses(glob, named.path))) continue
      found.set(`${named.kind} ${named.path}`, { ...named, command })
    }
  }
  return [...found.values()]
}

type Named = Omit<CommandPath, 'command'>

/** `named`: every path; `installed`: every path, but no folder that is installed; `run`: only scripts that are run. */
type Counts = 'named' | 'installed' | 'run'

interface Tree {
  readonly files: ReadonlySet<string>
  readonly folders: ReadonlySet<string>
}

interface Search {
  readonly tree: Tree | null
  readonly builds: boolean
  readonly scripts: ReadonlyMap<string, string>
  /** Scripts of this command that were followed already. */
  readonly followed: Set<string>
}

interface Shell {
  readonly folder: string
  readonly variables: ReadonlyMap<string, string>
  readonly depth: number
  readonly counts: Counts
}

/** Judges come last: where two commands name one file, the reason given is the judge. */
function commandsOf(config: Config): readonly (readonly [string, Counts])[] {
  // Of a suite the command is the agent that is judged, not its judge.
  const metrics = Object.values(config.metrics).filter(({ suite }) => suite === undefined)
  const judges = [...config.tests, ...config.oracle, ...metrics].map((judge) => judge.run)
  return [
    ...(config.build === undefined ? [] : [[config.build, 'run'] as const]),
    ...(config.setup === undefined ? [] : [[config.setup.run, 'installed'] as const]),
    ...[...new Set(judges)].map((judge) => [judge, 'named'] as const),
  ]
}

function treeOf(entries: readonly string[]): Tree {
  const folders = new Set<string>()
  for (const entry of entries) {
    for (let end = entry.lastIndexOf('/'); end > 0; end = entry.lastIndexOf('/', end - 1)) folders.add(entry.slice(0, end).normalize('NFC'))
  }
  return { files: new Set(entries.map((entry) => entry.normalize('NFC'))), folders }
}

function pathsOfLine(line: string, start: Shell, search: Search): readonly Named[] {
  const named: Named[] = []
  let shell = start
  const text = line.replaceAll(/\$\(\s*pwd\s*\)|`\s*pwd\s*`/g, '$PWD').replaceAll(/\$\(\s*git rev-parse --show-toplevel\s*\)/g, '/work')
  for (const command of shellWords(text)) {
    shell = { ...shell, variables: assigned(command, shell) }
    const words = withoutWrappers(command)
    if (words[0] === 'cd' || words[0] === 'pushd') {
      const target = words.slice(1).find((word) => !word.startsWith('-'))
      if (target !== undefined) shell = { ...shell, folder: inside(shell.folder, expanded(target, shell)) ?? '' }
    }
    named.push(...pathsOfCommand(words, shell, search))
  }
  return named
}

/** Variables after the leading assignments of a command; taken as lasting even where a shell would forget them. */
function assigned(command: SimpleCommand, shell: Shell): ReadonlyMap<string, string> {
  const variables = new Map(shell.variables)
  for (const word of command) {
    const [, name, value] = /^([A-Za-z_]\w*)\+?=(.*)$/s.exec(word) ?? []
    if (name !== undefined && value !== undefined) variables.set(name, expanded(value, { ...shell, variables }))
    else if (!declarations.has(word) && !wrappers.has(baseName(word))) break
  }
  return variables
}

/** `$NAME`, `${NAME}` and `${NAME:-default}` where the line itself says what they are; others stay as they are. */
function expanded(word: string, shell: Shell): string {
  return word.replace(/^~\+(?=\/|$)/, '$$PWD').replaceAll(/\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?[-=]([^{}]*))?\})/g, (whole, plain?: string, braced?: string, otherwise?: string) => {
    const name = plain ?? braced ?? ''
    if (name === 'PWD') return shell.folder === '' ? '/work' : `/work/${shell.folder}`
    return shell.variables.get(name) ?? otherwise ?? whole
  })
}

/** The command without leading assignments and programs that only start another one; assignments are kept, at the end. */
function withoutWrappers(command: SimpleCommand): SimpleCommand {
  let start = 0
  while (start < command.length - 1) {
    const word = command[start] ?? ''
    if (!/^[A-Za-z_]\w*=/.test(word) && !wrappers.has(baseName(word)) && !/^\d+[smh]?$/.test(word)) break
    start++
  }
  return [...command.slice(start), ...command.slice(0, start).filter((word) => word.includes('='))]
}

function pathsOfCommand(words: SimpleCommand, shell: Shell, search: Search): readonly Named[] {
  const program = baseName(words[0] ?? '')
  const inner = { ...shell, depth: shell.depth + 1 }
  const substituted = shell.depth >= deepestNesting ? [] : words.flatMap(substitutions).flatMap((line) => pathsOfLine(line, inner, search))
  if (subjects.has(program)) return substituted
  const files = (runnerFiles.get(program) ?? []).map((path): Named => ({ kind: 'glob', path }))
  const modules = modulesOf(words).flatMap((module) => moduleFiles(module, basesOf(shell), search))
  const named = [...files, ...scriptPaths(words, shell, search), ...modules, ...substituted, ...pathsOfWords(words, shell, search)]
  if (shell.counts === 'run') return named.filter((found) => found.kind === 'file')
  if (shell.counts === 'installed' && words.some((word) => /^(?:install|sync|add|develop)$/.test(word))) return named.filter((found) => found.kind !== 'folder')
  return named
}

/** Commands inside double quotes, which `shellWords` leaves in the word. */
function substitutions(word: string): readonly string[] {
  const start = word.indexOf('$(')
  return [...(start === -1 ? [] : [word.slice(start)]), ...[...word.matchAll(/`([^`]*)`/g)].map((match) => match[1] ?? '')]
}

function pathsOfWords(all: SimpleCommand, shell: Shell, search: Search): readonly Named[] {
  const named: Named[] = []
  const bases = [...basesOf(shell)]
  const words = (shell.counts === 'run' ? runWords(all) : all).flatMap(optionAndValue)
  if (scriptRunners.test(baseName(all[0] ?? ''))) return []
  const collects = !words.some((word) => packageManagers.test(word))
  for (const [index, raw] of words.entries()) {
    const previous = words[index - 1] ?? ''
    const word = expanded(raw, shell)
    const whole = bases.flatMap((base) => literally(inside(base, word), search)).filter((found) => found.kind === 'file' || /\s/.test(word))
    const isWorkingFolder = workingFolderOptions.has(previous) || (!collects && collectedFolderOptions.has(previous))
    if (isWorkingFolder || collectedFolderOptions.has(previous)) bases.push(inside(shell.folder, word) ?? '')
    const reader = words.slice(0, index).findLast((before) => interpreters.test(baseName(before)) || shells.test(baseName(before)))
    const isCode = /[\s'"`();]/.test(word) && reader !== undefined && interpreters.test(baseName(reader)) && (word.startsWith('-') || /^-|^eval$/.test(previous))
    if (whole.length > 0) named.push(...whole.filter((found) => !isWorkingFolder || found.kind === 'file'))
    else if (isCode) named.push(...(shell.counts === 'run' ? [] : pathsOfCode(word, bases, search)))
    else if (!/\s/.test(word)) named.push(...pathsOfWord(word, bases, search).filter((found) => !isWorkingFolder || found.kind === 'file'))
    else if (shell.depth < deepestNesting) named.push(...pathsOfLine(/\s/.test(raw) ? raw : word, { ...shell, depth: shell.depth + 1 }, search))
  }
  return named
}

/** Of a build step: the program itself, or what an interpreter is given up to its first operand. */
function runWords(words: SimpleCommand): SimpleCommand {
  const program = words.findIndex((word) => interpreters.test(baseName(word)) || shells.test(baseName(word)))
  const own = words.slice(0, 1).filter((word) => /[/.]/.test(word))
  if (program === -1) return own
  const operand = words.findIndex((word, index) => index > program && !word.startsWith('-') && !(words[index - 1] ?? '').startsWith('-'))
  return [...own, ...words.slice(program, operand === -1 ? undefined : operand + 1)]
}

function optionAndValue(word: string): readonly string[] {
  const [, option, value] = /^(--[A-Za-z-]+)=(.*)$/s.exec(word) ?? []
  return option !== undefined && value !== undefined && (workingFolderOptions.has(option) || collectedFolderOptions.has(option)) ? [option, value] : [word]
}

/** Folders from which a name may be meant: `cd` may have been undone by a subshell, so the root always counts. */
function basesOf(shell: Shell): readonly string[] {
  const listed = moduleFolderVariables.flatMap((name) => (shell.variables.get(name) ?? '').split(':')).filter((folder) => folder !== '')
  return [...new Set(['', shell.folder, ...listed.flatMap((folder) => inside(shell.folder, folder) ?? [])])]
}

/** Follows `npm test`, `yarn X`, `run-s a b` and what an install runs into the scripts of the root package.json. */
function scriptPaths(words: SimpleCommand, shell: Shell, search: Search): readonly Named[] {
  // In a folder with a package.json of its own other scripts are meant.
  const isElsewhere = shell.folder !== '' && search.tree?.files.has(`${shell.folder}/package.json`) === true
  if (search.scripts.size === 0 || isElsewhere || shell.depth >= deepestNesting) return []
  const called = scriptsCalled(words).flatMap((name) => [...search.scripts.keys()].filter((script) => (name.endsWith('*') ? script.startsWith(name.replace(/\*+$/, '')) : script === name)))
  const steps = called.flatMap((name) => [`pre${name}`, name, `post${name}`].map((step) => [step, preparingScript.test(step)] as const))
  return [...steps, ...(isInstall(words) ? installScripts.map((step) => [step, true] as const) : [])].flatMap(([step, prepares]) => {
    const counts = prepares ? 'run' : shell.counts
    const line = search.scripts.get(step)
    if (line === undefined || search.followed.has(`${counts} ${step}`)) return []
    search.followed.add(`${counts} ${step}`)
    return pathsOfLine(line, { ...shell, folder: '', depth: shell.depth + 1, counts }, search)
  })
}

function isInstall(words: SimpleCommand): boolean {
  if (!words.some((word) => packageManagers.test(baseName(word))) || words.includes('--ignore-scripts')) return false
  return words.some((word) => installVerbs.has(word)) || words.every((word) => word === 'yarn' || word.startsWith('-'))
}

/** Names of scripts, perhaps with words that are none (values of options). */
function scriptsCalled(words: SimpleCommand): readonly string[] {
  const direct = words.flatMap((word, index) => (words[index - 1] === '--run' ? [word] : (/^(?:--run=|npm:|yarn:|pnpm:)(.+)/.exec(word)?.[1] ?? [])))
  const start = words.findIndex((word) => packageManagers.test(baseName(word)) || scriptRunners.test(baseName(word)))
  if (start === -1) return direct
  const end = words.indexOf('--', start)
  const given = words.slice(start + 1, end === -1 ? undefined : end).filter((word) => !word.startsWith('-'))
  const aliases = given.flatMap((word) => scriptAliases.get(word) ?? [])
  const verb = given.findIndex((word) => /^(?:run|run-script|rum|urn)$/.test(word))
  // npm needs `run`; the others take a script's name as a command.
  const names = verb !== -1 ? given.slice(verb + 1) : baseName(words[start] ?? '') === 'npm' ? aliases : [...given, ...aliases]
  return [...direct, ...names, ...(names.includes('restart') ? ['stop', 'start'] : [])]
}

/** Python modules that a command names: `-m x`, `-mx`, a plugin of pytest, what unittest or pytest is to run. */
function modulesOf(words: SimpleCommand): readonly string[] {
  const isPython = words.some((word) => python.test(baseName(word)))
  const unittest = words.findIndex((word, index) => word === '-munittest' || (word === 'unittest' && /^-[A-Za-z]*m$/.test(words[index - 1] ?? '')))
  const isPytest = words.some((word) => /^(?:-m)?(?:pytest|py\.test)$/.test(baseName(word)))
  return words.flatMap((word, index) => {
    const previous = words[index - 1] ?? ''
    const attached = (isPython ? /^-[A-Za-z]*?m(\w.*)$/.exec(word)?.[1] : undefined) ?? (isPytest ? /^-p(\w.*)$/.exec(word)?.[1] : undefined)
    if (attached !== undefined) return [attached]
    if (previous === '-m' || (isPython && /^-[A-Za-z]+m$/.test(previous)) || (isPytest && /^(?:-p|--pyargs)$/.test(previous))) return [word]
    const isRun = (unittest !== -1 && index > unittest && previous !== '-k') || (isPytest && word.includes('.'))
    return isRun ? [word] : []
  })
}

/** `checks.all` is checks/all.py or a package with that name; the packages around it are loaded first. Trailing class and function names are left off. */
function moduleFiles(module: string, bases: readonly string[], search: Search): readonly Named[] {
  if (!/^\w+(\.\w+)*$/.test(module) || search.tree === null) return []
  const { files } = search.tree
  const segments = module.split('.')
  return bases.flatMap((base) => {
    for (let length = segments.length; length > 0; length--) {
      const path = inside(base, segments.slice(0, length).join('/')) ?? ''
      const found = [`${path}.py`, `${path}/__main__.py`, `${path}/__init__.py`].filter((file) => files.has(file))
      const around = segments.slice(0, length - 1).map((_, index) => inside(base, [...segments.slice(0, index + 1), '__init__.py'].join('/')) ?? '')
      if (found.length > 0) return [...found, ...around.filter((file) => files.has(file))].map((file): Named => ({ kind: 'file', path: file }))
    }
    return []
  })
}

/** Paths and modules of the tree that a program given as text (`node -e`, `python3 -c`) speaks of, wherever they occur in it. */
function pathsOfCode(code: string, bases: readonly string[], search: Search): readonly Named[] {
  const quoted = [...code.matchAll(/(["'`])(.*?)\1/gs)].map((match) => match[2] ?? '')
  // A folder that code adds to a search path is where modules are looked for; elsewhere it may be what is run.
  const searched = /\bsys\.path\b|\$LOAD_PATH|\$:/.test(code)
  const folders = quoted.flatMap((text) => bases.flatMap((base) => literally(inside(base, text), search))).flatMap((named) => (named.kind === 'folder' ? [named.path] : []))
  const from = [...bases, ...folders]
  const imported = [...code.matchAll(/\bfrom\s+([\w.]+)\s+import\s+\(?([\w\s,]+)/g)].flatMap(([, parent, names]) => (names ?? '').split(/[\s,]+/).map((name) => `${parent}.${name}`))
  const tokens = code.split(/[\s'"`()[\]{}<>,;=|&!?*+:]+/)
  const modules = [...tokens, ...imported].filter((token) => token.includes('.') || /\bimport\b/.test(code))
  const texts = [...quoted, ...tokens.filter((token) => /[./]/.test(token))]
  return [
    // `cwd() + '/checks/a.js'` is a path of the tree as well.
    ...texts.flatMap((text) => [text, text.replace(/^\/+/, '')].flatMap((path) => from.flatMap((base) => locate(inside(base, path), search, !searched)))),
    ...modules.flatMap((module) => moduleFiles(module, from, search)),
  ]
}

/** A word itself may name a folder; the values inside options, assignments and lists (`-r./x`, `A=b:c`) only files. */
function pathsOfWord(word: string, bases: readonly string[], search: Search): readonly Named[] {
  const pieces = word.split(/[=,:]/).flatMap((piece) => [piece, piece.replace(/^-[A-Za-z]/, '')]).filter((piece) => !piece.includes('$'))
  return bases.flatMap((base) => [
    ...(word.includes('$') ? [] : locate(inside(base, word), search, true)),
    ...pieces.flatMap((piece) => locate(inside(base, piece), search, false)),
  ])
}

/** A file or folder of exactly this name, whatever characters it has. */
function literally(path: string | null, search: Search): readonly Named[] {
  if (path === null || search.tree === null) return []
  if (search.tree.files.has(path)) return [{ kind: 'file', path }]
  return search.tree.folders.has(path) ? [{ kind: 'folder', path }] : []
}

function locate(path: string | null, search: Search, folders: boolean): readonly Named[] {
  if (path === null || path === '') return []
  if (search.tree === null) return looksLikeSource(path, search.builds) ? [{ kind: 'file', path }] : []
  const { tree } = search
  if (tree.files.has(path)) return [{ kind: 'file', path }]
  const named = ['.js', '.cjs', '.mjs', '.ts', '.json'].map((ending) => path + ending).filter((name) => tree.files.has(name)).map((file): Named => ({ kind: 'file', path: file }))
  if (tree.folders.has(path)) return folders ? [...named, { kind: 'folder', path }] : named
  if (named.length > 0) return named
  return picomatch.scan(path).isGlob ? globOf(path, tree) : []
}

/** `src/**` + `/*.js` says no more than "the code"; `checks/*.check.js` or `src/check-*.js` names judges. */
function globOf(path: string, tree: Tree): readonly Named[] {
  const last = path.slice(path.lastIndexOf('/') + 1)
  const base = picomatch.scan(path).base
  if (!/^\*{1,2}(\.\{?[\w,]+\}?)?$/.test(last)) return [{ kind: 'glob', path }]
  return tree.folders.has(base) ? [{ kind: 'folder', path: base }] : []
}

function looksLikeSource(path: string, builds: boolean): boolean {
  if (builds && /^(dist|build|out|target|bin|obj|lib-cov)\//.test(path)) return false
  return /^[^*?[\]{}]+\.(js|cjs|mjs|jsx|ts|cts|mts|tsx|py|rb|pl|php|lua|sh|bash|json|ya?ml|toml|csv|txt|sql|xml)$/i.test(path)
}

/** `path` seen from `base`, normalised; null when it is absolute or leaves the repository. */
function inside(base: string, path: string): string | null {
  const absolute = /^\/work(?:\/|$)/.test(path) ? path.slice('/work/'.length) : path
  if (absolute.startsWith('/')) return null
  const segments = absolute === path ? base.split('/').filter((segment) => segment !== '') : []
  for (const segment of absolute.normalize('NFC').split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') segments.push(segment)
    else if (segments.pop() === undefined) return null
  }
  return segments.join('/')
}

/** Whether an edit glob speaks of this folder itself, segment by segment, rather than reaching it through `**`. */
function addresses(glob: string, folder: string): boolean {
  const segments = folder.split('/')
  const parts = glob.replace(/^\.\//, '').normalize('NFC').split('/').slice(0, segments.length)
  return (
    parts.some((part) => part !== '' && !picomatch.scan(part).isGlob) &&
    segments.every((segment, index) => {
      const part = parts[index]
      return part !== undefined && part !== '' && !part.includes('**') && picomatch.isMatch(segment, part, { dot: true })
    })
  )
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}
