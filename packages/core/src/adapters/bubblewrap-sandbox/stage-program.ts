/**
 * What happens outside the sandbox, before bwrap, in one Perl process by system calls (unshare, mkdir and mount as programs would take a process each, and
 * milliseconds). It enters the control group, takes its limits, gets a mount namespace of its own, and in it: sized scratch space; the tree, as an
 * overlay, a copy, or itself; a read-only /dev whose nodes are its own, or else read-only ones of the host; everything bwrap will bind, in a place that anybody may reach; read-only mounts over
 * protected files. Then, where it is root, it becomes a user that nobody is, and in any case bwrap.
 *
 * A group is entered before any namespace is made, and as the only thread. Numbers: CLONE_NEWNS 0x20000, CLONE_NEWUSER 0x10000000; RLIMIT_CPU 0,
 * RLIMIT_FSIZE 1, RLIMIT_CORE 4, RLIMIT_NPROC 6; MS_RDONLY 1, MS_NOSUID 2, MS_NOEXEC 8, MS_REMOUNT 0x20, MS_BIND 0x1000, MS_MOVE 0x2000, MS_REC 0x4000, MS_PRIVATE 0x40000; MNT_DETACH 2; AT_FDCWD -100, S_IFCHR 0020000.
 * Trees are named by "." because a path may hold what separates mount options. /sys is let go because bwrap reads the list of all mounts for each
 * bind, and control groups alone are a dozen; where that fails, it only takes longer. No `use strict`: loading it takes half a millisecond.
 */
export const stageProgram = `my ($mount, $umount, $unshare, $prlimit, $mknod, $rights, $options, $groups, $seconds, $processes, $size, $at, $front, $mode, $tree, $owner, $seccomp) = splice @ARGV, 0, 17;
sub listed { my $count = shift @ARGV; return splice @ARGV, 0, $count }
my @devices = listed(); my @sources = listed(); my @folders = listed(); my @guarded = listed();
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
sub made { my ($path, $like) = @_; if (-d $like) { mkdir $path or die "$path: $!\\n" } else { put($path, '') } }
sub given {
  my ($path) = @_;
  my ($mode, $user) = (lstat $path)[2, 4];
  return if -l _;
  $user == $owner or chown $owner, $owner, $path or die "$path: $!\\n";
  return unless -d _;
  opendir my $handle, $path or die "$path: $!\\n";
  my @names = grep { $_ ne '.' && $_ ne '..' } readdir $handle;
  closedir $handle;
  given("$path/$_") for @names;
}
# Changing a node of one's own harms nobody after the launch; but few may make one, and a container may forbid it.
sub device {
  my ($name) = @_;
  my ($node, $number) = ("$at/dev/$name", (stat "/dev/$name")[6]);
  return if $owner ne '' && syscall($mknod + 0, -100, $node, 0020666, $number) != -1 && chmod 0666, $node;
  put($node, '');
  bound("/dev/$name", $node);
  frozen($node);
}
put($_, '0') for split /\\n/, $groups;
call('core limit', $prlimit, 0, 4, pack('QQ', 0, 0), 0);
call('cpu limit', $prlimit, 0, 0, pack('QQ', $seconds, $seconds), 0);
call('file limit', $prlimit, 0, 1, pack('QQ', $size, $size), 0) if $mode eq 'kept';
call('process limit', $prlimit, 0, 6, pack('QQ', $processes, $processes), 0) if $owner ne '';
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
for my $name ('up', 'wk', 'tree', 'tmp', 'shm', 'dev', 's') { mkdir "$at/$name" or die "$at/$name: $!\\n" }
chmod 01777, "$at/tmp", "$at/shm";
if ($owner ne '') { chown $owner, $owner, "$at/up", "$at/tree" or die "$at: $!\\n" }
chdir $tree or die "$tree: $!\\n";
if ($mode eq 'kept') { given('.') if $owner ne ''; bound('.', "$at/tree") }
elsif ($mode eq 'overlay') { mounted('ratchet', "$at/tree", 'overlay', 0, "lowerdir=.,upperdir=$at/up,workdir=$at/wk$options") }
else { system('cp', '-a', '.', "$at/tree") == 0 or die "the tree could not be copied\\n"; given("$at/tree") if $owner ne '' }
bound("$at/dev", "$at/dev");
device($_) for @devices;
for my $pair (['fd', ''], ['stdin', '/0'], ['stdout', '/1'], ['stderr', '/2']) { symlink "/proc/self/fd$pair->[1]", "$at/dev/$pair->[0]" or die "$at/dev: $!\\n" }
symlink 'pts/ptmx', "$at/dev/ptmx" or die "$at/dev: $!\\n";
for my $name ('pts', 'shm') { mkdir "$at/dev/$name" or die "$at/dev/$name: $!\\n" }
mounted('devpts', "$at/dev/pts", 'devpts', 2 | 8, 'newinstance,ptmxmode=0666,mode=620');
bound("$at/shm", "$at/dev/shm");
frozen("$at/dev");
for my $index (0 .. $#sources) { made("$at/s/$index", $sources[$index]); bound($sources[$index], "$at/s/$index") }
for my $path (@folders) { bound("$at/tree/$path", "$at/tree/$path") if -d "$at/tree/$path" && !-l "$at/tree/$path" }
for my $path (@guarded) { if (!-l "$at/tree/$path" && -e _) { bound("$at/tree/$path", "$at/tree/$path"); frozen("$at/tree/$path") } }
mounted($at, $front, 'none', 0x2000, '') if $front ne $at;
if ($seccomp ne '') {
  $^F = 1023;
  open our $program, '<', $seccomp or die "$seccomp: $!\\n";
  my $number = fileno $program;
  for my $argument (@ARGV) { if ($argument eq '@seccomp@') { $argument = $number; last } }
}
chdir '/' or die "/: $!\\n";
if ($owner ne '') {
  $) = "$owner $owner"; $( = $owner + 0; $< = $owner + 0; $> = $owner + 0;
  die "could not become $owner\\n" if $< != $owner || $> != $owner || $( !~ /^$owner( $owner)*$/ || $) !~ /^$owner( $owner)*$/;
}
exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\\n";`
