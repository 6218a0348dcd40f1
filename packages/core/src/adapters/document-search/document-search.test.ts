import { expect, it } from 'vitest'
import { configSchema } from '../../target/config.ts'
import { hiddenPaths } from '../../target/hidden-paths.ts'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { createDocumentSearch } from './document-search.ts'

const files: Readonly<Record<string, string>> = {
  'docs/notes.md': 'the widget is fast', 'docs/suite/tasks/a/statement.md': 'the widget of a task', 'docs/held-out.txt': 'widget nine', 'docs/tasks.txt': 'widget one', 'docs/unseen/cases.txt': 'widget ten', 'other/a.md': 'a widget elsewhere',
}
const config = configSchema.parse({
  target: { edit: ['src/**'] }, tests: [{ run: 'node test.js docs/tasks.txt' }, { run: 'node test.js docs/unseen/cases.txt', heldOut: true }], models: { use: { own: { provider: 'ollama', model: 'x' } } },
  metrics: { solved: { run: 'node agent.js', measure: 'pass-rate', suite: 'docs/suite' }, answers: { run: 'node ask.js', measure: 'pass-rate', tasks: 'docs/tasks.txt', heldOut: 'docs/held-out.txt' } },
})

async function found(folder: string, hidden = async (): Promise<(path: string) => boolean> => hiddenPaths(config, Object.keys(files))): Promise<readonly string[]> {
  const revisions = { entries: async () => Object.keys(files).map((path) => ({ path, mode: '100644', id: path })), blobs: async (ids: readonly string[]) => ids.map((id) => Buffer.from(files[id] ?? '')) }
  const findings = await createDocumentSearch({ name: 'notes', folder, baseline: 'a'.repeat(40), revisions, hidden }).search('widget', 10, AbortSignal.timeout(5_000))
  return findings.map(({ source }) => source.replace(/:\d+$/, '')).toSorted()
}

it('finds what lies in its folder, but for suites, lists of held-out tasks and what only held-out tests name', async () => {
  expect(await found('docs')).toEqual(['docs/notes.md', 'docs/tasks.txt'])
  expect(await found('other')).toEqual(['other/a.md'])
})

it('finds nothing in a folder of a suite or of held-out tests or below it', async () => {
  for (const folder of ['docs/suite', 'docs/suite/tasks/a', 'docs/unseen']) expect(await found(folder)).toEqual([])
})

it('finds nothing where it cannot be known what is hidden', async () => {
  await expect(found('docs', () => Promise.reject(new WorkspaceError('unknown-revision', 'gone')))).rejects.toMatchObject({ code: 'documents-unreadable' })
})
