/**
 * What starts a command without namespaces, as one Perl program by system calls (Perl is on every Debian, and a program of ours would have to be compiled).
 * Up to four processes:
 *
 * - The *keeper* is started by us and never confined. It is a subreaper, so that whatever a command leaves behind becomes its child, and it
 *   waits for the command or for its standard input to end, which also happens when Ratchet is killed.
 * - The *killer* stands in a Landlock domain that scopes signals and nothing else, outside of the control group. kill(-1) from there reaches
 *   exactly what is in that domain: the command and everything it started, in one step that no fork can outrun. The command is in a domain below
 *   and cannot signal back. Before the killer trusts the kernel with this, it makes sure that it cannot signal the keeper.
 * - The *command* enters its group, takes its limits, becomes its user, and puts the rule set and the filters on itself.
 * - The *reader* hands over the collected file once all is dead; it may read in the tree and nothing else, so that no link leads it out.
 *
 * Descriptors: 0 ends when the launch shall, 3 takes the collected file, 4 our reports, 5 is the command's channel.
 *
 * Numbers: landlock_create_ruleset 444, landlock_add_rule 445 (type 1: path), landlock_restrict_self 446, pidfd_open 434,
 * close_range 436 (flag 4: on exec); PR_SET_NO_NEW_PRIVS 38, PR_SET_CHILD_SUBREAPER 36; SECCOMP_SET_MODE_FILTER 1; O_PATH 010000000, O_NONBLOCK 04000; WNOHANG 1;
 * RLIMIT_CPU 0, RLIMIT_FSIZE 1, RLIMIT_CORE 4, RLIMIT_NPROC 6; RUSAGE_CHILDREN -1; EPERM 1. No \`use\`: loading a module takes longer than all of this.
 */
