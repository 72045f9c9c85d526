import type { Family } from '../model/family.ts';
import { byKind, type Resource } from '../resources/index.ts';
import { lockReading } from '../shell/lock.ts';
import { opening } from '../shell/prelude.ts';

/** What a host of each family is to be read for. */
export type ProbeResources = Readonly<Partial<Record<Family, readonly Resource[]>>>;

/**
 * The one script that reads a host: facts first, then everything that is wanted there, for the family that it turns
 * out to be. It changes nothing.
 */
export function probeScript(resources: ProbeResources, frame: string): string {
  return `${opening(frame)}${lockReading}${facts}${stateFunction(resources)}state\nsay end\n`;
}

/**
 * The shell function `state`: prints all that a plan depends on, and nothing that changes by itself (no counters, no
 * lifetimes), so that its digest is the host's fingerprint.
 */
export function stateFunction(resources: ProbeResources): string {
  const cases = Object.entries(resources).map(([family, wanted]) => {
    const probes = byKind(wanted).map(
      (group) => `say ${group.kind.kind}\n${group.kind.probe(group.resources, family as Family)}`,
    );
    return `${family})\n${probes.join('\n')}\n;;\n`;
  });
  return `state() {
say state
say machine
[ -f etc/machine-id ] && cat etc/machine-id
say manifest
: "\${record:=$lib/manifest.json}"
if from_copy "\${record%.json}"; then
  cat "\${record%.json}.copy"
elif filled "$record"; then
  cat "$record" || { say 'unusable manifest' && echo 'cannot be read'; }
elif [ -f "$record" ]; then
  say 'unusable manifest'
  echo 'is empty'
elif [ -e "$record" ] || [ -L "$record" ]; then
  say 'unusable manifest'
  stat -c 'is no file: %F' "$record"
fi
case $family in
${cases.join('')}esac
:
}
`;
}

/** Facts are said, not fingerprinted: they may change between plan and apply. */
const facts = `say facts
printf 'family=%s\\n' "$family"
printf 'node=%s\\n' "$(uname -n)"
printf 'uid=%s\\n' "$(id -u)"
date +clock=%s
printf 'running=%s %s\\n' "$(cat proc/sys/kernel/random/boot_id 2>/dev/null)" "$(readlink proc/self/ns/net 2>/dev/null)"
ip -o addr show 2>/dev/null | while read -r _ _ _ cidr _; do printf 'address %s\\n' "\${cidr%%/*}"; done
[ -z "$release" ] || printf 'PRETTY_NAME=%s\\n' "$release"
[ -f etc/os-release ] && while IFS= read -r text; do
  case $text in PRETTY_NAME=*) printf '%s\\n' "$text" ;; esac
done < etc/os-release
say lock
if held; then
  cat "$lib/lock/holder" 2>/dev/null
elif from_copy "$lib/manifest"; then
  say recovered
elif ! filled "$lib/manifest.json"; then
  say leftovers
  for each in "$lib" "$lib".removed.*; do
    [ ! -e "$each" ] || lives "\${each##*.}" || printf '%s\\n' "$each"
  done
  say backups
  for each in "$lib"/backup/*/"$lib"/manifest.json; do [ ! -f "$each" ] || printf '/%s\\n' "$each"; done
  say stranded
  find "$lib/original" '(' -type f -o -type l ')' 2>/dev/null | while IFS= read -r each; do
    now=\${each#"$lib/original/"}
    if [ -L "$each" ]; then
      [ "$(readlink "$each")" = "$(readlink "$now")" ]
    else
      [ -f "$now" ] && [ ! -L "$now" ] && [ "$(sha256sum < "$each")" = "$(sha256sum < "$now")" ]
    fi || printf '/%s\\n' "$now"
  done
fi
filled "$lib/manifest.json" && filled "$lib/manifest.copy" &&
  [ "$(sha256sum < "$lib/manifest.copy")" != "$(sha256sum < "$lib/manifest.json")" ] && say copy
has_module ip_vs && command -v ipvsadm >/dev/null && { say connections; ipvsadm -Ln; }
`;
