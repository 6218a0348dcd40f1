import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { OracleError } from '../../oracle-error.ts'
import { specSchema, type Spec } from '../../spec.ts'
import type { InferRequest, InferredSignature } from '../language.ts'
import { buildDriver, searchFolders } from './build-driver.ts'
import { buildFlagsOf } from './build-flags.ts'
import { inferCpp } from './infer-cpp.ts'
import { hasMain, isSource, ownFiles } from './own-sources.ts'

/** Sources that are tried where the names of the headers do not tell what has to be linked. */
const mostSources = 24
const judges = /(?:^|[/_.-])(?:unit)?(?:tests?|bench(?:mark)?s?|examples?|fuzz(?:ers?|ing)?|fixtures?|mocks?)(?:[/_.-]|$)/i

/** Infers with the types of included headers, and with the flags and sources that the repository's own build has for the module. */
export async function inferInTree(request: InferRequest, directory: string, signal: AbortSignal): Promise<InferredSignature> {
  const module = path.posix.normalize(request.module.split(path.sep).join('/'))
  const near = await ownFiles({ directory, roots: [module], folders: searchFolders([]) })
  const { include, flags, compiled } = await buildFlagsOf({ directory, files: near.files, signal })
  const all = await ownFiles({ directory, roots: [module], folders: searchFolders(include) })
  const inferred = inferCpp(request, all.files.filter((file) => file.path !== module).map((file) => file.text))
  if ('reason' in inferred) throw undrivable(inferred.reason)
  const withSources = (sources: readonly string[]): InferredSignature => ({ ...inferred, native: { ...inferred.native, include: [...include], flags: [...flags], sources: [...sources] } })
  const byName = all.linked.map((file) => file.path)
  const failure = await failureOf(withSources(byName), { request: { ...request, module }, directory, signal })
  if (failure === null) return withSources(byName)
  const more = await otherSources(compiled, new Set([module, ...byName, ...all.files.map((file) => file.path)]), directory)
  const everything = [...byName, ...more]
  const isBetter = more.length > 0 && more.length <= mostSources && (await failureOf(withSources(everything), { request: { ...request, module }, directory, signal })) === null
  if (isBetter) return withSources(everything)
  throw undrivable('its driver cannot be built', failure)
}

export function undrivable(reason: string, cause?: Error): OracleError {
  const why = cause === undefined ? reason : `${reason}: ${cause.message}`
  return new OracleError('function-not-found', `it cannot be driven: ${why}`, { cause, remedy: 'Write native.signature and the generators by hand, or choose a function around it.' })
}

/** Why a driver cannot be built; null where it can. */
async function failureOf(inferred: InferredSignature, { request, directory, signal }: { readonly request: InferRequest; readonly directory: string; readonly signal: AbortSignal }): Promise<OracleError | null> {
  const { parameters, construct, native } = inferred
  const spec: Spec = specSchema.parse({ version: 1, language: 'cpp', module: request.module, function: request.function, parameters, ...(construct === undefined ? {} : { construct }), native })
  const scratch = await mkdtemp(path.join(tmpdir(), 'ratchet-oracle-'))
  try {
    await buildDriver(spec, { directory, scratch, signal })
    return null
  } catch (error) {
    if (error instanceof OracleError) return error
    throw error
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** What else the build compiles, without programs, tests and benchmarks. */
async function otherSources(compiled: readonly string[], known: ReadonlySet<string>, directory: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const file of compiled) {
    if (known.has(file) || !isSource(file) || judges.test(file)) continue
    if (!hasMain(await readFile(path.join(directory, file), 'utf8'))) found.push(file)
  }
  return found
}
