import { existsSync } from 'node:fs'
import { etcFiles } from '../bubblewrap-sandbox/launch-arguments.ts'
import type { ConfinedHost } from './confined-host.ts'
import type { LaunchPlace } from './launch-place.ts'

/** Landlock's rights on files and directories; what a kernel does not know of them, the program leaves out. */
const rights = {
  execute: 1 << 0, writeFile: 1 << 1, readFile: 1 << 2, readDirectory: 1 << 3, removeDirectory: 1 << 4, removeFile: 1 << 5,
  makeDirectory: 1 << 7, makeFile: 1 << 8, makeFifo: 1 << 10, makeLink: 1 << 12, refer: 1 << 13, truncate: 1 << 14,
} as const

const read = rights.readFile | rights.readDirectory
const run = read | rights.execute
/** Names can be added and files be written, as far as their modes allow; nothing can be removed or replaced. */
const grow = run | rights.writeFile | rights.truncate | rights.makeDirectory | rights.makeFile | rights.makeFifo | rights.makeLink | rights.refer
const change = grow | rights.removeDirectory | rights.removeFile

const systemDirectories = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'] as const
/** Node refuses to start where it may see this and not read it. */
const tlsSettings = ['/etc/ssl/openssl.cnf', '/etc/pki/tls/openssl.cnf', '/etc/crypto-policies'] as const
const forNetwork = ['/etc/ssl', '/etc/ca-certificates', '/etc/pki', '/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/services', '/etc/protocols', '/run/systemd/resolve'] as const
const devices = ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom'] as const
/** The machine, no process: of /proc there is nothing else. */
const facts = ['/proc/cpuinfo', '/proc/meminfo', '/proc/stat', '/proc/version', '/proc/filesystems'] as const

/** Everything a launch may touch, as `<rights> <path>`. What is not named, and is not reached through what is, is refused. */
export function launchRules(host: ConfinedHost, place: LaunchPlace, network: boolean): readonly string[] {
  const { above, free } = place.guarded
  const guardsByName = host.sharesUser && above.length > 0
  const rule = (mask: number, paths: readonly string[]): readonly string[] => paths.filter((file) => existsSync(file)).map((file) => `${mask} ${file}`)
  return [
    ...rule(run, [...systemDirectories, `${host.home}/bin`, ...host.executables, ...host.toolchains, ...place.shown]),
    ...rule(read, [...etcFiles, ...tlsSettings, ...facts, ...(network ? forNetwork : [])]),
    ...rule(rights.readFile | rights.writeFile, devices),
    ...rule(guardsByName ? grow : change, [place.tree]),
    ...rule(change, [place.scratch, ...(guardsByName ? free : [])]),
  ]
}
