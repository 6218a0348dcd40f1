import { callMustFail, mustFail, type Attempt } from './attempt.ts'

const mebibyte = 1024 ** 2
const limits = { memoryBytes: 256 * mebibyte, cpuMs: 10_000, wallMs: 20_000, processes: 48, diskBytes: 16 * mebibyte, outputBytes: 256 * 1024 }
const buffer = '$blank'

const hostFiles: readonly Omit<Attempt, 'group'>[] = [
  { name: 'reads a secret beside the repository', command: ({ secretFile }) => mustFail(`cat ${secretFile}`) },
  { name: 'reads the password file', command: () => mustFail('cat /etc/shadow') },
  { name: 'lists home directories', command: () => 'for d in /root /home/*; do if [ -n "$(ls -A "$d" 2>/dev/null)" ]; then exit 9; fi; done; exit 0' },
  { name: 'goes up from its directory', command: ({ secretFile }) => mustFail(`cat ../../../../../../../..${secretFile}`) },
  { name: 'goes through the first process', command: ({ secretFile }) => mustFail(`cat /proc/1/root${secretFile}`) },
  { name: 'goes through its own process', command: ({ secretFile }) => mustFail(`cat /proc/self/root${secretFile} || cat /proc/self/cwd/../../..${secretFile}`) },
  { name: 'goes through a process of the host', command: ({ hostPid, secretFile }) => mustFail(`[ "$(cat /proc/${hostPid}/comm)" = node ] && cat /proc/${hostPid}/root${secretFile}`) },
  { name: 'follows a link out', command: ({ secretFile }) => `ln -s ${secretFile} link 2>/dev/null; ${mustFail('cat link')}` },
  { name: 'makes a hard link to a file outside', command: ({ secretFile }) => mustFail(`ln ${secretFile} hard && cat hard`) },
  { name: 'writes a file outside', command: ({ writableFile }) => mustFail(`echo broken > ${writableFile} && [ "$(cat ${writableFile})" = broken ]`) },
  { name: 'has a link followed when a file is collected', command: ({ secretFile }) => `ln -s ${secretFile} report.xml; exit 0`, launch: { collect: 'report.xml' } },
  { name: 'renames the directory it was given', command: () => mustFail('mv "$PWD" "$PWD-gone"') },
  { name: 'writes into system directories', command: () => mustFail('touch /usr/x || touch /etc/x || touch /bin/x || touch /x || touch /lib/x') },
  { name: 'changes a device node', command: () => mustFail('chmod 600 /dev/null || touch -d @1 /dev/zero || rm -f /dev/null') },
  { name: 'reads a disk', command: () => mustFail('for disk in /dev/vda /dev/sda /dev/nvme0n1 /dev/mem /dev/kmsg /dev/kvm; do [ -r "$disk" ] && head -c 1 "$disk" && exit 9; done; false') },
  { name: 'makes a disk node', command: () => mustFail('mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk') },
  { name: 'changes a setting of the kernel', command: () => mustFail('echo 1 > /proc/sys/vm/drop_caches || echo 0 > /proc/sys/kernel/randomize_va_space || echo h > /proc/sysrq-trigger || echo x > /proc/sys/kernel/core_pattern') },
  { name: 'sees control groups', command: () => mustFail('ls /sys/fs/cgroup/* && echo 1 > /sys/fs/cgroup/x') },
  { name: 'rewrites a protected file', command: () => 'echo wrong > check/expected 2>/dev/null; mv check gone 2>/dev/null; rm -rf check 2>/dev/null; mkdir -p check 2>/dev/null; echo wrong > check/expected 2>/dev/null; if [ "$(cat check/expected 2>/dev/null)" = right ]; then exit 0; else exit 9; fi', launch: { readOnly: ['check/expected'] } },
]

