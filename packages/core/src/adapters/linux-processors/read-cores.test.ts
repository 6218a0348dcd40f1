import { describe, expect, it } from 'vitest'
import { parseProcessorList, readCores } from './read-cores.ts'

describe('processors of this machine', () => {
  it('are those that this process may run on, each once', async () => {
    const processors = (await readCores()).flat()
    expect(processors.length).toBeGreaterThan(0)
    expect(new Set(processors).size).toBe(processors.length)
  })

  it.each([['0', [0]], ['0-3', [0, 1, 2, 3]], ['0-1,8,10-11\n', [0, 1, 8, 10, 11]], ['', []]] as const)('are read from %j', (text, numbers) => {
    expect(parseProcessorList(text)).toEqual(numbers)
  })
})
