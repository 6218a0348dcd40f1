import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { OracleError } from '../../oracle-error.ts'

const definitions = /^(?:CMakeLists\.txt|.*\.cmake|CMake(?:User)?Presets\.json|(?:GNU)?[Mm]akefile.*|.*\.(?:mk|mak|make|pro|pri|gyp|gypi)|meson(?:_options\.txt|\.build|\.options)|configure(?:\.ac|\.in)?|SCons(?:truct|cript)|BUILD(?:\.bazel)?|\.bazelrc|(?:premake\d?|xmake)\.lua|compile_flags\.txt)$/
const skipped = new Set(['.git', 'node_modules', '.ratchet'])
const mostEntries = 300_000
const largestFile = 4_000_000

const option = /(?<![\w-])-(?:Ofast|std=[\w+]+|f[a-z][\w=+-]*|m[a-z\d][\w=.+-]*|[DU][A-Za-z_]\w*(?:=[^\s"'(),;/]*)?)/g
/** Options that choose how fast, how large or how well described a program is, and nothing that it computes. */
const harmless = /^-(?:f(?:no-)?(?:PIC|pic|PIE|pie|plt|visibility|lto|function-sections|data-sections|diagnostics|color|unroll|peel|omit-frame-pointer|inline|tree|ipa|semantic-interposition|sanitize|stack|profile|branch|reorder|align|merge|prefetch|graphite|gcse|schedule|cf-protection|asynchronous|macro-prefix|file-prefix|debug|verbose|max-errors|time|use-linker|PIE).*|mtune=.*)$/
const cmakeDefinitions = /\b((?:add|target)_compile_definitions|add_definitions|set_(?:source_files|target)_properties|set_property)[ \t]*\(([^()]*)\)/g

/**
 * What the build files of a tree say about how code is compiled, where that can change what it computes. A driver is compiled with flags of the spec alone, so
 * a candidate that turns on `-ffast-math` would look the same to it: this line does not.
 */
export async function buildDefinitions(directory: string): Promise<readonly string[]> {
  const found: string[] = []
  let entries = 0
  const pending = ['']
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of await readdir(path.join(directory, folder), { withFileTypes: true })) {
      if (++entries > mostEntries) throw new OracleError('driver-not-ready', `the tree holds more than ${mostEntries} entries`, { remedy: 'Give --directory the part of the repository that holds the module and its build.' })
      const name = path.posix.join(folder, entry.name)
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name)) pending.push(name)
      } else if (definitions.test(entry.name)) found.push(...(await optionsOf(directory, name, entry.isSymbolicLink())))
    }
  }
  return found.sort()
}

async function optionsOf(directory: string, file: string, isLink: boolean): Promise<readonly string[]> {
  // Where a link leads is not followed; that it is one is said.
  if (isLink) return [`${file} is a link`]
  const text = await readFile(path.join(directory, file), 'utf8')
  if (text.length > largestFile) throw new OracleError('driver-not-ready', `${file} is too large for a build file`)
  const options = [...text.matchAll(option)].map(([word]) => word).filter((word) => !harmless.test(word))
  const commands = [...text.matchAll(cmakeDefinitions)].flatMap(([, name = '', inside = '']) => (/DEFINITIONS|OPTIONS|FLAGS|definitions/.test(name + inside) ? [`${name}(${inside.replaceAll(/\s+/g, ' ').trim()})`] : []))
  return [...options, ...commands].map((each) => `${file} ${each}`)
}
