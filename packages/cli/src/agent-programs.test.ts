import { expect, it } from 'vitest'
import { isShown, ownFolder } from './agent-programs.ts'

it.each<[string, string, string, string | null]>([
  ['a package of npm, with a prefix of its own', '/opt/agents/bin/claude', '/opt/agents/lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe', '/opt/agents'],
  ['a version of node in a home directory', '/home/me/.nvm/versions/node/v24/bin/codex', '/home/me/.nvm/versions/node/v24/lib/node_modules/@openai/codex/bin/codex.js', '/home/me/.nvm/versions/node/v24'],
  ['a program beside what else its user keeps', '/home/me/.local/bin/claude', '/home/me/.local/share/claude/versions/2', null],
  ['a program in the bin of a home directory', '/home/me/bin/goose', '/home/me/bin/goose', null],
  ['a link out of its folder', '/opt/links/bin/goose', '/home/me/goose', null],
  ['a folder that a sandbox hides behind its own', '/tmp/agents/bin/claude', '/tmp/agents/lib/claude', null],
  ['a program in no bin', '/opt/goose/goose', '/opt/goose/goose', null],
])('names the folder to show for %s', (_, found, file, folder) => expect(ownFolder(found, file, '/home/me')).toBe(folder))

it.each<[string, readonly string[], boolean]>([
  ['/usr/bin/claude', [], true], ['/opt/agents/bin/claude', ['/opt/agents'], true], ['/opt/agents/bin/claude', ['/opt/agent'], false], ['/tmp/agents/bin/claude', ['/tmp/agents'], false], ['/tmpfiles/bin/claude', ['/tmpfiles'], true],
])('knows whether a sandbox shows %s with %j', (file, toolchains, shown) => expect(isShown(file, toolchains)).toBe(shown))
