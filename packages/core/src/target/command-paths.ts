import picomatch from 'picomatch'
import type { Config } from './config.ts'
import { shellWords } from './shell-words.ts'
import type { SimpleCommand } from './shell-words.ts'

/** A file, folder or glob that a tests, oracle or metrics command names: whoever writes it decides what is measured. */
export interface CommandPath {
  readonly kind: 'file' | 'folder' | 'glob'
  /** Relative to the repository, `/`-separated, without trailing slash. */
  readonly path: string
  /** The command that names it, as the config has it. */
  readonly command: string
}

/** Their arguments are what they look at or build, not what judges. */
const subjects: ReadonlySet<string> = new Set([
  'gcc', 'g++', 'cc', 'c++', 'clang', 'clang++', 'tsc', 'rustc', 'javac', 'go', 'cmake', 'ld', 'ar', 'esbuild', 'rollup', 'webpack', 'cython',
  'eslint', 'oxlint', 'prettier', 'biome', 'xo', 'standard', 'mypy', 'pyright', 'ruff', 'flake8', 'pylint', 'black', 'tsd', 'echo', 'mkdir', 'rm', 'cd',
])
const wrappers: ReadonlySet<string> = new Set(['npx', 'env', 'exec', 'time', 'nice', 'cross-env', 'command', 'timeout', 'c8', 'nyc', 'bunx', '!', 'if', 'then', 'do', '{'])
/** Options whose value is a program text: the files it speaks of are what it looks at, and it is itself part of the config. */
const inlineCode: readonly { readonly program: RegExp; readonly options: readonly string[] }[] = [
  { program: /^(node|bun|deno|tsx|ts-node)$/, options: ['-e', '--eval', '-p', '--print', '-pe'] },
  { program: /^python[\d.]*$/, options: ['-c'] },
  { program: /^(ruby|perl)$/, options: ['-e'] },
  { program: /^php$/, options: ['-r'] },
]
const folderOptions: ReadonlySet<string> = new Set(['-C', '--prefix', '--cwd', '--dir', '--directory', '--root', '--rootDir', '--rootdir', '-w', '--workspace', '--filter', '--cov', '-S', '-B'])

/** Runners that read files which their command line does not name. */
const runnerFiles: Readonly<Record<string, readonly string[]>> = {
  make: ['**/{makefile,Makefile,GNUmakefile}', '**/*.mk'],
  gmake: ['**/{makefile,Makefile,GNUmakefile}', '**/*.mk'],
  ctest: ['**/CMakeLists.txt', '**/*.cmake'],
  jasmine: ['spec/**'],
  cargo: ['**/Cargo.toml', '**/build.rs'],
  go: ['**/go.mod'],
  rake: ['**/Rakefile'],
  just: ['**/{justfile,.justfile}'],
}

/**
 * Paths inside the repository that the tests, oracle and metrics commands name.
 *
 * @param entries every path of the baseline's tree; a word counts only when it names one of them, so that build outputs are
 *   left alone. Null when the tree is not known: then every word that looks like a source or data file counts.
 *
 * A folder is left out when an edit glob addresses that very folder (`vitest run src` with `edit: src/**`): the tests in it
 * are protected by their names. Scripts behind `npm run` are not followed; `package.json` itself is always protected.
 */
export function commandPaths(config: Config, entries: readonly string[] | null): readonly CommandPath[] {
  const tree = entries === null ? null : treeOf(entries)
  const found = new Map<string, CommandPath>()
  const judges = [...config.tests, ...config.oracle, ...Object.values(config.metrics)]
  for (const command of new Set(judges.map((judge) => judge.run))) {
    for (const named of pathsOfLine({ line: command, tree, builds: config.build !== undefined, depth: 0 })) {
      if (named.kind === 'folder' && config.target.edit.some((glob) => addresses(glob, named.path))) continue
      found.set(`${named.kind} ${named.path}`, { ...named, command })
    }
  }
  return [...found.values()]
}

type Named = Omit<CommandPath, 'command'>

interface Tree {
  readonly files: ReadonlySet<string>
  readonly folders: ReadonlySet<string>
}

interface Line {
  readonly line: string
  readonly tree: Tree | null
  readonly builds: boolean
  readonly depth: number
}

function treeOf(entries: readonly string[]): Tree {
  const folders = new Set<string>()
  for (const entry of entries) {
    for (let end = entry.lastIndexOf('/'); end > 0; end = entry.lastIndexOf('/', end - 1)) folders.add(entry.slice(0, end).normalize('NFC'))
  }
  return { files: new Set(entries.map((entry) => entry.normalize('NFC'))), folders }
}

