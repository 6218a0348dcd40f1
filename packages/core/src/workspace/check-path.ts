/** Code points that HFS+ ignores in names: `.g\u200cit` is `.git` there. */
const ignorable = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

/**
 * Why a path must never be written by a candidate, or null. Stricter than any one file system: a name that some system would take for
 * `.git` (by case, trailing dots and blanks, NTFS short names and streams, HFS+ ignorable characters) is refused on all.
 */
export function checkPath(path: string): string | null {
  if (path === '') return 'is empty'
  if (path.includes('\0')) return 'holds a NUL byte'
  if (path.startsWith('/')) return 'is absolute'
  if (/^[A-Za-z]:/.test(path)) return 'starts with a drive letter'
  for (const segment of path.split(/[/\\]/)) {
    if (segment === '') return 'has an empty segment'
    if (segment === '.' || segment === '..') return `has a segment ${segment}`
    const folded = segment.replaceAll(ignorable, '').toLowerCase().replace(/:.*$/, '').replace(/[. ]+$/, '')
    if (folded === '.git' || folded === 'git~1') return 'names the git directory'
  }
  return null
}
