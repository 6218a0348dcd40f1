import { spawn } from 'node:child_process'
import { readFile, realpath, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { OracleError } from '../../oracle-error.ts'
import type { Spec } from '../../spec.ts'
import type { DriverRequest } from '../language.ts'
import { driverSource } from './driver-source.ts'
import { isForCpp, isHeader, ownFiles } from './own-sources.ts'

const headers = fileURLToPath(new URL('../../../drivers/cpp', import.meta.url))
const shownOutput = 2000

/** Compiles the driver of a spec into the scratch folder and returns its path. */
export async function buildDriver(spec: Spec, request: DriverRequest): Promise<string> {
  const { directory, scratch } = request
  const module = await locate(directory, spec.module)
  const include = spec.native?.include ?? []
  const flags = (spec.native?.flags ?? []).map((flag) => flag.replaceAll('$RATCHET_SCRATCH', scratch))
  const linked = await linkedSources(spec, request, flags)
  const isC = spec.module.endsWith('.c')
  const isCHeader = isHeader(spec.module) && linked.length > 0 && linked.every((file) => file.endsWith('.c')) && !isForCpp(await readFile(module, 'utf8'))
  const source = driverSource(spec, { path: module, kind: isC ? 'c' : isCHeader ? 'c-header' : 'c++', headers: include.filter(isHeader) })
  if ('reason' in source) throw new OracleError('function-not-found', `${spec.function} cannot be driven: ${source.reason}`, { remedy: 'Correct native.signature in the spec.' })
  const main = path.join(scratch, 'main.cpp')
  await writeFile(main, source.text)
  const folders = searchFolders(include).map((entry) => path.resolve(directory, entry))
  const search = ['-I', headers, ...[...folders, path.dirname(module)].flatMap((folder) => ['-I', folder])]
  for (const command of spec.native?.build ?? []) await runTool('sh', ['-c', command], request)
  const objects: string[] = []
  for (const file of [...(isC ? [module] : []), ...linked.filter((each) => each.endsWith('.c'))]) {
    const object = path.join(scratch, `module-${objects.length}.o`)
    objects.push(object)
    await runTool('gcc', [...optimisation, ...flags.filter((flag) => /^-[fDUIm]/.test(flag)), ...search, '-c', file, '-o', object], request)
  }
  const program = path.join(scratch, 'oracle-driver')
  const standard = flags.some((flag) => flag.startsWith('-std=')) ? [] : ['-std=c++17']
  const sanitizers = flags.some((flag) => flag.startsWith('-fsanitize=')) ? ['-fno-sanitize-recover=all', '-fno-omit-frame-pointer'] : []
  await runTool('g++', [...standard, ...optimisation, ...sanitizers, ...search, main, ...linked.filter((each) => !each.endsWith('.c')), ...objects, ...flags, '-Wl,--gc-sections', '-o', program], request)
  return program
}

/**
 * What the spec names, and no more: a source that a candidate adds could stand in for the one that is really built. Only a spec that names none leaves it to
 * the names of the headers, unless it builds or links for itself.
 */
async function linkedSources(spec: Spec, { directory, signal }: DriverRequest, flags: readonly string[]): Promise<readonly string[]> {
  if (spec.native?.sources !== undefined) {
    for (const file of spec.native.sources) await locate(directory, file)
    return spec.native.sources
  }
  if (spec.native?.build !== undefined) return []
  signal.throwIfAborted()
  const { linked } = await ownFiles({ directory, roots: [spec.module], folders: searchFolders(spec.native?.include ?? []) })
  const given = new Set(flags.map((flag) => path.posix.normalize(flag)))
  return linked.map((file) => file.path).filter((file) => !given.has(file))
}

/** Where headers are looked for, relative to the tree: the folders of the spec first, as the build has them, then the usual ones. */
export function searchFolders(include: readonly string[]): readonly string[] {
  return [...new Set([...include.filter((entry) => !isHeader(entry)), '.', 'include', 'src'])]
}

/**
 * Fixed, so that neither side can choose what its own oracle is compiled with. The library checks subscripts: one beyond the end is a crash, not luck. What
 * nothing calls may miss what it calls itself: the linker drops it.
 */
const optimisation = ['-D_GLIBCXX_ASSERTIONS', '-O1', '-g0', '-w', '-pipe', '-fno-fast-math', '-ffp-contract=off', '-ffunction-sections', '-fdata-sections']

async function locate(directory: string, module: string): Promise<string> {
  const [root, file] = [await realpath(directory), path.resolve(directory, module)]
  try {
    const real = await realpath(file)
    if (!real.startsWith(root + path.sep) || /["\n\\]/.test(real)) throw new OracleError('function-not-found', `${module} does not lie in the tree`)
    return real
  } catch (error) {
    if (error instanceof OracleError) throw error
    throw new OracleError('function-not-found', `there is no ${module}`, { cause: error, remedy: 'Check `module` in the spec.' })
  }
}

/** Runs a compiler or a build command in the tree, with an environment of our own: search paths of the host's user mean nothing here. */
async function runTool(command: string, args: readonly string[], { directory, scratch, signal }: DriverRequest): Promise<void> {
  signal.throwIfAborted()
  const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: scratch, TMPDIR: scratch, LC_ALL: 'C.UTF-8', SOURCE_DATE_EPOCH: '0', RATCHET_SCRATCH: scratch }
  const child = spawn(command, args, { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'], signal, killSignal: 'SIGKILL' })
  let output = ''
  const keep = (chunk: Buffer): void => {
    if (output.length < shownOutput * 4) output += chunk.toString('utf8')
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, ended) => resolve(status ?? ended ?? 'an unknown end'))
  }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw new OracleError('driver-not-ready', `${command} cannot be started`, { cause: error, remedy: 'Install a C++ compiler: g++ with C++17.' })
  })
  if (code === 0) return
  throw new OracleError('driver-not-ready', `${command} ended with ${code}: ${firstError(output)}${output.slice(0, shownOutput)}`, {
    remedy: 'Check native.signature, native.include, native.flags and native.build in the spec.',
  })
}

/** The first thing a compiler or linker calls an error, without the paths before it: a line that says something by itself. */
function firstError(output: string): string {
  const line = output.split('\n').find((each) => /\b(?:error|undefined reference)\b/.test(each))
  return line === undefined ? '' : `${line.replace(/^.*?(?=\b(?:fatal )?error: |\bundefined reference\b)/, '')}\n`
}
