import path from 'node:path'
import { isJudge, refusedClass, type OracleFunction } from './oracle-function.ts'
import type { RepositoryFiles } from './survey.ts'

export const nativeSource = /\.(?:c|cc|cpp|cxx|c\+\+)$/i
const nativeFile = /\.(?:c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|h\+\+|inl|ipp)$/i
/** Code of others that lies in the repository. */
const vendored = /(?:^|\/)(?:third[_-]?party|vendor(?:ed)?|extern(?:al)?|deps|node_modules|_deps|catch2?|doctest|gtest|googletest|unity)(?:\/|$)|(?:^|\/)(?:catch|doctest|utest|greatest|acutest|minunit)[^/]*\.h(?:pp)?$/i
/** Headers that are looked into, through headers that include others. */
const mostHeaders = 30

/** Functions of the repository's own headers and sources that a C or C++ program calls, in the order of its calls. */
export async function nativeFunctions(caller: string, text: string, files: RepositoryFiles): Promise<readonly OracleFunction[]> {
  // The grammars are a native library, which nothing but this has a use for.
  const { isCallOf, nativeDeclarations, nativeUses } = await import('./native-syntax.ts')
  const uses = nativeUses(text)
  const found: (OracleFunction & { readonly rank: number })[] = []
  const refused: OracleFunction[] = []
  for (const { module, source } of await ownModules(caller, text, files)) {
    const { functions, classes } = nativeDeclarations(source)
    for (const name of functions) {
      const rank = uses.functions.findIndex((used) => isCallOf(used, name))
      if (rank !== -1) found.push({ module, function: name, reason: `${caller} calls it`, rank })
    }
    for (const [name, methods] of classes) {
      const last = name.split('::').at(-1) ?? name
      const called = methods.find((method) => uses.methods.has(method))
      if (called === undefined || !uses.types.has(last)) continue
      refused.push(refusedClass({ module, name: name.replaceAll('::', '.'), method: called, caller }))
    }
  }
  const ranked = found.sort((a, b) => a.rank - b.rank).map(({ rank: _, ...each }) => each)
  return [...ranked, ...refused]
}

/** The repository's files that a program includes, and those that these include: nearest first. */
async function ownModules(caller: string, text: string, files: RepositoryFiles): Promise<readonly { readonly module: string; readonly source: string }[]> {
  const found = new Map<string, string>()
  const pending = includesOf(caller, text)
  for (let next = pending.shift(); next !== undefined && found.size < mostHeaders; next = pending.shift()) {
    const module = resolved(next.name, next.from, files.paths)
    if (module === null || found.has(module)) continue
    const source = (await files.read(module)) ?? ''
    found.set(module, source)
    pending.push(...includesOf(module, source))
  }
  return [...found].map(([module, source]) => ({ module, source }))
}

function includesOf(from: string, source: string): { readonly name: string; readonly from: string }[] {
  return [...source.matchAll(/^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]/gm)].map((match) => ({ name: match[1] ?? '', from }))
}

/** A file beside the one that includes it, or the only one below some folder of the repository; nobody's tests, and nobody else's code. */
function resolved(name: string, from: string, paths: readonly string[]): string | null {
  const beside = path.posix.join(path.posix.dirname(from), name)
  const fixed = [beside, `include/${name}`, `src/${name}`, name].map((file) => path.posix.normalize(file)).find((file) => paths.includes(file))
  const ending = `/${path.posix.normalize(name)}`
  const [only, ...others] = fixed === undefined ? paths.filter((file) => file.endsWith(ending) && !vendored.test(file)) : [fixed]
  if (only === undefined || others.length > 0 || !nativeFile.test(only) || isJudge(only) || vendored.test(only)) return null
  return only
}
