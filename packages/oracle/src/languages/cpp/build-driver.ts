import { spawn } from 'node:child_process'
import { access, realpath, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { OracleError } from '../../oracle-error.ts'
import type { Spec } from '../../spec.ts'
import type { DriverRequest } from '../language.ts'
import { driverSource } from './driver-source.ts'

const headers = fileURLToPath(new URL('../../../drivers/cpp', import.meta.url))
const sourceEndings = ['.cpp', '.cc', '.cxx', '.c++', '.c']
const headerEndings = ['.h', '.hh', '.hpp', '.hxx', '.h++', '.inl', '.ipp']
const shownOutput = 2000

/** Compiles the driver of a spec into the scratch folder and returns its path. */
export async function buildDriver(spec: Spec, request: DriverRequest): Promise<string> {
  const { directory, scratch } = request
  const module = await locate(directory, spec.module)
  const isC = spec.module.endsWith('.c')
  const include = spec.native?.include ?? []
  const isHeader = (entry: string): boolean => headerEndings.includes(path.extname(entry))
  const source = driverSource(spec, { path: module, isC, headers: include.filter(isHeader) })
  if ('reason' in source) throw new OracleError('function-not-found', `${spec.function} cannot be driven: ${source.reason}`, { remedy: 'Correct native.signature in the spec.' })
  const main = path.join(scratch, 'main.cpp')
  await writeFile(main, source.text)
  const flags = (spec.native?.flags ?? []).map((flag) => flag.replaceAll('$RATCHET_SCRATCH', scratch))
  const folders = [directory, path.join(directory, 'include'), path.join(directory, 'src'), path.dirname(module), ...include.filter((entry) => !isHeader(entry)).map((entry) => path.resolve(directory, entry))]
  const search = ['-I', headers, ...folders.flatMap((folder) => ['-I', folder])]
  for (const command of spec.native?.build ?? []) await runTool('sh', ['-c', command], request)
  const objects: string[] = []
  if (isC) {
    objects.push(path.join(scratch, 'module.o'))
    await runTool('gcc', [...optimisation, ...flags.filter((flag) => flag.startsWith('-f') || flag.startsWith('-D')), ...search, '-c', module, '-o', path.join(scratch, 'module.o')], request)
  }
  const partner = isHeader(spec.module) && spec.native?.build === undefined ? await partnerOf(directory, spec.module, flags) : null
  const program = path.join(scratch, 'oracle-driver')
  const standard = flags.some((flag) => flag.startsWith('-std=')) ? [] : ['-std=c++17']
  const sanitizers = flags.some((flag) => flag.startsWith('-fsanitize=')) ? ['-fno-sanitize-recover=all', '-fno-omit-frame-pointer'] : []
  await runTool('g++', [...standard, ...optimisation, ...sanitizers, ...search, main, ...(partner === null ? [] : [partner]), ...objects, ...flags, '-o', program], request)
  return program
}

/** Fixed, so that neither side can choose what its own oracle is compiled with. The library checks subscripts: one beyond the end is a crash, not luck. */
const optimisation = ['-D_GLIBCXX_ASSERTIONS', '-O1', '-g0', '-w', '-pipe', '-fno-fast-math', '-ffp-contract=off']

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

/** The source file that belongs to a header by its name: beside it, or below `src` where the header lies below `include`. */
async function partnerOf(directory: string, module: string, flags: readonly string[]): Promise<string | null> {
  const stem = module.slice(0, -path.extname(module).length)
  const places = [stem, stem.replace(/^include\//, 'src/'), path.join('src', path.basename(stem))]
  for (const place of places) {
    for (const ending of sourceEndings.filter((each) => each !== '.c')) {
      const file = path.join(directory, place + ending)
      if (flags.some((flag) => path.resolve(directory, flag) === file)) return null
      if (await exists(file)) return file
    }
  }
  return null
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    // Absent, or not to be read: no partner either way.
    return false
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
  throw new OracleError('driver-not-ready', `${command} ended with ${code}: ${output.slice(0, shownOutput)}`, {
    remedy: 'Check native.signature, native.include, native.flags and native.build in the spec.',
  })
}
