/**
 * Characters that draw nothing, change the writing direction, or that some file systems ignore when they compare names:
 * `package.json` with a zero-width joiner in it is `package.json` there.
 */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu

/** What NTFS takes for the file itself, or for the folder itself. */
const dataStream = /(?::[^:]*)?:\$(?:data|index_allocation)$/

/**
 * One spelling for everything that a file system somewhere may take for the same path: NFC, case folded, without
 * invisible characters, `.` segments, doubled or trailing slashes, and without the dots and spaces that Windows drops from the
 * end of a name. Null when the path leaves the repository or is empty.
 */
export function foldPath(path: string): string | null {
  if (path.startsWith('/') || path.includes('\0')) return null
  const segments: string[] = []
  for (const segment of foldText(path.replaceAll('\\', '/')).split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') {
      if (segments.pop() === undefined) return null
      continue
    }
    const name = segment.replace(dataStream, '').replace(/[. ]+$/, '')
    segments.push(name === '' ? segment : name)
  }
  return segments.length === 0 ? null : segments.join('/')
}

/** Case and normal form folded, and nothing else: fit for globs, where dots, slashes and stars have a meaning. */
export function foldText(text: string): string {
  return text.normalize('NFC').replace(invisible, '').toUpperCase().toLowerCase().normalize('NFC')
}

/** A path exactly as git lists it: relative, no empty, `.` or `..` segment, and nothing in it that hides or misleads. */
export function isCanonicalPath(path: string): boolean {
  if (path === '' || path.includes('\\') || path.search(invisible) !== -1 || /\p{Cc}/u.test(path)) return false
  return path.isWellFormed() && path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..' && !/[. ]$/.test(segment))
}
