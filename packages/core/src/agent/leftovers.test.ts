import { expect, it } from 'vitest'
import { leftoversOf } from './leftovers.ts'

const isLeft = leftoversOf({
  tracked: ['.gitignore', 'src/a.py', 'src/.gitignore', 'out/kept.txt', 'src/gen/b.c', 'vendor/.aider.conf.yml'],
  ignoreFiles: [{ folder: '', text: 'out/\n*.log\n/local\n' }, { folder: 'src/', text: 'gen/*\n!important.log\n' }],
  shown: ['node_modules', 'lib/kit'],
})

it.each<[string, boolean, boolean]>([
  ['run.log', false, true], ['src/deep/run.log', false, true], ['src/important.log', false, false], ['important.log', false, true],
  ['local', true, true], ['src/local', true, false], ['src/gen/new.c', false, true], ['src/gen/b.c', false, false], ['gen', true, false],
  // A folder that holds what the tree holds is looked into, and what is new in it is ignored by itself.
  ['out', true, false], ['out/kept.txt', false, false], ['out/new', false, true],
  ['node_modules', true, true], ['lib/kit', false, true], ['lib/other', false, false],
  ['.aider.chat.history.md', false, true], ['vendor/.aider.conf.yml', false, false], ['src/__pycache__', true, true], ['src/a.pyc', false, true], ['.claude', true, true], ['docs/.claude', true, false],
  ['src/new.py', false, false],
])('what an agent leaves: %s (a folder: %s) is none of its work: %s', (path, isFolder, expected) => {
  expect(isLeft(path, isFolder)).toBe(expected)
})
