/**
 * The first and only program of ours in the guest: process 1, in Perl, which the host has anyway, by system calls. It loads modules, waits for one order on
 * its serial port, builds the root that a command sees, runs the command in it as nobody, and sends frames back: a letter, a length of 4 bytes, the content.
 *
 *     R ready   S the command starts   O stdout   E stderr   F collected file, after a +   H channel   X how it ended   ! cannot be set up
 *
 * The port is a device that only root may open, in a /dev that the command never sees; the command has pipes, and this program reads them. So nothing a
 * command does can look like a frame. A command lives in process, network, mount, IPC and host-name namespaces of its own and in a control group, loses
 * its capabilities and its user, and goes through the same filter of system calls as in the namespace tier.
 *
 * Numbers are those of x86-64. CLONE_NEWNS 0x20000, NEWUTS 0x4000000, NEWIPC 0x8000000, NEWPID 0x20000000, NEWNET 0x40000000; MS_RDONLY 1, MS_NOSUID 2,
 * MS_NODEV 4, MS_NOEXEC 8, MS_REMOUNT 0x20, MS_BIND 0x1000; RLIMIT_CPU 0, RLIMIT_CORE 4; MS_MOVE 0x2000; RNDADDENTROPY 0x40085203, RNDRESEEDCRNG 0x5207; prctl: PR_SET_SECCOMP 22, PR_CAPBSET_DROP 24, PR_SET_NO_NEW_PRIVS 38.
 */
