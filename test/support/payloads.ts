/** What somebody who may write one text of an inventory would try, to have more than that. */
const commands = [
  '$(touch PWNED)',
  '`touch PWNED`',
  ';touch PWNED;',
  '&&touch PWNED',
  '|touch PWNED',
  "';touch PWNED;'",
  '";touch PWNED;"',
  '\\";touch PWNED;\\"',
  "\\';touch PWNED #",
  '%touch PWNED',
  '>PWNED',
  '-e/tmp/x',
  '--rsh=touch PWNED',
  '${IFS}PWNED',
];

/** As above, without spaces. */
const tight = commands.map((each) => each.replaceAll(' ', '${IFS}'));

const breaks = ['\n', '\r\n', '\r', '\u2028', '\u0085', '\v', '\f'].map((end) => `a${end}touch PWNED${end}`);

const marks = [
  '\0',
  '\x1b[2J',
  '\x9b2J',
  '\u202e',
  '\u200b',
  '\ud800',
  '@@secret:web/failover@@',
  ' } virtual_server 1 2 {',
  '"/><a b="',
  '</cluster>',
  '" x="y',
  '#',
  '!',
  '%n',
  '$_HASH',
  '../../../tmp/x',
  '-',
  '{{host.name}}',
];

/** Longer than any line that a daemon reads. */
const long = ['a'.repeat(5000)];

export const payloads: readonly string[] = [
  ...new Set([...commands, ...tight, ...breaks, ...marks, ...long]),
];
