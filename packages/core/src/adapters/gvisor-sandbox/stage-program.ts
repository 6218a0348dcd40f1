/**
 * What happens on the host before and after runsc, in Perl by system calls. The outer process enters the control group, takes its limits, and gets mount and
 * process namespaces of its own; the inner one is init of the latter, so that nothing of runsc or of the command outlives it, and dies with the outer one, which
 * dies with Ratchet. Init makes: sized scratch space; the tree, as an overlay, a copy, or itself; a root directory of binds, frozen; and in a small tmpfs of its own
 * the bundle and the state of runsc, which vanish with it. It starts `runsc run --detach`, which ends once the command was started, and then waits, as
 * the one who inherits orphans, for the process of the user-space kernel, which ends with the status of the command.
 *
 * The wanted file is read when everything inside is dead, from within the tree as root directory: no link leads out of it.
 * Numbers: CLONE_NEWNS 0x20000, CLONE_NEWIPC 0x8000000, CLONE_NEWPID 0x20000000, CLONE_NEWNET 0x40000000; RLIMIT_CPU 0, RLIMIT_CORE 4; PR_SET_PDEATHSIG 1; MS_RDONLY 1, MS_NOSUID 2,
 * MS_NOEXEC 8, MS_REMOUNT 0x20, MS_BIND 0x1000, MS_REC 0x4000, MS_PRIVATE 0x40000; MNT_DETACH 2; O_NONBLOCK 04000; F_SETFD 2, FD_CLOEXEC 1.
 * Links in the tree may be hostile: a mount point in it is walked to name by name and never through a link.
 */
