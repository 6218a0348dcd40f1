import type { Archive, Traits } from './archive.ts'

/**
 * Brings what a strategy derives from an archive up to date: every variant is entered once, in order of entry, so that the result depends on the archive
 * alone and not on when somebody looked. `variant.children` counts what entered later as well: whoever needs children counts them.
 *
 * @throws TypeError for another archive than the one before
 */
export function readArchive(enter: (variant: Traits, archive: Archive) => void): (archive: Archive) => void {
  let known: Archive | null = null
  let read = 0
  return (archive) => {
    known ??= archive
    if (known !== archive) throw new TypeError('a strategy belongs to one archive')
    while (read < archive.size) enter(archive.traits(read++), archive)
  }
}
