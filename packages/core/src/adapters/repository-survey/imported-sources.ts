import { importedScripts } from './resolve-import.ts'
import { escapeGlob, isSourcePath } from './source-globs.ts'
import type { RepositoryFiles } from './survey.ts'

/** A package of more modules has a source folder with a usual name. */
const mostRead = 200

/**
 * Globs for what the entry files are made of where no usual folder holds it (`classes/`, `internal/`): the top folders of the modules that they import, and those at the root.
 * Without this a change of the very code that runs would be out of scope.
 */
export async function importedSources(entries: readonly string[], files: RepositoryFiles): Promise<readonly string[]> {
  const known = new Set(files.paths)
  const seen = new Set(entries.filter((file) => known.has(file)))
  const open = [...seen]
  for (let file = open.shift(); file !== undefined && seen.size < mostRead; file = open.shift()) {
    for (const next of importedScripts(file, (await files.read(file)) ?? '', known)) {
      if (seen.has(next) || !isSourcePath(next)) continue
      seen.add(next)
      open.push(next)
    }
  }
  const imported = [...seen].filter((file) => !entries.includes(file))
  const globs = imported.map((file) => (file.includes('/') ? `${escapeGlob(file.slice(0, file.indexOf('/')))}/**` : escapeGlob(file)))
  return [...new Set(globs)].sort()
}