export const confineProgram = `my ($prctl, $filter, $setsid, $prlimit, $capset, $dup3, $getrusage, $gettime, $nofollow, $abi, $groups, $seconds, $processes, $size, $user, $tree, $collect, $channel) = splice @ARGV, 0, 18;
sub listed { my $count = shift @ARGV; return splice @ARGV, 0, $count }
my @rules = listed(); my @filters = map { slurped($_) } listed();
my ($keeper, $command, $ending) = ($$);
my $handled = (0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff)[$abi > 5 ? 4 : $abi - 1];
sub slurped { my ($file) = @_; open my $handle, '<:raw', $file or die "$file: $!\\n"; local $/; return scalar <$handle> }
sub put {
  my ($file, $text) = @_;
  open my $handle, '>', $file or die "$file: $!\\n";
  defined syswrite $handle, $text or die "$file: $!\\n";
}
sub call { my ($what, $number, @rest) = @_; my $got = syscall($number + 0, @rest); $got != -1 or die "$what: $!\\n"; return $got }
sub limited { my ($what, $number, $value) = @_; call($what, $prlimit, 0, $number, pack('QQ', $value, $value), 0) }
sub ruleset {
  my ($access, $scoped, @allowed) = @_;
  my $attributes = pack $abi > 5 ? 'QQQ' : $abi > 3 ? 'QQ' : 'Q', $access, 0, $scoped;
  my $ruleset = call('rule set', 444, $attributes, length $attributes, 0);
  for my $rule (@allowed) {
    my ($rights, $path) = split / /, $rule, 2;
    sysopen my $place, $path, 010000000 or die "$path: $!\\n";
    my $within = $rights & $access & (-d $place ? 0xffff : 0xc007);
    my $entry = pack 'Ql', $within, fileno $place;
    call("rule for $path", 445, $ruleset, 1, $entry, 0) if $within;
  }
  return $ruleset;
}
sub enforced { my ($ruleset) = @_; call('restriction', 446, $ruleset, 0) }
sub unprivileged {
  if ($user ne '') {
    $) = "$user $user"; $( = $user + 0; $< = $user + 0; $> = $user + 0;
    die "could not become $user\\n" if $< != $user || $> != $user || $( !~ /^$user( $user)*$/ || $) !~ /^$user( $user)*$/;
  }
  my ($header, $none) = (pack('LL', 0x20080522, 0), pack('L6', 0, 0, 0, 0, 0, 0));
  call('capabilities', $capset, $header, $none);
}
pipe my $order, my $ordering or die "pipe: $!\\n";
pipe my $asking, my $answer or die "pipe: $!\\n";
sub killer {
  for my $stream (*STDIN, *STDOUT, *STDERR) { close $stream }
  for my $number (3, 4, 5) { open my $handle, "<&=$number" and close $handle }
  unprivileged();
  my $is_scoped = !kill(0, $keeper) && $! == 1;
  syswrite $answer, "$$\\n";
  close $answer;
  sysread $order, my $nothing, 1;
  kill('KILL', -1) if $is_scoped;
}
sub fork_killer {
  my $first = fork; defined $first or die "fork: $!\\n";
  if ($first) { waitpid $first, 0; return }
  my $second = fork;
  killer() if defined $second && $second == 0;
  exit 0;
}
sub command {
  close $ordering; close $asking;
  open STDIN, '<', '/dev/null' or die "/dev/null: $!\\n";
  call('session', $setsid);
  my $ruleset = ruleset($handled, $abi > 5 ? 3 : 0, @rules);
  call('no new rights', $prctl, 38, 1, 0, 0, 0);
  if ($abi > 5) { enforced(ruleset(0, 2)); fork_killer() }
  close $order; close $answer;
  put($_, '0') for split /\\n/, $groups;
  limited('core limit', 4, 0); limited('cpu limit', 0, $seconds); limited('file limit', 1, $size);
  limited('process limit', 6, $processes) if $processes ne '';
  chdir $tree or die "$tree: $!\\n";
  unprivileged();
  %ENV = map { substr($_, 2) => $ENV{$_} } grep { /^x_/ } keys %ENV;
  enforced($ruleset);
  call('descriptors', 436, 3, 0xffffffff, 4);
  for my $program (@filters) { my $packed = pack 'Sx6P', length($program) / 8, $program; call('filter', $filter, 1, 0, $packed) }
  open my $report, '>&=4' or die "report: $!\\n";
  syswrite $report, "started\\n";
  call('channel', $dup3, 5, 3, 0) if $channel ne '';
  exec { $ARGV[0] } @ARGV;
  syswrite $report, "failed\\n";
  die "$ARGV[0]: $!\\n";
}
sub reader {
  close $ordering;
  chdir $tree or exit 0;
  my $ruleset = ruleset($handled, $abi > 5 ? 3 : 0, "4 .");
  call('no new rights', $prctl, 38, 1, 0, 0, 0);
  unprivileged();
  enforced($ruleset);
  sysopen my $file, $collect, 04000 | $nofollow or exit 0;
  exit 0 unless -f $file;
  open my $out, '>&=3' or exit 1;
  while (sysread $file, my $piece, 65536) { for (my $at = 0; $at < length $piece;) { my $wrote = syswrite $out, $piece, length($piece) - $at, $at; exit 1 unless $wrote; $at += $wrote } }
  exit 0;
}
sub reaped { my $pid; while (($pid = waitpid -1, 1) > 0) { $ending = $? if $pid == $command } return $pid == -1 }
# Not every kernel lists children; then everybody is asked for the parent.
sub children {
  my ($parent) = @_;
  if (open my $list, '<', "/proc/$parent/task/$parent/children") { return split ' ', (<$list> // '') }
  return () unless $parent == $$ && !-e "/proc/$$/task/$$/children";
  return grep { open(my $stat, '<', "/proc/$_/stat") && (join '', <$stat>) =~ /.*\\) . $$ /s } map { m{(\\d+)$} } glob '/proc/[0-9]*';
}
sub swept {
  my ($killer) = @_;
  close $ordering;
  my $since = times_up(0);
  while (!reaped()) {
    my $waited = times_up($since);
    return 0 if $waited > 10;
    # Its one step is better than ours, which a fork may outrun; only where it fails ours is needed.
    my $own_turn = $waited > 0.5 || $killer < 2 || !kill(0, $killer);
    my @queue = $own_turn ? children($$) : ();
    while (@queue) {
      my $pid = shift @queue;
      # 1 is everybody's parent, and 0 and less mean groups of processes.
      next unless $pid =~ /^[0-9]+$/ && $pid > 1;
      push @queue, children($pid);
      kill('KILL', $pid);
    }
    select undef, undef, undef, 0.0005;
  }
  return 1;
}
sub times_up { my ($since) = @_; my $clock = pack 'QQ', 0, 0; call('clock', $gettime, 1, $clock); my ($whole, $part) = unpack 'QQ', $clock; return $whole + $part / 1e9 - $since }
call('subreaper', $prctl, 36, 1, 0, 0, 0);
$command = fork; defined $command or die "fork: $!\\n";
if ($command == 0) { command() }
close $order; close $answer;
my $killer = <$asking>;
open my $report, '>&=4' or die "report: $!\\n";
my $watched = call('watch', 434, $command, 0);
my ($waiting, $seen) = ('', '');
vec($waiting, 0, 1) = vec($waiting, $watched, 1) = 1;
while (select($seen = $waiting, undef, undef, undef) < 1) { die "select: $!\\n" if $! != 4 }
my $stopped = vec($seen, 0, 1);
swept(($killer // 0) + 0) or syswrite($report, "left\\n"), exit 1;
my $usage = pack 'Q18', (0) x 18;
call('usage', $getrusage, -1, $usage);
my @used = unpack 'q5', $usage;
syswrite $report, sprintf "used %d %d\\n", ($used[0] + $used[2]) * 1e6 + $used[1] + $used[3], $used[4] * 1024;
if (!$stopped && $collect ne '' && ($ending & 127) == 0) {
  my $reader = fork; defined $reader or die "fork: $!\\n";
  reader() if $reader == 0;
  waitpid $reader, 0;
}
syswrite $report, ($ending & 127) ? 'signalled ' . ($ending & 127) . "\\n" : 'exited ' . ($ending >> 8) . "\\n";`
