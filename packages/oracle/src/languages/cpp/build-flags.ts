import { spawn } from 'node:child_process'
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { includesOf, isSource, type OwnFile } from './own-sources.ts'

/** How the repository's own build compiles, as far as a driver has to follow it. */
export interface BuildFlags {
  readonly include: readonly string[]
  readonly flags: readonly string[]
  /** Sources of the tree that the build compiles, relative to it. */
  readonly compiled: readonly string[]
}

interface CompileCommand {
  readonly directory: string
  readonly file: string
  readonly args: readonly string[]
}

const longestQuery = 60_000
const largestAnswer = 64 * 1024 * 1024
/** What changes the language or the code that is chosen; never what makes a faster or looser program of the same code. */
const kept = /^-(?:[DU].+|m[\w.=+,-]+|pthread|fopenmp(?:-simd)?|fwrapv|f(?:un)?signed-char|fno-strict-aliasing|fms-extensions|fconcepts|fcoroutines|fpermissive|f(?:no-)?char8_t|fext-numeric-literals)$/
const isCompiler = /(?:^|\/)(?:[\w.]+-)*(?:g\+\+|gcc|clang\+\+|clang|c\+\+|cc)(?:-[\d.]+)?$/

/** Asks the build itself: CMake for its compile commands, or make for what it would run. A repository without either has the usual flags. */
export async function buildFlagsOf({ directory, files, signal }: { readonly directory: string; readonly files: readonly OwnFile[]; readonly signal: AbortSignal }): Promise<BuildFlags> {
  const root = await realpath(directory)
  const scratch = await realpath(await mkdtemp(path.join(tmpdir(), 'ratchet-build-')))
  try {
    const commands = [...(await cmakeCommands(root, scratch, signal)), ...(await makeCommands(root, signal))]
    const command = await closest(commands, files, root)
    const compiled = [...new Set(commands.map((each) => path.relative(root, each.file).split(path.sep).join('/')))].filter((file) => !file.startsWith('../'))
    return { ...(command === null ? { include: [], flags: [] } : flagsOf(command, root, scratch)), compiled }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function cmakeCommands(root: string, scratch: string, signal: AbortSignal): Promise<readonly CompileCommand[]> {
  if ((await textOf(path.join(root, 'CMakeLists.txt'))) === null) return []
  await ask('cmake', ['-S', root, '-B', scratch, '-DCMAKE_BUILD_TYPE=Release', '-DCMAKE_EXPORT_COMPILE_COMMANDS=ON'], { root, signal })
  const text = await textOf(path.join(scratch, 'compile_commands.json'))
  const entries = text === null ? [] : (JSON.parse(text) as readonly { readonly directory: string; readonly file: string; readonly command?: string; readonly arguments?: readonly string[] }[])
  return entries.map(({ directory, file, command, arguments: args }) => ({ directory, file: path.resolve(directory, file), args: args ?? words(command ?? '') }))
}

async function makeCommands(root: string, signal: AbortSignal): Promise<readonly CompileCommand[]> {
  const makefiles = await Promise.all(['GNUmakefile', 'makefile', 'Makefile'].map((name) => textOf(path.join(root, name))))
  const makefile = makefiles.find((text) => text !== null)
  if (makefile === undefined || makefile === null) return []
  const targets = ['all', 'bench', 'benchmark', 'test', 'check'].filter((name) => new RegExp(`^(?:[\\w-]+[ \\t]+)*${name}(?:[ \\t]+[\\w-]+)*[ \\t]*:(?!=)`, 'm').test(makefile))
  const said = await ask('make', ['-n', '-B', '-k', ...targets], { root, signal })
  return said.split('\n').flatMap((line) => {
    const args = words(line.replace(/^[@+-]+/, ''))
    if (!isCompiler.test(args[0] ?? '')) return []
    return args.slice(1).filter((word) => isSource(word) && !word.startsWith('-')).map((file) => ({ directory: root, file: path.resolve(root, file), args }))
  })
}

/** The command for one of the module's own sources, else for a program that includes one of its headers: a test or a benchmark. */
async function closest(commands: readonly CompileCommand[], files: readonly OwnFile[], root: string): Promise<CompileCommand | null> {
  const own = files.map((file) => path.join(root, file.path))
  const direct = own.flatMap((file) => commands.find((command) => command.file === file) ?? [])[0]
  if (direct !== undefined) return direct
  const names = new Set(files.map((file) => path.basename(file.path)))
  for (const command of commands) {
    const text = await textOf(command.file)
    if (text !== null && includesOf(text).some((name) => names.has(path.basename(name)))) return command
  }
  return null
}

function flagsOf({ directory, file, args }: CompileCommand, root: string, scratch: string): Pick<BuildFlags, 'include' | 'flags'> {
  const [include, flags] = [new Set<string>(), new Set<string>()]
  for (const word of joinedArguments(args)) {
    const folder = /^-(?:I|isystem|iquote)(.+)$/.exec(word)?.[1]
    if (folder !== undefined) {
      const place = path.resolve(directory, folder)
      if (place === root || place.startsWith(root + path.sep)) include.add(path.relative(root, place).split(path.sep).join('/') || '.')
      // What the build generates is gone with its folder; a header that is needed from there is missed by the compiler.
      else if (!place.startsWith(scratch)) flags.add(`-I${place}`)
    } else if (/^-std=(?:c|gnu)\+\+/.test(word) && !file.endsWith('.c')) {
      if (!/\+\+(?:98|03|0x|11|1y|14)$/.test(word)) flags.add(word)
    } else if (kept.test(word) && !/^-DNDEBUG\b/.test(word) && !word.includes(root) && !word.includes(scratch)) flags.add(word)
  }
  return { include: [...include], flags: [...flags] }
}

function joinedArguments(args: readonly string[]): readonly string[] {
  return args.flatMap((word, index) => (/^-(?:I|D|U|isystem|iquote)$/.test(args[index - 1] ?? '') ? [] : /^-(?:I|D|U|isystem|iquote)$/.test(word) ? [word + (args[index + 1] ?? '')] : [word]))
}

function words(line: string): readonly string[] {
  return [...line.matchAll(/(?:[^\s"'\\;&|]|\\[^]|"(?:\\[^]|[^"\\])*"|'[^']*')+/g)].map(([word]) =>
    word.replaceAll(/\\([^])|"((?:\\[^]|[^"\\])*)"|'([^']*)'/g, (_, escaped?: string, double?: string, single?: string) => escaped ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? single ?? ''),
  )
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** What a build tool says; a tool that is missing, fails or takes long tells nothing, and the compiler has the last word. */
async function ask(command: string, args: readonly string[], { root, signal }: { readonly root: string; readonly signal: AbortSignal }): Promise<string> {
  signal.throwIfAborted()
  const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: tmpdir(), TMPDIR: tmpdir(), LC_ALL: 'C.UTF-8' }
  const limit = AbortSignal.timeout(longestQuery)
  const child = spawn(command, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'ignore'], signal: AbortSignal.any([signal, limit]), killSignal: 'SIGKILL' })
  const pieces: Buffer[] = []
  let size = 0
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= largestAnswer) pieces.push(chunk)
  })
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('close', () => resolve())
  })
  signal.throwIfAborted()
  return Buffer.concat(pieces).toString('utf8')
}
