# Compiles ldirectord once, and has a child of its own read each FILE, as `ldirectord FILE status` does. Writes what it says to
# FILE.out, and its exit status to FILE.rc. Usage: ldirectord.pl LDIRECTORD FILE...
use strict;
my $program = shift;
open my $in, '<', $program or die "$program: $!";
my $source = do { local $/; <$in> };
eval "no warnings; sub whole { $source\n}\n1" or die $@;
$0 = $program;
for my $file (@ARGV) {
  my $child = fork();
  if (!$child) {
    open STDOUT, '>', "$file.out";
    open STDERR, '>&', \*STDOUT;
    @ARGV = ($file, 'status');
    whole();
    exit 99;
  }
  waitpid $child, 0;
  open my $out, '>', "$file.rc";
  print $out $? >> 8, "\n";
  close $out;
}