function pathsOfLine(line: Line): readonly Named[] {
  const named: Named[] = []
  let folder = ''
  for (const command of shellWords(line.line)) {
    const words = withoutWrappers(command)
    if (words[0] === 'cd' && words[1] !== undefined) folder = inside(folder, words[1]) ?? ''
    named.push(...pathsOfCommand(words, folder, line))
  }
  return named
}

/** The command without leading assignments and programs that only start another one; their own paths are kept by `pathsOfLine`. */
function withoutWrappers(command: SimpleCommand): SimpleCommand {
  let start = 0
  while (start < command.length - 1) {
    const word = command[start] ?? ''
    if (!/^[A-Za-z_]\w*=/.test(word) && !wrappers.has(baseName(word)) && !/^\d+[smh]?$/.test(word)) break
    start++
  }
  return [...command.slice(start), ...command.slice(0, start).filter((word) => word.includes('='))]
}

function pathsOfCommand(words: SimpleCommand, folder: string, line: Line): readonly Named[] {
  const program = baseName(words[0] ?? '')
  const named: Named[] = (runnerFiles[program] ?? []).map((path) => ({ kind: 'glob', path }))
  if (subjects.has(program)) return named
  const bases = ['', folder]
  for (const [index, word] of words.entries()) {
    const previous = words[index - 1] ?? ''
    if (inlineCode.some((entry) => entry.program.test(program) && entry.options.includes(previous))) continue
    const isWorkingFolder = folderOptions.has(previous)
    if (isWorkingFolder) bases.push(inside(folder, word) ?? '')
    if (previous === '-m') named.push(...moduleFiles(word, line))
    if (/\s/.test(word) && line.depth < 3) named.push(...pathsOfLine({ ...line, line: word, depth: line.depth + 1 }))
    else named.push(...pathsOfWord(word, bases, line).filter((found) => !isWorkingFolder || found.kind === 'file'))
  }
  return named
}

/** A word itself may name a folder; the values inside options, assignments and lists (`-r./x`, `A=b:c`) only files. */
function pathsOfWord(word: string, bases: readonly string[], line: Line): readonly Named[] {
  if (word.includes('$')) return []
  const pieces = word.split(/[=,:]/).flatMap((piece) => [piece, piece.replace(/^-[A-Za-z]/, '')])
  return bases.flatMap((base) => [
    ...locate(inside(base, word), line, true),
    ...pieces.flatMap((piece) => locate(inside(base, piece), line, false)),
  ])
}

function locate(path: string | null, line: Line, folders: boolean): readonly Named[] {
  if (path === null || path === '') return []
  if (line.tree === null) return looksLikeSource(path, line.builds) ? [{ kind: 'file', path }] : []
  const file = ['', '.js', '.cjs', '.mjs', '.ts', '.json'].map((ending) => path + ending).find((name) => line.tree?.files.has(name))
  if (file !== undefined) return [{ kind: 'file', path: file }]
  if (line.tree.folders.has(path)) return folders ? [{ kind: 'folder', path }] : []
  return picomatch.scan(path).isGlob ? globOf(path, line.tree) : []
}

/** `src/**` + `/*.js` says no more than "the code"; `checks/*.check.js` or `src/check-*.js` names judges. */
function globOf(path: string, tree: Tree): readonly Named[] {
  const last = path.slice(path.lastIndexOf('/') + 1)
  const base = picomatch.scan(path).base
  if (!/^\*{1,2}(\.\{?[\w,]+\}?)?$/.test(last)) return [{ kind: 'glob', path }]
  return tree.folders.has(base) ? [{ kind: 'folder', path: base }] : []
}

/** `python3 -m bench.run` runs bench/run.py, or a package's __main__.py. */
function moduleFiles(module: string, line: Line): readonly Named[] {
  if (!/^\w+(\.\w+)*$/.test(module) || line.tree === null) return []
  const path = module.replaceAll('.', '/')
  return [`${path}.py`, `${path}/__main__.py`].filter((file) => line.tree?.files.has(file)).map((file) => ({ kind: 'file', path: file }))
}

function looksLikeSource(path: string, builds: boolean): boolean {
  if (builds && /^(dist|build|out|target|bin|obj|lib-cov)\//.test(path)) return false
  return /^[^*?[\]{}]+\.(js|cjs|mjs|jsx|ts|cts|mts|tsx|py|rb|pl|php|lua|sh|bash|json|ya?ml|toml|csv|txt|sql|xml)$/i.test(path)
}

/** `path` seen from `base`, normalised; null when it is absolute or leaves the repository. */
function inside(base: string, path: string): string | null {
  const absolute = path.startsWith('/work/') ? path.slice('/work/'.length) : path
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
