/**
 * The first process of every container, in Perl: the command's supervisor, as root of the container without more than the rights to become the command's
 * user, to give it its directories, and to end it. The command runs as another user, so that it can neither signal, trace nor starve it by limits.
 *
 * It gets its orders on standard input, which stays open as long as Ratchet lives: at its end the process ends, and with it everything in the container's
 * process namespace. It answers in frames (kind, length, bytes) on standard output: what the command writes, when the scratch space is passed, the wanted file,
 * and how the command ended. After that it waits until the other side has read the control group and closes the input.
 *
 * A throw-away tree is copied into a tmpfs, by the command's user, leaving out what is mounted over it. Numbers: PR_SET_DUMPABLE 4; WNOHANG 1; O_NONBLOCK 04000;
 * AF_UNIX 1, SOCK_STREAM 1.
 */
export const initProgram = `my ($prctl, $statfs) = @ARGV;
binmode $_ for (STDIN, STDOUT);
syscall($prctl + 0, 4, 0, 0, 0, 0);
sub order { my ($length) = @_; my $text = ''; while (length $text < $length) { sysread(STDIN, $text, $length - length $text, length $text) or exit 1 } return $text }
sub next_order { return order(unpack 'N', order(4)) }
sub next_list { return map { next_order() } 1 .. unpack('N', order(4)) }
sub frame {
  my ($kind, $bytes) = @_;
  my $all = $kind . pack('N', length $bytes) . $bytes;
  my $at = 0;
  while ($at < length $all) { my $done = syswrite STDOUT, $all, length($all) - $at, $at; exit 1 unless defined $done; $at += $done }
}
sub failed { frame('F', $_[0]); 1 while sysread STDIN, my $rest, 4096; exit 1 }
my ($owner, $directory, $copied, $size, $collect, $command, $has_channel, $channel) = map { next_order() } 1 .. 8;
my %environment = next_list(); my @spaces = next_list(); my @given = next_list(); my @covered = next_list();
for my $space (@spaces) { chmod($space =~ m{^/(tmp|dev/shm)$} ? 01777 : 0755, $space) or failed("$space: $!") }
for my $path (@spaces, @given) { chown $owner, $owner, $path or failed("$path: $!") }
sub as_owner {
  $) = "$owner $owner"; $( = $owner + 0; $< = $owner + 0; $> = $owner + 0;
  exit 126 if $< != $owner || $> != $owner || $( !~ /^$owner( $owner)*$/ || $) !~ /^$owner( $owner)*$/;
}
sub run_as_owner { my ($work) = @_; my $pid = fork; failed("fork: $!") unless defined $pid; if (!$pid) { as_owner(); exit($work->() ? 0 : 1) } waitpid $pid, 0; return $? == 0 }
run_as_owner(sub { mkdir '/tmp/home' }) or failed('/tmp/home could not be made');
if ($copied eq '1') {
  # The tree lies behind a directory that only root may pass, so that the command sees the copy and nothing else.
  chdir '/ratchet/tree' or failed("the tree: $!");
  run_as_owner(sub {
    pipe my $from, my $to or return 0;
    my $packing = fork;
    return 0 unless defined $packing;
    if (!$packing) {
      open STDOUT, '>&', $to; open STDIN, '<', '/dev/null'; close $from; close $to;
      exec 'tar', '--format=posix', '--ignore-failed-read', '--warning=no-failed-read', '--anchored', '--no-wildcards', '--sparse', (map { "--exclude=./$_" } @covered), '-cf', '-', '.' or exit 127;
    }
    close $to;
    my $unpacking = fork;
    return 0 unless defined $unpacking;
    if (!$unpacking) { open STDIN, '<&', $from; close $from; exec 'tar', '-C', $directory, '--no-same-owner', '-xpf', '-' or exit 127 }
    close $from;
    waitpid $packing, 0; my $packed = $?; waitpid $unpacking, 0;
    return $packed == 0 && $? == 0;
  }) or failed('the tree could not be copied; it may be larger than the disk limit');
}
sub used { my $sum = 0; for my $space (@spaces) { my $facts = "\\0" x 120; next if syscall($statfs + 0, $space, $facts) == -1; my (undef, $block, $all, $free) = unpack 'q4', $facts; $sum += ($all - $free) * $block } return $sum }
chdir '/';
my $before = used();
pipe my $out, my $out_in or failed("pipe: $!"); pipe my $err, my $err_in or failed("pipe: $!");
my ($near, $far);
if ($has_channel eq '1') { socketpair $near, $far, 1, 1, 0 or failed("socketpair: $!"); fcntl $near, 4, 04000 }
$SIG{CHLD} = sub { };
my $child = fork;
failed("fork: $!") unless defined $child;
if (!$child) {
  $SIG{CHLD} = 'DEFAULT';
  open my $adj, '>', '/proc/self/oom_score_adj' and syswrite $adj, '1000'; close $adj;
  open STDIN, '<', '/dev/null'; open STDOUT, '>&', $out_in; open STDERR, '>&', $err_in;
  if ($far) { my $number = fileno $far; my $third = $number == 3 ? 3 : do { require POSIX; POSIX::dup2($number, 3) }; open our $kept, '>&=', 3; fcntl $kept, 2, 0 }
  as_owner();
  chdir $directory or exit 126;
  %ENV = %environment;
  exec { '/bin/sh' } '/bin/sh', '-c', $command or exit 127;
}
close $out_in; close $err_in; close $far if $far;
frame('H', $child);
my %kinds = (fileno $out, ['1', $out], fileno $err, ['2', $err]);
$kinds{fileno $near} = ['X', $near] if $near;
my ($status, $stopped) = (undef, 0);
while (1) {
  my $reading = '';
  vec($reading, fileno STDIN, 1) = 1 unless defined $status;
  vec($reading, $_, 1) = 1 for keys %kinds;
  my $writing = '';
  vec($writing, fileno $near, 1) = 1 if $near && length $channel && !defined $status;
  last if defined $status && !%kinds;
  my $count = select($reading, $writing, undef, 0.05);
  if ($count > 0) {
    if (!defined $status && vec($reading, fileno STDIN, 1)) { my $got = sysread STDIN, my $rest, 4096; exit 1 unless $got }
    if ($near && vec($writing, fileno $near, 1)) { my $done = syswrite $near, $channel; if (defined $done) { substr($channel, 0, $done) = '' } elsif (!$!{EAGAIN}) { $channel = '' } }
    for my $number (keys %kinds) {
      next unless vec($reading, $number, 1);
      my ($kind, $handle) = @{$kinds{$number}};
      my $got = sysread $handle, my $bytes, 65536;
      if ($got) { frame($kind, $bytes) } elsif (defined $got || !($!{EAGAIN} || $!{EINTR})) { delete $kinds{$number} }
    }
  }
  while ((my $gone = waitpid -1, 1) > 0) { $status = $? if $gone == $child }
  if (!$stopped && !defined $status && used() - $before > $size) { $stopped = 1; frame('D', ''); kill 'KILL', -1 }
  if (defined $status && !$stopped) { $stopped = 1; kill 'KILL', -1 }
  if (defined $status) { 1 while wait != -1 }
}
if ($collect ne '') {
  pipe my $from, my $to or failed("pipe: $!");
  my $reader = fork;
  if (defined $reader && !$reader) {
    as_owner();
    chdir $directory or exit 1;
    exit 1 unless lstat $collect and -f _ and sysopen my $file, $collect, 04000;
    exit 1 unless -f $file;
    while (sysread $file, my $bytes, 65536) { syswrite $to, $bytes or exit 1 }
    exit 0;
  }
  close $to;
  while (sysread $from, my $bytes, 65536) { frame('C', $bytes) }
}
frame('E', ($status & 127) ? 'signal ' . ($status & 127) : 'exit ' . ($status >> 8));
1 while sysread STDIN, my $rest, 4096;
exit(($status & 127) ? 128 + ($status & 127) : $status >> 8);`
