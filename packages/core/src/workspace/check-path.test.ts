import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPath } from './check-path.ts'

describe('checkPath', () => {
  it.each(['a', 'src/a b.js', '.gitignore', '.github/x', 'git', 'a/.gitkeep', 'ä/漢/\n', 'a/..b', '...'])('allows %j', (path) => {
    expect(checkPath(path)).toBeNull()
  })

  it.each(['', '/etc/passwd', '..', 'a/../b', './a', 'a//b', 'a/', '.git', '.git/config', 'a/.GIT/hooks/x', '.git.', '.git ', 'GIT~1/config', '.g\u200cit', '.git::$INDEX_ALLOCATION', 'a\\..\\b', 'C:/x', 'a\0b'])('refuses %j', (path) => {
    expect(checkPath(path)).not.toBeNull()
  })

  it('never allows a path that leads out or into .git, however it is put together', () => {
    const part = fc.constantFrom('a', '..', '.', '', '.git', '.GiT', 'b c')
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const bad = parts.some((segment) => ['..', '.', ''].includes(segment) || segment.toLowerCase() === '.git')
        expect(checkPath(parts.join('/')) !== null).toBe(bad)
      }),
    )
  })
})
