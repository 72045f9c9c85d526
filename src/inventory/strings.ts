import type { Path } from '../model/cluster.ts';
import type { ShapeMistake } from './check-shape.ts';

/** The limit of a value: crontab(5), systemd and heartbeat read lines of about this length, keepalived of 1024 bytes. */
const longest = 1000;

/** Control characters, invisible ones, those that reverse the direction of text, and halves of characters. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * Finds strings of an inventory, also keys, that are too long, never end, or have an invisible character: in a configuration
 * a newline begins another directive, a NUL ends a word, and an escape sequence changes what a terminal shows. `vars` are for
 * the user's own templates: they may have several lines and any length.
 */
export function stringMistakes(value: unknown): ShapeMistake[] {
  const seen = new Set<object>();
  const above = new Set<object>();
  const walk = (each: unknown, path: Path): ShapeMistake[] => {
    if (typeof each === 'string') return mistakesOf(each, path, false);
    if (typeof each !== 'object' || each === null) return [];
    if (above.has(each)) return [endless(path)];
    // A value that several aliases share is checked once.
    if (seen.has(each)) return [];
    seen.add(each);
    above.add(each);
    const found = Object.entries(each).flatMap(([key, inner]) => {
      const here = [...path, Array.isArray(each) ? Number(key) : key];
      return [...(Array.isArray(each) ? [] : mistakesOf(key, here, true)), ...walk(inner, here)];
    });
    above.delete(each);
    return found;
  };
  return walk(value, []);
}

function mistakesOf(text: string, path: Path, onKey: boolean): ShapeMistake[] {
  const free = isVar(path) && !onKey;
  if (text.includes('@@secret:')) {
    const message = `${path.map((step) => shown(String(step))).join('.')} has the mark of a secret`;
    return [
      { path, onKey, message, hint: 'remove @@secret:, with which lvsform marks the places of secrets' },
    ];
  }
  const found = hidden.exec(free ? text.replace(/[\n\t]/g, ' ') : inDirective(path, text));
  const where = path.map((step) => shown(String(step))).join('.');
  if (found !== null) {
    const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    const message = `${where} has the character U+${code}, which is invisible`;
    return [{ path, onKey, message, hint: 'write it in one line, with visible characters only' }];
  }
  if (free || text.length <= longest) return [];
  const message = `${where} has ${text.length} characters`;
  return [{ path, onKey, message, hint: `use at most ${longest}` }];
}

/** A directive may have tabs between its words. */
function inDirective(path: Path, text: string): string {
  return path.includes('directives') ? text.replaceAll('\t', ' ') : text;
}

function endless(path: Path): ShapeMistake {
  const message = `${path.join('.')} is an alias of something that contains it`;
  return { path, onKey: true, message, hint: 'write the value out' };
}

/** A step of a path, safe to show: the key itself may have the wrong character. */
function shown(step: string): string {
  const text = step.replace(new RegExp(hidden, 'gu'), '?');
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

const settings =
  /^(defaults|groups\0[^\0]*|clusters\0[^\0]*\0(defaults|(directors|real_servers|probes)\0[^\0]*))$/;

/** True for a path below `vars` of a host, a group or the defaults. */
function isVar(path: Path): boolean {
  const at = path.indexOf('vars', 1);
  return at > 0 && at < path.length - 1 && settings.test(path.slice(0, at).join('\0'));
}
