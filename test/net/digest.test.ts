import fc from 'fast-check';
import test from 'ava';
import { platformSha256 } from '../../src/cli/platform-digest.ts';
import { digest, digestBytes } from '../../src/net/digest.ts';

test('the platform gives the digests that plain JavaScript gives, for every text and all bytes', (t) => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
  fc.assert(fc.property(text, (each) => digest(each) === platformSha256(each)));
  fc.assert(fc.property(fc.uint8Array(), (each) => digestBytes(each) === platformSha256(each)));
  t.is(digest('\ud800'), platformSha256('\ud800'), 'half of a pair');
});
