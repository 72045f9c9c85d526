interface Words {
  readonly message: string;
  readonly hint: string;
}

/** The parser's messages, with what they mean to an author. */
const known: readonly (readonly [said: RegExp, message: string, hint: string])[] = [
  [/input is empty/, 'the file is empty', 'make an inventory with: lvsform init'],
  [
    /expected a single document/,
    'the file has several documents',
    'remove the line --- between them, or give each its own file',
  ],
  [/^tab characters/, 'the line begins with a tab', 'indent it with spaces'],
  [
    /^bad indentation/,
    'this does not fit the lines above',
    'indent it as its neighbours, write a space after each colon and dash, and quotes around a text with a colon',
  ],
  [
    /^deficient indentation|within a flow collection/,
    'a bracket, a brace or a quotation mark above is not closed',
    'close it',
  ],
  [/within a (single|double) quoted/, 'a quotation mark above is not closed', 'close it'],
  [
    /^missed comma/,
    'a comma is missing before this',
    'write a comma between two entries, and quotes around a text that begins with a special character',
  ],
  [
    /^unidentified alias "(.*)"/,
    'there is no anchor &$1',
    'write &$1 where it is to be; a text that begins with * needs quotes',
  ],
  [
    /^unknown \w+ tag !<(.*)>/,
    'the tag $1 is not known',
    'leave it out; a text that begins with ! needs quotes',
  ],
  [/^nesting exceeded maxDepth \((\d+)\)/, 'it is more than $1 levels deep', 'write it flatter'],
  [/non-printable/, 'the file has a character that cannot be seen', 'remove it'],
  [
    /^unknown escape sequence/,
    'YAML does not know what follows the backslash',
    'write two backslashes for one, or use single quotes',
  ],
  [/complex keys/, 'a key is a list or a mapping', 'write a key in one word'],
  [/^cannot merge/, '<< takes a mapping, or a list of them', 'name one by its alias: <<: *name'],
];

/** The message and the hint for a file that is not YAML; in the parser's own words if there are no better ones. */
export function yamlWords(said: string): Words {
  for (const [pattern, message, hint] of known) {
    const found = pattern.exec(said);
    if (found === null) continue;
    const filled = (text: string): string => text.replaceAll('$1', found[1] ?? '');
    return { message: filled(message), hint: filled(hint) };
  }
  return { message: said, hint: 'correct the YAML at this place' };
}
