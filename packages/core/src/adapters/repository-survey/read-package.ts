import { z } from 'zod'

const maximumLength = 1024 * 1024
const texts = z.record(z.string(), z.unknown()).catch({})

const packageSchema = z.looseObject({
  scripts: texts.optional(),
  dependencies: texts.optional(),
  devDependencies: texts.optional(),
  optionalDependencies: texts.optional(),
  packageManager: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  module: z.string().optional().catch(undefined),
  exports: z.unknown().optional(),
  bin: z.unknown().optional(),
})

/** The few fields of a package.json that matter here, of the right type, whatever the file holds. */
export interface PackageManifest {
  readonly scripts: ReadonlyMap<string, string>
  /** Name -> version range of every direct dependency. */
  readonly dependencies: ReadonlyMap<string, string>
  readonly packageManager: string | null
  /** Files that users of the package load, as the manifest writes them. */
  readonly entryPoints: readonly string[]
}

/** Null when the text is no JSON object. Fields of a wrong type count as absent: a stranger's manifest must not stop `init`. */
export function readPackage(text: string): PackageManifest | null {
  if (text.length > maximumLength) return null
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
  const parsed = packageSchema.safeParse(json)
  if (!parsed.success) return null
  const { scripts, dependencies, devDependencies, optionalDependencies, packageManager, main, module, exports, bin } = parsed.data
  return {
    scripts: new Map(stringEntries(scripts)),
    dependencies: new Map([optionalDependencies, devDependencies, dependencies].flatMap(stringEntries)),
    packageManager: packageManager ?? null,
    entryPoints: [...(main === undefined ? [] : [main]), ...(module === undefined ? [] : [module]), ...strings(exports, 0), ...strings(bin, 0)],
  }
}

function stringEntries(record: Readonly<Record<string, unknown>> | undefined): readonly (readonly [string, string])[] {
  return Object.entries(record ?? {}).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : []))
}

/** Every text inside `exports` or `bin`, at most a few levels deep. */
function strings(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || depth > 6) return []
  return Object.values(value).flatMap((inner) => strings(inner, depth + 1))
}