export const stageProgram = `my ($mount, $umount, $unshare, $prlimit, $prctl, $close, $parent, $groups, $seconds, $size, $at, $frame, $mode, $tree, $owner, $directory, $collect, $network, $config) = splice @ARGV, 0, 19;
sub listed { my $count = shift @ARGV; return splice @ARGV, 0, $count }
my @links = listed(); my @binds = listed(); my @mounts = listed(); my @folders = listed(); my @guarded = listed();
sub put {
  my ($file, $text) = @_;
  open my $handle, '>', $file or die "$file: $!\\n";
  defined syswrite $handle, $text or die "$file: $!\\n";
}
sub call { my ($what, $number, @rest) = @_; syscall($number + 0, @rest) != -1 or die "$what: $!\\n" }
sub mounted { my ($source, $target, $type, $flags, $options) = @_; call("mount $type $target", $mount, $source, $target, $type, $flags, $options) }
sub bound { my ($source, $target) = @_; mounted($source, $target, 'bind', 0x1000 | 0x4000, '') }
sub frozen {
  my ($target) = @_;
  my $none = '';
  for my $more (0, 8, 4, 12) { return if syscall($mount + 0, $none, $target, $none, 0x1000 | 0x20 | 1 | 2 | $more, $none) != -1 }
  die "read-only $target: $!\\n";
}
sub made {
  my ($base, $path, $like) = @_;
  my @names = split m{/+}, $path;
  my $at = $base;
  while (@names) {
    my $name = shift @names;
    next if $name eq '';
    die "$path: not a plain path\\n" if $name eq '..' || $name eq '.';
    $at .= "/$name";
    my $exists = lstat $at;
    die "$path: a link is in the way\\n" if $exists && -l _;
    next if $exists;
    if (@names || -d $like) { mkdir $at or die "$at: $!\\n" } else { put($at, '') }
    chown $owner, $owner, $at if index($at, "$base$directory/") == 0;
  }
  return $at;
}
sub given {
  my ($path) = @_;
  my $user = (lstat $path)[4];
  return if -l _;
  $user == $owner or chown $owner, $owner, $path or die "$path: $!\\n";
  return unless -d _;
  opendir my $handle, $path or die "$path: $!\\n";
  my @names = grep { $_ ne '.' && $_ ne '..' } readdir $handle;
  closedir $handle;
  given("$path/$_") for @names;
}
opendir my $open, '/proc/self/fd' or die "/proc/self/fd: $!\\n";
my @inherited = grep { /^\\d+$/ && $_ > 4 && $_ != fileno $open } readdir $open;
closedir $open;
syscall($close + 0, $_ + 0) for @inherited;
put($_, '0') for split /\\n/, $groups;
call('core limit', $prlimit, 0, 4, pack('QQ', 0, 0), 0);
call('cpu limit', $prlimit, 0, 0, pack('QQ', $seconds, $seconds), 0);
call('end with the parent', $prctl, 1, 9, 0, 0, 0);
die "the parent is gone\\n" if getppid != $parent;
call('unshare', $unshare, 0x20000 | 0x8000000 | 0x20000000 | ($network ? 0 : 0x40000000));
pipe my $alive, my $outer or die "pipe: $!\\n";
my $init = fork;
die "fork: $!\\n" unless defined $init;
if ($init) {
  close $alive;
  syswrite $outer, 'x';
  waitpid $init, 0;
  exit($? == 0 ? 0 : 1);
}
close $outer;
call('end with the parent', $prctl, 1, 9, 0, 0, 0);
sysread $alive, my $go, 1 or die "the parent is gone\\n";
close $alive;
open my $status, '>&=', 3 or die "status: $!\\n";
open my $collected, '>&=', 4 or die "collected: $!\\n";
for my $handle ($status, $collected) { fcntl $handle, 2, 1 or die "fcntl: $!\\n" }
mounted('none', '/', 'none', 0x4000 | 0x40000, '');
mounted('proc', '/proc', 'proc', 2 | 4 | 8, '');
my $unseen = '/sys';
syscall($umount + 0, $unseen, 2);
mounted('ratchet', $at, 'tmpfs', 0, "size=$size,mode=0755");
mounted('ratchet', $frame, 'tmpfs', 0, 'size=16m,mode=0755');
for my $name ('up', 'wk', 'tree', 'tmp', 'tmp/home', 'shm') { mkdir "$at/$name" or die "$at/$name: $!\\n" }
chmod 01777, "$at/tmp", "$at/shm";
chown $owner, $owner, "$at/up", "$at/tree", "$at/tmp/home";
chdir $tree or die "$tree: $!\\n";
if ($mode eq 'kept') { given('.'); bound('.', "$at/tree") }
elsif ($mode eq 'overlay') { mounted('ratchet', "$at/tree", 'overlay', 0, "lowerdir=.,upperdir=$at/up,workdir=$at/wk") }
else { system('cp', '-a', '.', "$at/tree") == 0 or die "the tree could not be copied\\n"; given("$at/tree") }
for my $name ('root', 'state', 'bundle') { mkdir "$frame/$name" or die "$frame/$name: $!\\n" }
my $root = "$frame/root";
chmod 0755, $root;
bound($root, $root);
while (my ($name, $to) = splice @links, 0, 2) { symlink $to, "$root$name" or die "$root$name: $!\\n" }
for my $name ('proc', 'dev', 'dev/shm', 'sys', 'tmp') { mkdir "$root/$name" or die "$root/$name: $!\\n" }
while (my ($target, $source) = splice @binds, 0, 2) { my $place = made($root, $target, $source); bound($source, $place); frozen($place) }
my $work = made($root, $directory, $tree);
for my $path (@folders) { bound("$at/tree/$path", "$at/tree/$path") if -d "$at/tree/$path" && !-l "$at/tree/$path" }
for my $path (@guarded) { if (!-l "$at/tree/$path" && -e _) { bound("$at/tree/$path", "$at/tree/$path"); frozen("$at/tree/$path") } }
bound("$at/tree", $work);
bound("$at/tmp", "$root/tmp");
while (my ($target, $source) = splice @mounts, 0, 2) { my $place = made($root, $target, $source); bound($source, $place); frozen($place) }
frozen($root);
put("$frame/bundle/config.json", $config);
chdir "$frame/bundle" or die "$frame: $!\\n";
my $runsc = fork;
die "fork: $!\\n" unless defined $runsc;
if (!$runsc) { exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\\n" }
my %ended;
sub await { my ($pid) = @_; while (!exists $ended{$pid}) { my $gone = wait; return undef if $gone == -1; $ended{$gone} = $? } return $ended{$pid} }
my $started = await($runsc);
unless (defined $started && $started == 0) {
  if (open my $log, '<', "$frame/log") { print STDERR "\\n", <$log> }
  exit 1;
}
open my $file, '<', "$frame/pid" or die "the process of the sandbox is not known: $!\\n";
my $sandbox = <$file>;
syswrite $status, "started\\n";
my $end = await($sandbox + 0);
kill 'KILL', -1;
1 while wait != -1;
syswrite $status, defined $end && ($end & 127) == 0 ? 'exit ' . ($end >> 8) . "\\n" : "killed\\n";
if ($collect ne '') {
  chroot "$at/tree" or die "$at/tree: $!\\n";
  chdir '/';
  my $handle;
  if (lstat $collect and -f _ and sysopen $handle, $collect, 04000) {
    if (-f $handle) { while (sysread $handle, my $chunk, 65536) { syswrite $collected, $chunk or last } }
  }
}
exit 0;`
