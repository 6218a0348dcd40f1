import { describe, expect, it } from 'vitest'
import { configSchema } from '../target/config.ts'
import { createPathScope } from '../target/path-scope.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import { createSourceReader } from './source-reader.ts'

const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } } })

describe('reading the sources of many variants', () => {
  it('reads what they share once, and does not remember every text that there ever was', async () => {
    const paths = ['src/shared.js', 'src/own.js']
    const read: string[] = []
    const revisions: Pick<RevisionReader, 'entries' | 'blobs'> = {
      entries: async (commit) => paths.map((path) => ({ path, mode: '100644', id: path.endsWith('shared.js') ? 'shared' : `own of ${commit}` })),
      blobs: async (ids) => {
        read.push(...ids)
        return ids.map((id) => Buffer.from(`text ${id}`))
      },
    }
    const readSources = createSourceReader(revisions as RevisionReader, createPathScope(config, paths))
    const expected = (commit: string): unknown => [{ path: 'src/shared.js', text: 'text shared' }, { path: 'src/own.js', text: `text own of ${commit}` }]
    for (let k = 0; k < 3000; k++) expect(await readSources(`c${k}`)).toEqual(expected(`c${k}`))
    expect(await readSources('c2999')).toEqual(expected('c2999'))
    expect(await readSources('c0')).toEqual(expected('c0'))
    expect(read.filter((id) => id === 'shared')).toHaveLength(1)
    expect(read.filter((id) => id === 'own of c2999')).toHaveLength(1)
    expect(read.filter((id) => id === 'own of c0')).toHaveLength(2)
  })
})