const network: readonly Omit<Attempt, 'group'>[] = [
  { name: 'connects by TCP to the host', command: ({ tcpPort }) => mustFail(`perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new(PeerAddr => "127.0.0.1:${tcpPort}", Timeout => 2) ? 0 : 1)'`) },
  { name: 'connects by TCP to the world', command: () => mustFail(`perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new(PeerAddr => "1.1.1.1:53", Timeout => 2) ? 0 : 1)'`) },
  { name: 'sends UDP to the host', command: ({ udpPort }) => `perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Proto => "udp", PeerAddr => "127.0.0.1:${udpPort}") or exit 0; $s->send("escaped"); exit 0'` },
  { name: 'asks a name server', command: () => mustFail('getent hosts example.com') },
  { name: 'opens a raw or packet socket', command: () => mustFail(`perl -e 'socket(S, 17, 3, 0) or socket(S, 2, 3, 1) or exit 1'`) },
  { name: 'connects to an abstract socket of the host', command: ({ abstractSocket }) => mustFail(`perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0) and connect(S, pack("S a*", AF_UNIX, "\\0${abstractSocket}")) or exit 1'`) },
  { name: 'connects to a socket file of the host', command: ({ pathSocket }) => mustFail(`perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0) and connect(S, sockaddr_un("${pathSocket}")) or exit 1'`) },
  { name: 'talks to the kernel by netlink', command: () => mustFail(`perl -e 'socket(S, 16, 3, 0) or exit 1'`) },
]

const kernel: readonly Omit<Attempt, 'group'>[] = [
  { name: 'ptrace', command: () => callMustFail({ x64: 101, arm64: 117 }, '0', '0', '0', '0') },
  { name: 'writes the memory of another process', command: () => callMustFail({ x64: 311, arm64: 271 }, '1', buffer, '1', buffer, '1', '0') },
  { name: 'nested user namespace', command: () => mustFail('unshare --user --map-root-user true') },
  { name: 'nested mount', command: () => mustFail('mount -t tmpfs none /tmp || unshare --mount true') },
  { name: 'setns', command: () => `exec perl -e 'open my $f, "<", "/proc/1/ns/mnt" or exit 0; exit(syscall(${process.arch === 'arm64' ? 268 : 308}, fileno($f), 0) == -1 ? 0 : 9)'` },
  { name: 'io_uring', command: () => callMustFail({ x64: 425, arm64: 425 }, '1', buffer) },
  { name: 'userfaultfd', command: () => callMustFail({ x64: 323, arm64: 282 }, '0') },
  { name: 'bpf', command: () => callMustFail({ x64: 321, arm64: 280 }, '0', buffer, '72') },
  { name: 'performance counters', command: () => callMustFail({ x64: 298, arm64: 241 }, buffer, '0', '-1', '-1', '0') },
  { name: 'kernel keys', command: () => callMustFail({ x64: 250, arm64: 219 }, '0', '-3', '1') },
  { name: 'kernel modules', command: () => callMustFail({ x64: 175, arm64: 105 }, buffer, '0', '$nothing') },
  { name: 'another kernel', command: () => callMustFail({ x64: 246, arm64: 104 }, '0', '0', '0', '0') },
  { name: 'new mount interface', command: () => callMustFail({ x64: 430, arm64: 430 }, '$blank', '0') },
  { name: 'opens a file by its handle', command: () => callMustFail({ x64: 304, arm64: 265 }, '-100', buffer, '0') },
  { name: 'types into the terminal', command: () => `exec perl -e 'my $c = "x"; for my $fd (0, 1, 2) { open my $t, "+<&=", $fd or next; exit 9 if defined ioctl($t, 0x5412, $c) } exit 0'` },
  { name: 'sets the clock', command: () => mustFail('date -s @1000000000') },
  { name: 'gains rights by a program of root', command: () => `grep -q "^CapEff:.*[1-9a-f]" /proc/self/status 2>/dev/null && exit 9; exec perl -e 'exit(syscall(${process.arch === 'arm64' ? 167 : 157}, 39, 0, 0, 0, 0) == 1 ? 0 : 9)'` },
]

