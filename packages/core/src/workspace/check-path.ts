/** Code points that HFS+ ignores in names: `.g\u200cit` is `.git` there. */
const ignorable = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

/** What common file systems hold in one name, and what one system call takes as a path, in bytes; room is left for the directory it goes to. */
const longestSegment = 255
const longestPath = 3500

/**
 * Why a path must never be written by a candidate, or null. Stricter than any one file system: a name that some system would take for
 * `.git` (by case, trailing dots and blanks, NTFS short names and streams, HFS+ ignorable characters) is refused on all.
 */
export function checkPath(path: string): string | null {
  if (path === '') return 'is empty'
  if (path.startsWith('/')) return 'is absolute'
  if (/^[A-Za-z]:/.test(path)) return 'starts with a drive letter'
  if (!path.isWellFormed()) return 'is no well-formed text'
  if (Buffer.byteLength(path) > longestPath) return `is longer than ${longestPath} bytes`
  // Where a backslash separates, what lies between must be harmless too.
  for (const segment of path.split(/[/\\]/)) {
    const problem = checkSegment(segment)
    if (problem !== null) return problem
  }
  return null
}

/** Why one name in a tree must never reach a file system, or null. For trees that others wrote, where git checks nothing by itself. */
export function checkSegment(segment: string): string | null {
  if (segment === '') return 'has an empty segment'
  if (segment === '.' || segment === '..') return `has a segment ${segment}`
  if (segment.includes('\0')) return 'holds a NUL byte'
  if (segment.includes('/')) return 'holds a slash inside a name'
  if (Buffer.byteLength(segment) > longestSegment) return `has a segment longer than ${longestSegment} bytes`
  const folded = segment.replaceAll(ignorable, '').toLowerCase().replace(/:.*$/s, '').replace(/[. ]+$/, '')
  return folded === '.git' || folded === 'git~1' ? 'names the git directory' : null
}
