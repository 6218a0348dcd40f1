/**
 * What runs a command inside a machine, as root there and by Perl, which every Debian has. The machine is ours alone and ends with the launch; what this keeps apart is the command and
 * its judge: the command becomes a user without rights, so that it can touch neither protected files nor the daemon that reports on it, nor this program.
 *
 * Three phases, one process each, so that only the second counts as time of the command. `prepare` unpacks the archives and gives everything but what is protected to the command's
 * user (in directories above protected paths the sticky bit lets it remove only its own). `run` starts the command, which has descriptors 1 and 2, looks every 50 ms what the user's
 * processes use, kills all that is left of them by kill(-1) as that user, and writes into a directory of root's own: how it ended, microseconds of CPU time, bytes of the largest
 * memory seen. `finish` puts the collected file and a kept tree there.
 *
 * Numbers for x86-64: prctl 157 (PR_SET_NO_NEW_PRIVS 38), prlimit64 302 (RLIMIT_CPU 0, RLIMIT_FSIZE 1, RLIMIT_CORE 4, RLIMIT_NPROC 6); the service has no other machines.
 * O_NOFOLLOW 0400000, O_NONBLOCK 04000, WNOHANG 1.
 */
export const vmStageProgram = `my ($phase, $state, $tree, $scratch, $user, $collect, $keep, $memory, $cpu, $most, $disk, $output) = splice @ARGV, 0, 12;
sub listed { my $count = shift @ARGV; return splice @ARGV, 0, $count }
my @mounted = listed(); my @kept = listed();
sub ran { system(@_) == 0 or die "$_[0] failed\\n" }
sub made { my ($path) = @_; my $at = ''; for my $part (grep { $_ ne '' } split m{/}, $path) { $at .= "/$part"; die "$at is a link\\n" if index("$at/", "$tree/") == 0 && $at ne $tree && -l $at; mkdir $at } -d $path or die "$path: $!\\n" }
sub rights { for ([4, 0, 0], [0, int($cpu / 1000) + 2, int($cpu / 1000) + 2], [1, $disk, $disk], [6, 2 * $most + 16, 2 * $most + 16]) { my ($what, @value) = @$_; my $pair = pack 'QQ', @value; syscall(302, 0, $what, $pair, 0) != -1 or die "limits: $!\\n" } }
sub nobody { $) = "$user $user"; $( = $user; $< = $user; $> = $user; die "could not change the user\\n" if $< != $user || $> != $user }
umask 022;
if ($phase eq 'prepare') { prepare() } elsif ($phase eq 'run') { run() } else { finish() }
exit 0;
sub prepare {
  made($state); chmod 0700, $state; made($tree); made($scratch); made("$scratch/home");
  ran('tar', '-xzf', "$state/tree.tgz", '-C', $tree);
  ran('chown', '-hR', "$user:$user", '--', $tree, $scratch);
  chmod 0755, $tree;
  my $number = 0;
  for my $target (@mounted) {
    my ($above) = $target =~ m{^(.*)/[^/]*$}s;
    made($above);
    ran('rm', '-rf', '--', $target);
    ran('tar', '-xzf', "$state/mount-" . $number++ . '.tgz', '-C', $above);
    ran('mv', '-T', '--', "$above/.ratchet-mount", $target);
    ran('chown', '-hR', '0:0', '--', $target);
    push @kept, substr $target, length("$tree/") if index($target, "$tree/") == 0;
  }
  for my $path (@kept) {
    my ($at, @above) = ($tree, $tree);
    my @parts = grep { $_ ne '' && $_ ne '.' } split m{/}, $path;
    while (defined(my $part = shift @parts)) {
      $at .= "/$part";
      if (-l $at || (@parts == 0 && -e _) || (-e _ && !-d _)) {
        ran('chown', '-hR', '0:0', '--', $at);
        ran('chmod', '-R', 'go-w,a+rX', '--', $at) if !-l $at;
        for my $folder (@above) { chown 0, $user, $folder; chmod 01775, $folder }
        last;
      }
      last if !-e _;
      push @above, $at;
    }
  }
}
sub used {
  my ($ticks, $pages, $count) = (0, 0, 0);
  for my $place (glob '/proc/[0-9]*') {
    next if (lstat $place)[4] != $user;
    open my $stat, '<', "$place/stat" or next;
    my @field = split ' ', ((join '', <$stat>) =~ /.*\\) (.*)/s)[0];
    $count++; $ticks += $field[11] + $field[12] + $field[13] + $field[14]; $pages += $field[21];
  }
  return ($ticks * 1e4, $pages * 4096, $count);
}
sub size { my $sum = 0; open my $du, '-|', 'du', '-sk', '--', $tree, $scratch or return 0; while (<$du>) { $sum += (split)[0] } return $sum * 1024 }
sub run {
  my $before = size();
  my $command = fork; defined $command or die "fork: $!\\n";
  if ($command == 0) {
    open STDIN, '<', '/dev/null' or die "/dev/null: $!\\n";
    rights();
    chdir $tree or die "$tree: $!\\n";
    nobody();
    syscall(157, 38, 1, 0, 0, 0) != -1 or die "no new rights: $!\\n";
    %ENV = map { substr($_, 2) => $ENV{$_} } grep { /^x_/ } keys %ENV;
    exec '/bin/sh', '-c', $ARGV[0];
    die "/bin/sh: $!\\n";
  }
  my ($ending, $status, $peak, $spent, $round) = ('', undef, 0, 0, 0);
  while (1) {
    my $pid = waitpid $command, 1;
    if ($pid == $command) { $status = $?; last }
    my ($micros, $bytes, $count) = used();
    $peak = $bytes if $bytes > $peak; $spent = $micros if $micros > $spent;
    $ending = $micros > $cpu * 1000 ? 'cpu-limit' : $bytes > $memory ? 'memory-limit' : $count > $most ? 'process-limit' : $round++ % 8 == 7 && size() - $before > $disk ? 'disk-limit' : '';
    last if $ending ne '';
    select undef, undef, undef, 0.05;
  }
  my $killer = fork; defined $killer or die "fork: $!\\n";
  if ($killer == 0) { nobody(); kill 'KILL', -1; exit 0 }
  waitpid $killer, 0;
  waitpid $command, 0 if !defined $status;
  my (undef, undef, $children, $system) = times;
  $spent = ($children + $system) * 1e6 if ($children + $system) * 1e6 > $spent;
  if ($ending eq '') { $ending = ($status & 127) == 24 ? 'cpu-limit' : $status & 127 ? 'signalled' : 'exited ' . ($status >> 8) }
  open my $report, '>', "$state/report" or die "$state: $!\\n";
  printf $report "%s\\n%d %d\\n", $ending, $spent, $peak;
}
sub finish {
  if ($collect ne '') {
    pipe my $in, my $out or die "pipe: $!\\n";
    my $reader = fork; defined $reader or die "fork: $!\\n";
    if ($reader == 0) {
      close $in; nobody(); chdir $tree or exit 0;
      sysopen my $file, $collect, 0400000 | 04000 or exit 0;
      -f $file or exit 0;
      while (sysread $file, my $piece, 65536) { syswrite $out, $piece or exit 0 }
      exit 0;
    }
    close $out;
    open my $copy, '>', "$state/collected" or die "$state: $!\\n";
    my $total = 0;
    while ($total <= $output && sysread $in, my $piece, 65536) { $total += length $piece; syswrite $copy, $piece }
    close $in; close $copy;
    waitpid $reader, 0;
  }
  if ($keep ne '') { ran('rm', '-rf', '--', @mounted) if @mounted; ran('tar', '--format=pax', '-cf', "$state/kept.tar", '-C', $tree, '.') }
}`
