import { posix, win32 } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPath, checkSegment } from './check-path.ts'

describe('checkPath', () => {
  it.each(['a', 'src/a b.js', '.gitignore', '.github/x', 'git', 'a/.gitkeep', 'ä/漢/\n', 'a/..b', '...', 'a\\b', '.gitx', 'git~2', 'x'.repeat(255)])('allows %j', (path) => {
    expect(checkPath(path)).toBeNull()
  })

  it.each([
    '', '/etc/passwd', '..', 'a/../b', './a', 'a//b', 'a/', '.git', '.git/config', 'a/.GIT/hooks/x', '.git.', '.git ', '.git . .', 'GIT~1/config', '.g\u200cit', '\ufeff.git',
    '.git::$INDEX_ALLOCATION', '.git:x\ny', 'a\\..\\b', '..\\x', 'a\\.git\\config', 'C:/x', 'C:x', 'a\0b', '\ud800/x', 'x'.repeat(256), 'ä'.repeat(128), 'abc/'.repeat(1000) + 'x',
  ])('refuses %j', (path) => {
    expect(checkPath(path)).not.toBeNull()
  })

  it('never allows a path that leads out or into .git, however it is put together', () => {
    const part = fc.constantFrom('a', '..', '.', '', '.git', '.GiT', 'b c')
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), fc.constantFrom('/', '\\'), (parts, separator) => {
        const bad = parts.some((segment) => ['..', '.', ''].includes(segment) || segment.toLowerCase() === '.git')
        expect(checkPath(parts.join(separator)) !== null).toBe(bad)
      }),
    )
  })

  it('sees .git through any dressing that some file system takes off', () => {
    const letters = ['.', 'g', 'i', 't'].map((letter) => fc.tuple(fc.constantFrom(letter, letter.toUpperCase()), fc.constantFrom('', '\u200d', '\u206b', '\ufeff')).map((pair) => pair.join('')))
    const ending = fc.array(fc.constantFrom('.', ' '), { maxLength: 4 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.tuple(...letters), ending, fc.constantFrom('', ':stream', '::$DATA'), fc.constantFrom('', 'a/'), (name, end, stream, folder) => {
        expect(checkPath(`${folder}${name.join('')}${end}${stream}`)).toBe('names the git directory')
      }),
    )
  })

  it('allows only paths whose every segment is allowed, and stays inside once joined', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '.', '..', '/', '\\', ' ', ':', '~', 'C', '\0', '\u200d', '\n'), maxLength: 12 }), (path) => {
        if (checkPath(path) !== null) return
        expect(path.split('/').every((segment) => checkSegment(segment) === null)).toBe(true)
        expect(posix.resolve('/root', path).startsWith('/root/')).toBe(true)
        expect(win32.resolve('D:\\root', path).startsWith('D:\\root\\')).toBe(true)
      }),
    )
  })
})