export const guestProgram = `#!/bin/perl
$SIG{__DIE__} = sub { my $reason = shift; frame('!', $reason); sleep 1000 } ;
sub call { my ($what, $number, @rest) = @_; my $got = syscall($number, @rest); $got != -1 or die "$what: $!\\n"; return $got }
sub mounted { my ($source, $target, $type, $flags, $options) = @_; call("mount $type $target", 165, $source, $target, $type, $flags, $options) }
sub bound { my ($source, $target) = @_; mounted($source, $target, 'none', 0x1000, '') }
sub frozen { my ($target) = @_; mounted('none', $target, 'none', 0x1000 | 0x20 | 1 | 2 | 4, '') }
sub put {
  my ($file, $text) = @_;
  open my $handle, '>', $file or die "$file: $!\\n";
  defined syswrite $handle, $text or die "$file: $!\\n";
}
sub got { my ($file) = @_; open my $handle, '<', $file or return ''; local $/; my $text = <$handle>; return defined $text ? $text : '' }
sub counted { my ($file, $name) = @_; return got($file) =~ /^$name (\\d+)$/m ? $1 : 0 }
my $port;
sub sent {
  my ($bytes) = @_;
  my $at = 0;
  while ($at < length $bytes) {
    my $count = syswrite $port, $bytes, length($bytes) - $at, $at;
    if (!defined $count) { next if $! == 4 || $! == 11; exit 1 }
    $at += $count;
  }
}
sub frame { my ($letter, $content) = @_; sent($letter . pack('N', length $content) . $content) if $port }
sub taken {
  my ($length) = @_;
  my $bytes = '';
  while (length $bytes < $length) {
    my $count = sysread $port, $bytes, $length - length $bytes, length $bytes;
    die "the order broke off\\n" if defined $count && $count == 0;
  }
  return $bytes;
}

for my $pair (['dev', 'devtmpfs'], ['proc', 'proc'], ['sys', 'sysfs']) { mkdir $pair->[0]; mounted($pair->[1], "/$pair->[0]", $pair->[1], 0, '') }
open STDIN, '<', '/dev/null'; open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null';
opendir my $modules, '/modules' or die "/modules: $!\\n";
for my $file (map { "/modules/$_" } sort grep { !/^\\./ } readdir $modules) {
  open my $module, '<', $file or die "$file: $!\\n";
  my $none = '';
  # Already there (EEXIST, 17) is as good.
  syscall(313, fileno $module, $none, 0) != -1 || $! == 17 or die "$file: $!\\n";
}
for (1 .. 500) { last if -e '/dev/vport0p1'; select undef, undef, undef, 0.01 }
open $port, '+<', '/dev/vport0p1' or exit 1;
binmode $port;
frame('R', '');
my @order = unpack '(N/a)*', taken(unpack 'N', taken(4));
my ($now, $seed, $command, $access, $memory, $processes, $seconds, $size, $collect, $channel, $directory) = splice @order, 0, 11;
call('clock', 164, pack('qq', $now, 0), 0);
{ open my $random, '>', '/dev/urandom'; ioctl $random, 0x40085203, pack('iia*', 8 * length $seed, length $seed, $seed) or die "randomness: $!\\n"; ioctl $random, 0x5207, 0 }
sub listed { my $count = shift @order; return splice @order, 0, $count }
my @environment = listed(); my @links = listed(); my @binds = listed(); my @folders = listed(); my @guarded = listed();

sub folder {
  my ($path) = @_;
  my $so_far = '';
  for my $name (split m{/}, $path) {
    next if $name eq '';
    $so_far .= "/$name";
    # A link in the tree would lead what is mounted here to somewhere else.
    die "$path: a link is in the way\\n" if $so_far =~ m{^/new.} && -l $so_far;
    mkdir $so_far or -d $so_far or die "$so_far: $!\\n";
  }
}
sub shown {
  my ($source, $target) = @_;
  folder($target =~ m{^(.*)/[^/]+$} ? $1 : '/');
  die "$target: a link is in the way\\n" if -l $target;
  if (-d $source) { folder($target) } elsif (!-e $target) { put($target, '') }
  bound($source, $target);
  frozen($target);
}
mkdir $_ for '/view', '/new', '/scratch', '/box';
my $reading = 'trans=virtio,version=9p2000.L,msize=512000,access=any,';
mounted('view', '/view', '9p', 1 | 2 | 4, $reading . 'cache=loose');
mkdir '/lower';
mounted('scratch', '/scratch', 'tmpfs', 2 | 4, "size=$size,mode=0755");
mkdir "/scratch/$_" for 'up', 'wk', 'tmp', 'shm';
mounted('new', '/new', 'tmpfs', 2, 'size=4m,mode=0755');
mkdir "/new/$_" for 'dev', 'proc', 'tmp';
for (my $i = 0; $i < @links; $i += 2) { symlink $links[$i], "/new$links[$i + 1]" or die "$links[$i + 1]: $!\\n" }
chmod 01777, '/scratch/tmp', '/scratch/shm';
mkdir '/scratch/tmp/home';
chown 65534, 65534, '/scratch/tmp/home', '/scratch/up';
folder("/new$directory");
if ($access eq 'kept') { mounted('tree', "/new$directory", '9p', 2 | 4, $reading . 'cache=mmap') }
else { mounted('tree', '/lower', '9p', 1 | 2 | 4, $reading . 'cache=loose'); mounted('tree', "/new$directory", 'overlay', 2 | 4, 'lowerdir=/lower,upperdir=/scratch/up,workdir=/scratch/wk') }
bound('/scratch/tmp', '/new/tmp');
# Before the mounts: a folder bound to itself would hide what was mounted in it.
for my $path (@folders) { my $at = "/new$directory/$path"; bound($at, $at) if -d $at && !-l $at }
for my $path (@guarded) { my $at = "/new$directory/$path"; if (!-l $at && -e _) { bound($at, $at); frozen($at) } }
for (my $i = 0; $i < @binds; $i += 2) { shown("/view/$binds[$i]", "/new$binds[$i + 1]") }
my %devices = (null => 3, zero => 5, full => 7, random => 8, urandom => 9);
for my $name (keys %devices) { my $node = "/new/dev/$name"; call("node $name", 133, $node, 0020666, 0x100 | $devices{$name}); chmod 0666, $node }
{ my $node = '/new/dev/tty'; call('node tty', 133, $node, 0020666, 0x500); chmod 0666, $node }
for my $pair (['fd', ''], ['stdin', '/0'], ['stdout', '/1'], ['stderr', '/2']) { symlink "/proc/self/fd$pair->[1]", "/new/dev/$pair->[0]" }
symlink 'pts/ptmx', '/new/dev/ptmx';
mkdir "/new/dev/$_" for 'pts', 'shm';
mounted('devpts', '/new/dev/pts', 'devpts', 2 | 8, 'newinstance,ptmxmode=0666,mode=620');
bound('/scratch/shm', '/new/dev/shm');
mkdir '/cg';
mounted('cg', '/cg', 'cgroup2', 0, '');
put('/cg/cgroup.subtree_control', '+memory +pids');
mkdir '/cg/box';
put('/cg/box/memory.max', $memory);
put('/cg/box/memory.oom.group', 1);
# The process that is the first in the command's namespace is not in the group; the one that becomes the command is.
put('/cg/box/pids.max', $processes);
put("/proc/sys/$_->[0]", $_->[1]) for grep { -e "/proc/sys/$_->[0]" } ['user/max_user_namespaces', 0], ['kernel/dmesg_restrict', 1], ['kernel/kptr_restrict', 2], ['kernel/unprivileged_bpf_disabled', 2], ['kernel/perf_event_paranoid', 4], ['vm/unprivileged_userfaultfd', 0], ['vm/overcommit_memory', 1];
# Whatever runs out of memory, it is the command that pays.
put('/proc/self/oom_score_adj', -1000);
my $filter = got('/seccomp');

sub nobody {
  for my $capability (0 .. 63) { syscall(157, 24, $capability, 0, 0, 0) != -1 or last }
  my $none = '';
  call('groups', 116, 0, 0);
  call('group', 119, 65534, 65534, 65534);
  call('user', 117, 65534, 65534, 65534);
  call('no new privileges', 157, 38, 1, 0, 0, 0);
}
sub become_command {
  my ($group, $out, $err, $both) = @_;
  defined syswrite $group, '0' or die "control group: $!\\n";
  put('/proc/self/oom_score_adj', 0);
  call('session', 112);
  for my $pair ([0, $seconds], [4, 0]) { call('limit', 160, $pair->[0], pack('QQ', $pair->[1], $pair->[1])) }
  call('stdout', 33, fileno $out, 1);
  call('stderr', 33, fileno $err, 2);
  call('channel', 33, fileno $both, 3) if $both;
  chdir $directory or die "$directory: $!\\n";
  nobody();
  if ($filter ne '') { my $program = pack('S x6 P', length($filter) / 8, $filter); call('filter', 157, 22, 2, $program, 0, 0) }
  %ENV = @environment;
  $SIG{$_} = 'DEFAULT' for 'PIPE', 'CHLD', 'TERM', 'INT';
  exec { '/bin/sh' } '/bin/sh', '-c', $command;
  die "/bin/sh: $!\\n";
}
# Process 1 of the command's namespace: when it ends, the kernel ends everything in there, and only then is its own end seen.
sub first_in_box {
  my ($group, $report, @ends) = @_;
  call('namespaces', 272, 0x20000 | 0x4000000 | 0x8000000 | 0x40000000);
  mounted('proc', '/new/proc', 'proc', 2 | 4 | 8, '');
  for my $part ('sys', 'sysrq-trigger', 'irq', 'bus') { if (-e "/new/proc/$part") { bound("/new/proc/$part", "/new/proc/$part"); frozen("/new/proc/$part") } }
  frozen('/new/dev') if bound('/new/dev', '/new/dev');
  my $name = 'box';
  call('host name', 170, $name, 3);
  chdir '/new' or die "/new: $!\\n";
  my ($here, $root, $none) = ('.', '/', 'none');
  mounted('none', '/new', 'none', 0x20 | 1 | 2, 'size=4m,mode=0755');
  mounted($here, $root, $none, 0x2000, '');
  call('root', 161, $here);
  chdir '/';
  my $pid = fork;
  die "fork: $!\\n" if !defined $pid;
  become_command($group, @ends) if $pid == 0;
  close $_ for grep { $_ } @ends;
  while ((my $ended = wait) != -1) { if ($ended == $pid) { syswrite $report, pack('N', $?); last } }
  exit 0;
}
sub collected {
  my ($into) = @_;
  chroot '/new'; chdir $directory or exit 0;
  nobody();
  exit 0 if -l $collect || !-f _;
  open my $handle, '<', $collect or exit 0;
  exit 0 if !-f $handle;
  syswrite $into, '+';
  while (sysread $handle, my $bytes, 65536) { defined syswrite $into, $bytes or exit 0 }
  exit 0;
}
sub pump {
  my ($letters, $to_channel) = @_;
  my %open = %$letters;
  while (keys %open) {
    my ($readable, $writable) = ('', '');
    vec($readable, $_, 1) = 1 for keys %open;
    vec($writable, fileno $to_channel->[0], 1) = 1 if $to_channel;
    next if select($readable, $writable, undef, undef) < 1;
    if ($to_channel && vec $writable, fileno $to_channel->[0], 1) {
      my $count = syswrite $to_channel->[0], $to_channel->[1];
      $to_channel->[1] = substr $to_channel->[1], $count || 0;
      if (!defined $count || $to_channel->[1] eq '') { shutdown $to_channel->[0], 1; $to_channel = undef }
    }
    for my $number (keys %open) {
      next if !vec $readable, $number, 1;
      my ($letter, $handle) = @{$open{$number}};
      if (sysread $handle, my $bytes, 65536) { frame($letter, $bytes) } else { delete $open{$number} }
    }
  }
}
pipe my $out, my $out_end; pipe my $err, my $err_end; pipe my $report, my $report_end;
my ($both, $both_end);
socketpair $both, $both_end, 1, 1, 0 or die "channel: $!\\n" if $channel ne '';
open my $group, '>', '/cg/box/cgroup.procs' or die "control group: $!\\n";
$SIG{PIPE} = 'IGNORE';
# Only children are made in the new process namespace, this process stays where it is.
call('process namespace', 272, 0x20000000);
my $box = fork;
die "fork: $!\\n" if !defined $box;
if ($box == 0) {
  $SIG{__DIE__} = sub { my $reason = shift; syswrite $report_end, "!$reason"; exit 1 };
  close $_ for grep { $_ } $out, $err, $report, $both, $port;
  first_in_box($group, $report_end, $out_end, $err_end, $both_end);
}
close $_ for grep { $_ } $out_end, $err_end, $both_end, $report_end, $group;
frame('S', '');
pump({ fileno $out => ['O', $out], fileno $err => ['E', $err], $both ? (fileno $both => ['H', $both]) : () }, $channel eq '' ? undef : [$both, substr $channel, 1]);
waitpid $box, 0;
sysread $report, my $status, 4096;
die substr $status, 1 if $status =~ /^!/;
if ($collect ne '') {
  pipe my $from, my $into;
  # The namespace for children ended with the command; the machine's own is meant again.
  open my $own, '<', '/proc/self/ns/pid'; call('process namespace', 308, fileno $own, 0x20000000);
  my $pid = fork;
  die "fork: $!\\n" if !defined $pid;
  if ($pid == 0) { close $from; collected($into) }
  close $into;
  pump({ fileno $from => ['F', $from] }, undef);
}
if ($access eq 'kept') { syscall(162); syscall(166, "/new$directory", 0) }
my ($code, $killed) = length $status == 4 ? (unpack('N', $status) >> 8, unpack('N', $status) & 127) : (0, 9);
frame('X', join ' ', $killed ? 128 + $killed : $code, counted('/cg/box/memory.events', 'oom_kill'), counted('/cg/box/pids.events', 'max'), length $status == 4 ? 1 : 0);
sleep 1000;
`
