import { posix } from 'node:path'

/** Names followed for one path; more than a few mean links in circles. */
const nameLimit = 64

/**
 * Other names that a path of a tree has because of its symbolic links, given as path -> target. A command that names `check/test.sh` reads
 * `src/real/test.sh` where `check` is a link to `src/real`: whoever protects the one has to protect the other. Links that lead out of the tree are not followed.
 */
export function linkNames(links: ReadonlyMap<string, string>): (path: string) => readonly string[] {
  const resolved = [...links].flatMap(([link, target]): (readonly [link: string, to: string])[] => {
    const to = posix.normalize(posix.join(posix.dirname(link), target)).replace(/\/$/, '')
    return posix.isAbsolute(target) || to === '..' || to.startsWith('../') ? [] : [[link, to]]
  })
  if (resolved.length === 0) return () => []
  return (path) => {
    const names = new Set([path])
    for (const name of names) {
      for (const [link, to] of resolved) {
        if (names.size > nameLimit) break
        if (name === to) names.add(link)
        else if (to === '.' || name.startsWith(`${to}/`)) names.add(to === '.' ? `${link}/${name}` : `${link}${name.slice(to.length)}`)
      }
    }
    names.delete(path)
    return [...names]
  }
}