const exhaustion: readonly Omit<Attempt, 'group'>[] = [
  { name: 'fork bomb', command: () => 'b() { b | b & }; b; sleep 30', endings: ['process-limit', 'wall-limit', 'exited', 'memory-limit', 'cpu-limit', 'signalled'], launch: { limits: { ...limits, wallMs: 3000 } } },
  { name: 'ten times its memory', command: () => `exec perl -e 'my @all; for (1 .. 300) { push @all, "x" x (10 * 1024 * 1024) } exit 9'`, endings: ['memory-limit'] },
  { name: 'fills the disk', command: () => 'head -c 200000000 /dev/zero > big 2>/dev/null && exit 9; exit 0', endings: ['exited', 'disk-limit'] },
  { name: 'fills temporary space', command: () => 'head -c 200000000 /dev/zero > /tmp/big 2>/dev/null && exit 9; head -c 200000000 /dev/zero > /dev/shm/big 2>/dev/null && exit 9; exit 0', endings: ['exited', 'disk-limit', 'memory-limit'] },
  { name: 'a million files', command: () => `exec perl -e 'mkdir "many"; for (1 .. 1000000) { open my $f, ">", "many/$_" or exit 0 } exit 9'`, endings: ['exited', 'disk-limit', 'memory-limit', 'cpu-limit', 'wall-limit'] },
  { name: 'every descriptor', command: () => `exec perl -e 'my @all; while (1) { open my $f, "<", "/dev/null" or exit 0; push @all, $f; exit 9 if @all > 1200000 }'`, endings: ['exited', 'memory-limit'] },
  { name: 'floods the output', command: () => 'yes', endings: ['output-limit'] },
  { name: 'drips', command: () => 'while :; do echo x; sleep 0.1; done', endings: ['wall-limit'], launch: { limits: { ...limits, wallMs: 1500 } } },
  { name: 'spins', command: () => 'while :; do :; done', endings: ['cpu-limit'], launch: { limits: { ...limits, cpuMs: 800 } } },
  { name: 'spins in many processes', command: () => 'for i in 1 2 3 4 5 6; do (while :; do :; done) & done; wait', endings: ['cpu-limit'], launch: { limits: { ...limits, cpuMs: 1500 } } },
]

const processes: readonly Omit<Attempt, 'group'>[] = [
  { name: 'leaves a daemon', command: ({ marker }) => `(setsid sh -c 'exec sleep ${marker}' >/dev/null 2>&1 &) ; exit 0` },
  { name: 'forks twice and ignores every signal', command: ({ marker }) => `exec perl -e '$SIG{$_} = "IGNORE" for grep { defined } qw(TERM INT HUP QUIT PIPE); if (!fork) { setpgrp; if (!fork) { exec "sleep", "${marker}" } exit 0 } exec "sleep", "${marker}"'`, endings: ['wall-limit'], launch: { limits: { ...limits, wallMs: 1200 } } },
  { name: 'ends with status 0 while children work on', command: ({ marker }) => `for i in 1 2 3 4 5; do sleep ${marker} & done; exit 0` },
  { name: 'kills whoever watches it', command: ({ hostPid }) => `kill -9 ${hostPid} 2>/dev/null; kill -9 -1 2>/dev/null; exit 0`, endings: ['exited', 'signalled'] },
  { name: 'stops itself to be forgotten', command: () => 'kill -STOP $$; exit 9', endings: ['wall-limit'], launch: { limits: { ...limits, wallMs: 1200 } } },
]

const leaks: readonly Omit<Attempt, 'group'>[] = [
  { name: 'finds the environment of the host', command: () => 'env | grep -q RATCHET_TEST_SECRET && exit 9; cat /proc/*/environ 2>/dev/null | grep -qa RATCHET_TEST_SECRET && exit 9; exit 0' },
  { name: 'finds descriptors of the host', command: () => 'for fd in /proc/self/fd/*; do case "$(readlink "$fd")" in /dev/null|pipe:*|socket:*|/proc/*|/dev/pts/*|anon_inode:*|"") ;; /work*|/srv/*|/tmp/*) ;; *) exit 9;; esac; done; exit 0' },
  { name: 'leaves a core dump with the host', command: () => 'ulimit -c unlimited 2>/dev/null; sh -c "kill -SEGV \\$\\$" 2>/dev/null; ls core* /tmp/core* >/dev/null 2>&1 && exit 9; exit 0' },
  { name: 'finds what an earlier launch left', command: () => 'for place in /tmp/mark /dev/shm/mark "$HOME/mark" ./mark; do [ -e "$place" ] && exit 9; echo x > "$place" 2>/dev/null; done; exit 0' },
  { name: 'finds what the attempt before left', command: () => 'for place in /tmp/mark /dev/shm/mark "$HOME/mark" ./mark; do [ -e "$place" ] && exit 9; done; exit 0' },
  { name: 'sees the processes of the host', command: ({ hostPid }) => `[ "$(tr "\\0" " " < /proc/${hostPid}/cmdline 2>/dev/null | cut -c1-4)" = node ] && exit 9; exit 0` },
]

export const attempts: readonly Attempt[] = Object.entries({ 'host files': hostFiles, network, kernel, exhaustion, processes, leaks } as const).flatMap(([group, list]) =>
  list.map((attempt) => ({ ...attempt, group: group as Attempt['group'] })),
)

export { limits as attemptLimits }
