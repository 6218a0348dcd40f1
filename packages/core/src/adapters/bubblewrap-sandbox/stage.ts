import { readFileSync } from 'node:fs'
import process from 'node:process'
import type { Launch } from '../../sandbox/sandbox.ts'

/**
 * How a launch gets ready outside the sandbox, before bwrap: it enters its control group, takes its limits, and (for a throw-away tree)
 * gets a mount namespace with sized scratch space and an overlay in it. Whatever the kind, the last step is to become bwrap.
 * `one-process` does the throw-away case in a single Perl process by system calls; `shell` needs unshare, mkdir and mount, a process each, and
 * takes about 3 ms longer.
 */
export type Stage =
  | { readonly kind: 'one-process'; readonly calls: SystemCalls }
  | { readonly kind: 'shell'; readonly treeMode: 'overlay' | 'copy' }

/** Numbers of system calls that Perl has no name for. */
interface SystemCalls {
  readonly mount: number
  readonly umount2: number
  readonly unshare: number
  readonly prlimit64: number
}

const generic: SystemCalls = { mount: 40, umount2: 39, unshare: 97, prlimit64: 261 }
const callsByArchitecture: Readonly<Record<string, SystemCalls>> = { x64: { mount: 165, umount2: 166, unshare: 272, prlimit64: 302 }, arm64: generic, riscv64: generic, loong64: generic }

/** What can be tried on this machine, best first. Whether it works shows only by trying. */
export function possibleStages(architecture: string): readonly Stage[] {
  const calls = callsByArchitecture[architecture]
  return [...(calls === undefined ? [] : [{ kind: 'one-process', calls } as const]), { kind: 'shell', treeMode: 'overlay' }, { kind: 'shell', treeMode: 'copy' }]
}

/** `root` of the machine; `mapped-root` of a user namespace, as in a rootless container; `user`, who needs a user namespace to mount anything. */
export type Rights = 'root' | 'mapped-root' | 'user'

/** What this process may do, by its user and by whose users it sees. */
export function ownRights(): Rights {
  if (process.geteuid?.() !== 0) return 'user'
  return /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8')) ? 'root' : 'mapped-root'
}

export interface StageRequest {
  readonly stage: Stage
  readonly rights: Rights
  /** Control group files to write 0 to. */
  readonly entries: readonly string[]
  /** Mount point for the scratch space. */
  readonly scratch: string
}

/** Program and arguments that come before bwrap's. Nothing is ever put into the text of a script. */
export function stageArguments({ stage, rights, entries, scratch }: StageRequest, { access, tree, limits }: Launch): readonly string[] {
  const groups = entries.join('\n')
  // Backstops of the kernel for what the parent watches from outside: seconds of CPU time a process, blocks of 512 bytes a file.
  const cpuSeconds = String(Math.ceil(limits.cpuMs / 1000) + 1)
  if (access === 'kept') return ['/bin/sh', '-c', keptScript, 'sh', groups, cpuSeconds, String(Math.ceil(limits.diskBytes / 512))]
  // Overlays keep notes in extended attributes; those of trusted.* are for the machine's root only.
  const overlay = rights === 'root' ? '' : ',userxattr'
  const space = [String(limits.diskBytes), scratch, tree]
  if (stage.kind === 'one-process') {
    const { mount, umount2, unshare, prlimit64 } = stage.calls
    return ['perl', '-e', onePerlScript, '--', ...[mount, umount2, unshare, prlimit64].map(String), rights, overlay, groups, cpuSeconds, ...space]
  }
  const namespaces = rights === 'user' ? ['--user', '--map-root-user'] : []
  return ['unshare', ...namespaces, '--mount', '--propagation', 'private', '/bin/sh', '-c', throwAwayScript, 'sh', stage.treeMode, overlay, groups, cpuSeconds, ...space]
}

/** $1 control group files, one a line; $2 seconds of CPU time a process; $3 blocks a file; then bwrap and its arguments. */
const keptScript = `set -e
IFS='
'
for entry in $1; do echo 0 > "$entry"; done
unset IFS
ulimit -c 0; ulimit -t "$2"; ulimit -f "$3"
shift 3
exec "$@"`

/**
 * $1 overlay or copy; $2 more options for the overlay; $3 control group files; $4 seconds of CPU time a process; $5 size of the scratch space;
 * $6 its mount point; $7 tree; then bwrap and its arguments.
 */
const throwAwayScript = `set -e
IFS='
'
for entry in $3; do echo 0 > "$entry"; done
unset IFS
ulimit -c 0; ulimit -t "$4"
mount -t tmpfs -o "size=$5,mode=0755" ratchet "$6"
mkdir "$6/up" "$6/wk" "$6/tree" "$6/tmp" "$6/shm"
cd -- "$7"
if [ "$1" = overlay ]; then mount -t overlay -o "lowerdir=.,upperdir=$6/up,workdir=$6/wk\${2}" ratchet "$6/tree"; else cp -a . "$6/tree"; fi
cd /
shift 7
exec "$@"`

/**
 * The same in one process. A group is entered before any namespace is made, and as the only thread. Numbers: CLONE_NEWNS and CLONE_NEWUSER;
 * RLIMIT_CORE (4) and RLIMIT_CPU (0); MS_REC | MS_PRIVATE; MNT_DETACH (2). The tree is named by "." because its path may hold what separates
 * mount options. /sys is let go because bwrap reads the list of all mounts for each bind, and control groups alone are a dozen; where that
 * fails, it only takes longer. No `use strict`: loading it takes half a millisecond.
 */
const onePerlScript = `my ($mount, $umount, $unshare, $prlimit, $rights, $options, $groups, $seconds, $size, $at, $tree) = splice @ARGV, 0, 11;
sub put {
  my ($file, $text) = @_;
  open my $handle, '>', $file or die "$file: $!\\n";
  defined syswrite $handle, $text or die "$file: $!\\n";
}
sub call { my ($what, $number, @rest) = @_; syscall($number + 0, @rest) != -1 or die "$what: $!\\n" }
sub mounted { my ($source, $target, $type, $flags, $options) = @_; call("mount $type $target", $mount, $source, $target, $type, $flags, $options) }
put($_, '0') for split /\\n/, $groups;
call('core limit', $prlimit, 0, 4, pack('QQ', 0, 0), 0);
call('cpu limit', $prlimit, 0, 0, pack('QQ', $seconds, $seconds), 0);
my ($uid, $gid) = ($>, (split ' ', $))[0]);
call('unshare', $unshare, 0x20000 | ($rights eq 'user' ? 0x10000000 : 0));
if ($rights eq 'user') {
  put('/proc/self/setgroups', 'deny');
  put('/proc/self/uid_map', "0 $uid 1");
  put('/proc/self/gid_map', "0 $gid 1");
}
mounted('none', '/', 'none', 0x4000 | 0x40000, '');
my $unseen = '/sys';
syscall($umount + 0, $unseen, 2);
mounted('ratchet', $at, 'tmpfs', 0, "size=$size,mode=0755");
for my $name ('up', 'wk', 'tree', 'tmp', 'shm') { mkdir "$at/$name" or die "$at/$name: $!\\n" }
chdir $tree or die "$tree: $!\\n";
mounted('ratchet', "$at/tree", 'overlay', 0, "lowerdir=.,upperdir=$at/up,workdir=$at/wk$options");
chdir '/' or die "/: $!\\n";
exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\\n";`
