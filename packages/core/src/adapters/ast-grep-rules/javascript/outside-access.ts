import { needsApproval, noted, type CodeRule } from '../code-rule.ts'
import { callOf, member, moduleName } from './syntax.ts'

const writes = 'write|writeFile|writeFileSync|writeSync|writev|writevSync|appendFile|appendFileSync|createWriteStream|copyFile|copyFileSync|cp|cpSync|rename|renameSync|rm|rmSync|rmdir|rmdirSync|unlink|unlinkSync|mkdir|mkdirSync|mkdtemp|mkdtempSync|symlink|symlinkSync|link|linkSync|chmod|chmodSync|utimes|utimesSync|truncate|truncateSync|ftruncateSync|openSync|open|watch|watchFile'

/** Files, network and machine: what a function of values needs none of, and what outlives the process. */
export const outsideAccess: readonly CodeRule[] = [
  needsApproval({
    id: 'accesses-files',
    words: ['fs', 'promises', 'graceful', 'mmap', 'memfs', 'glob', 'fast', 'rimraf', 'sqlite', 'sqlite3', 'level', 'lmdb', 'conf', 'cacache', 'find', 'globby', 'flat', 'persist', 'keyv', 'mock'],
    rule: moduleName('fs|fs-extra|graceful-fs|memfs|mock-fs|glob|globby|fast-glob|rimraf|sqlite3|better-sqlite3|level|lmdb|conf|cacache|find-cache-dir|flat-cache|node-persist|keyv'),
    message: 'loads a module that reads and writes files',
    risk: 0.6,
  }),
  needsApproval({ id: 'writes-files', words: ['fs', 'fsp', 'writeFile', 'writeFileSync', 'createWriteStream', 'appendFileSync', 'mkdirSync', 'openSync', 'fsPromises', 'appendFile', 'renameSync', 'unlinkSync', 'symlinkSync', 'writeSync'], rule: { any: [member('fs|fsp|fsPromises', writes), callOf('^(?:writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream|mkdirSync|openSync|writeSync|renameSync|unlinkSync|symlinkSync)$'), { kind: 'member_expression', regex: '^fs\\s*\\.\\s*promises' }] }, message: 'writes files', risk: 0.6 }),
  noted({ id: 'reads-files', words: ['fs', 'fsp', 'readFile', 'readFileSync', 'existsSync', 'createReadStream', 'fsPromises', 'readdirSync', 'statSync'], rule: { any: [member('fs|fsp|fsPromises', 'read\\w*|exists\\w*|stat\\w*|lstat\\w*|access\\w*|createReadStream|opendir\\w*|realpath\\w*'), callOf('^(?:readFile|readFileSync|existsSync|createReadStream|readdirSync|statSync)$')] }, message: 'reads files', risk: 0.2 }),
  needsApproval({
    id: 'accesses-network',
    words: ['net', 'http', 'https', 'http2', 'dgram', 'dns', 'tls', 'fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'undici', 'axios', 'got', 'ws', 'quic', 'request', 'superagent', 'ioredis', 'redis', 'pg', 'sendBeacon', 'ky', 'mysql', 'mysql2', 'mongodb', 'kafkajs', 'socket', 'grpc'],
    rule: {
      any: [
        moduleName('net|http|https|http2|dgram|dns|tls|quic|undici|axios|got|ws|node-fetch|cross-fetch|request|superagent|ky|ioredis|redis|pg|mysql2?|mongodb|kafkajs|socket\\.io(?:-client)?|grpc|@grpc/.*'),
        callOf('^(?:globalThis\\.|window\\.)?fetch$'),
        { kind: 'new_expression', has: { field: 'constructor', regex: '^(?:XMLHttpRequest|WebSocket|EventSource)$' } },
        { kind: 'property_identifier', regex: '^sendBeacon$' },
      ],
    },
    message: 'accesses the network',
    risk: 0.7,
  }),
  needsApproval({ id: 'asks-about-machine', words: ['os', 'tmpdir', 'homedir', 'hostname', 'loadavg', 'env', 'userInfo', 'freemem', 'uptime', 'systeminformation', 'dotenv', 'std', 'ci', 'is'], rule: { any: [moduleName('os|systeminformation|env-paths|dotenv|std-env|is-ci|ci-info'), member('os', '\\w+'), callOf('^(?:tmpdir|homedir|hostname|userInfo|loadavg|freemem|uptime)$')] }, message: 'asks about the machine, its users or its folders', risk: 0.5 }),
  needsApproval({ id: 'keeps-in-browser', words: ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'navigator'], rule: { kind: 'identifier', regex: '^(?:localStorage|sessionStorage|indexedDB|caches|navigator)$', inside: { kind: 'member_expression', field: 'object' } }, message: 'keeps data in a store that outlives the call', risk: 0.3 }),
  needsApproval({ id: 'writes-output', words: ['stdout', 'stderr', 'stdin'], rule: member('process', 'stdout|stderr|stdin'), message: 'reads or writes the standard streams, over which tests report', risk: 0.5 }),
]
