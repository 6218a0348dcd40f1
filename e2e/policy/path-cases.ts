import type { CaseFile, PolicyCase } from './policy-case.ts'

const rules = 'version: 1\n'
const before = { 'ratchet.yaml': 'x: 1\n', 'rules/constitution.yaml': rules, 'rules/constitution.yaml.sig': '{}\n', 'src/a.js': 'export const a = 1\n', 'src/link.js': { mode: '120000', text: 'a.js' } } as const satisfies Readonly<Record<string, CaseFile>>

const change = (kind: PolicyCase['kind'], name: string, after: Readonly<Record<string, CaseFile>>): PolicyCase => ({ name, kind, before, after: { ...before, ...after } })
const denied = (name: string, after: Readonly<Record<string, CaseFile>>): PolicyCase => ({ ...change('deny', name, after), denied: true })
const evasion = (name: string, after: Readonly<Record<string, CaseFile>>): PolicyCase => ({ ...change('evasion', name, after), denied: true })
const commit = '1'.repeat(40)

/** The judges themselves: configuration, constitution, signature, keys, journal, and how git reads the repository; every file is in `target.edit`. */
export const pathCases: readonly PolicyCase[] = [
  change('allow', 'an edit of a source file', { 'src/a.js': 'export const a = 2\n' }),
  change('allow', 'a new source file', { 'src/b.js': 'export const b = 1\n' }),
  change('allow', 'a name that only sounds like the constitution', { 'src/constitutional-law.js': 'export const c = 1\n' }),
  change('allow', 'a name that only sounds like the configuration', { 'src/ratchet-wheel.js': 'export const r = 1\n' }),
  denied('the configuration', { 'ratchet.yaml': 'x: 2\n' }),
  denied('the configuration, deleted', { 'ratchet.yaml': null }),
  denied('a second configuration', { 'ratchet.config.ts': 'export default {}\n' }),
  denied('the constitution', { 'rules/constitution.yaml': `${rules}# weaker\n` }),
  denied('the constitution, deleted', { 'rules/constitution.yaml': null }),
  denied('the signature', { 'rules/constitution.yaml.sig': '{"x":1}\n' }),
  denied('the signature, deleted', { 'rules/constitution.yaml.sig': null }),
  denied('a list of allowed signers', { 'allowed_signers': 'me ssh-ed25519 AAAA\n' }),
  denied('the journal', { '.ratchet/journal.sqlite': 'x' }),
  denied('how git reads files', { '.gitattributes': '* text\n' }),
  denied('a symbolic link', { 'src/b.js': { mode: '120000', text: '/etc/passwd' } }),
  denied('a submodule', { 'src/module': { mode: '160000', text: commit } }),
  evasion('the configuration in capitals', { 'RATCHET.YAML': 'x: 2\n' }),
  evasion('the configuration in mixed letters', { 'rAtChEt.YaMl': 'x: 2\n' }),
  evasion('the configuration with the other ending', { 'ratchet.yml': 'x: 2\n' }),
  evasion('the configuration below the root', { 'packages/a/ratchet.yaml': 'x: 2\n' }),
  evasion('the constitution in capitals', { 'Rules/CONSTITUTION.yaml': 'x: 2\n' }),
  evasion('the constitution under its usual name', { 'constitution.yml': 'x: 2\n' }),
  evasion('the constitution with a long s', { 'rules/con\u017ftitution.yaml': 'x: 2\n' }),
  evasion('the constitution with an invisible letter', { 'rules/consti\u200dtution.yaml': 'x: 2\n' }),
  evasion('the constitution with a soft hyphen', { 'rules/consti\u00adtution.yaml': 'x: 2\n' }),
  evasion('the constitution with a byte order mark', { '\ufeffrules/constitution.yaml': 'x: 2\n' }),
  evasion('the constitution with a direction mark', { 'rules/constitution\u200e.yaml': 'x: 2\n' }),
  evasion('the constitution with a dot at the end', { 'rules/constitution.yaml.': 'x: 2\n' }),
  evasion('the constitution with a space at the end', { 'rules/constitution.yaml ': 'x: 2\n' }),
  evasion('the constitution with backslashes', { 'rules\\constitution.yaml': 'x: 2\n' }),
  evasion('the constitution by its data stream', { 'rules/constitution.yaml::$DATA': 'x: 2\n' }),
  evasion('the constitution by its short name', { 'rules/CONSTI~1.YAM': 'x: 2\n' }),
  evasion('the configuration by its data stream', { 'ratchet.yaml::$data': 'x: 2\n' }),
  evasion('the folder of the constitution by its index', { 'rules::$INDEX_ALLOCATION/constitution.yaml': 'x: 2\n' }),
  evasion('the constitution as a folder', { 'rules/constitution.yaml': null, 'rules/constitution.yaml/x': 'y\n' }),
  evasion('the folder of the constitution as a link', { 'rules/constitution.yaml': null, 'rules/constitution.yaml.sig': null, 'rules': { mode: '120000', text: 'src' } }),
  evasion('the constitution as a link', { 'rules/constitution.yaml': { mode: '120000', text: '../src/a.js' } }),
  evasion('the folder of the constitution as a submodule', { 'rules/constitution.yaml': null, 'rules/constitution.yaml.sig': null, 'rules': { mode: '160000', text: commit } }),
  evasion('the constitution made executable', { 'rules/constitution.yaml': { mode: '100755', text: rules } }),
  evasion('the signature in capitals', { 'rules/constitution.yaml.SIG': '{"x":1}\n' }),
  evasion('a link that leads elsewhere now', { 'src/link.js': { mode: '120000', text: '../ratchet.yaml' } }),
  evasion('a source file that becomes a link', { 'src/a.js': { mode: '120000', text: '../ratchet.yaml' } }),
  evasion('a source file that becomes a submodule', { 'src/a.js': { mode: '160000', text: commit } }),
  evasion('how git reads files, in capitals', { 'src/.GitAttributes': '* text\n' }),
  evasion('submodules by their list', { '.gitmodules': '[submodule "x"]\n' }),
  evasion('the journal in capitals', { '.Ratchet/journal.sqlite': 'x' }),
  evasion('the journal as a link', { '.ratchet': { mode: '120000', text: '/tmp' } }),
  evasion('a file beside an honest edit', { 'src/a.js': 'export const a = 2\n', 'Ratchet.yaml ': 'x: 2\n' }),
]
