import { describe, expect, it } from 'vitest'
import { userDirectory } from './user-directory.ts'
import { UsageError } from './usage-error.ts'

describe('a directory of the user', () => {
  it('is the one that is named, or lies in the home directory', () => {
    expect(userDirectory({ XDG_CONFIG_HOME: '/c', HOME: '/h' }, 'XDG_CONFIG_HOME')).toBe('/c')
    expect(userDirectory({ XDG_CACHE_HOME: '/c', HOME: '/h' }, 'XDG_CONFIG_HOME')).toBe('/h/.config')
    expect(userDirectory({ XDG_CACHE_HOME: 'c', HOME: '/h' }, 'XDG_CACHE_HOME')).toBe('/h/.cache')
    expect(userDirectory({ XDG_CONFIG_HOME: '/c', HOME: '' }, 'XDG_CONFIG_HOME')).toBe('/c')
    expect(userDirectory({}, 'XDG_CONFIG_HOME')).toMatch(/^\//)
  })

  it.each(['', '.', 'home', './home', '~', ' /home'])('is never made where Ratchet happens to run: HOME=%j', (home) => {
    for (const named of [{}, { XDG_CONFIG_HOME: '' }, { XDG_CONFIG_HOME: 'config' }]) expect(() => userDirectory({ ...named, HOME: home }, 'XDG_CONFIG_HOME')).toThrow(UsageError)
  })
})
