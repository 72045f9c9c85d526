import test from 'ava';
import { dr } from '../support/inventories.ts';
import { standIns } from '../support/stand-ins.ts';
import { outcomes, wholeTree, world } from '../support/world.ts';

const rs1 = { limit: ['rs1'], exclude: [] };
const file = 'etc/systemd/system/lvs-realserver.service';

/** What a file or a directory is at this moment: a power failure keeps what was written, and then synced, as it was. */
const mark = `mark() {
  if [ -d "$1" ]; then sum=$(ls -A "$1" | grep -vx -e lock -e "taking.*" -e directories | sha256sum); else sum=$(sha256sum < "$1"); fi
  printf '%s %s\\n' "$sum" "$1"
}
cd "$LVSFORM_ROOT"
`;

/** A disk that notes what it was made to write, and every rename of a file into its place that came too early. */
const disk = {
  sync: `${mark}for each; do
  mark "$each"
  # Written under another name, and renamed: only the directory makes that last.
  record=var/lib/lvsform/manifest
  if [ "$each" = var/lib/lvsform ] && [ -f "$record.json" ]; then
    grep -qsxF -e "$(mark "$record.json" | sed 's|lvsform/manifest|lvsform/lock/manifest|')" ../synced && mark "$record.json"
  fi
done >> ../synced`,
  mv: `${mark}need() {
  for each; do
    [ -e "$each" ] && [ ! -L "$each" ] || continue
    grep -qsxF -e "$(mark "$each")" ../synced || printf '%s before %s\\n' "$goal" "$each" >> ../early
  done
}
for goal; do :; done
if [ -e ../refuse ] && [ -s ../swaps ] && [ "$goal" = var/lib/lvsform ]; then
  rm ../refuse
  exit 1
fi
case "$*" in
  *"/manifest.json var/lib/lvsform")
    for each; do [ ! -f "$each" ] || need "$each"; done
    ;;
  *.lvsform" "*)
    from=$3
    echo "$goal" >> ../swaps
    need "$from" var/lib/lvsform/manifest.json
    for each in $(find var/lib/lvsform/original var/lib/lvsform/backup 2>/dev/null); do need "$each"; done
    ;;
  "-fT var/lib/lvsform "*)
    echo "$goal" >> ../swaps
    need etc/systemd/system usr/local/sbin etc/sysctl.d
    ;;
esac`,
};

test('what is kept, and what replaces something, is on the disk before anything is replaced or removed', async (t) => {
  const w = await world(t, dr);
  await w.sim.shell('rs1', `printf 'there before lvsform\\n' > ${file}`);
  const before = await w.sim.shell('rs1', wholeTree);
  const hosts = await standIns(t, w.hosts, disk);
  const swaps = (): Promise<string> => w.sim.shell('rs1', 'wc -l < ../swaps; : > ../swaps');
  const early = (): Promise<string> => w.sim.shell('rs1', 'cat ../early 2>/dev/null || true');
  t.deepEqual(outcomes(await w.apply(await w.plan(undefined, { selection: rs1 }), hosts)), {
    rs1: 'changed',
  });
  t.true(Number(await swaps()) >= 3);
  t.is(await early(), '');
  await w.sim.shell('rs1', 'touch ../refuse');
  const other = dr.replaceAll('172.16.100.1\n', '172.16.100.3\n');
  t.deepEqual(outcomes(await w.apply(await w.plan(other, { selection: rs1 }), hosts)), {
    rs1: 'rolled-back',
  });
  t.true(Number(await swaps()) >= 2);
  t.is(await early(), '');
  t.deepEqual(outcomes(await w.apply(await w.plan(undefined, { selection: rs1, destroy: true }), hosts)), {
    rs1: 'changed',
  });
  t.true(Number(await swaps()) >= 2);
  t.is(await early(), '');
  t.is(await w.sim.shell('rs1', wholeTree), before);
});

test('a sync that takes no paths, as on RHEL 6, writes everything', async (t) => {
  const w = await world(t, dr, () => 'rhel6');
  const old = 'echo "$# $*" >> "$LVSFORM_ROOT/../synced"; [ $# -eq 0 ] || exit 1; exit 0';
  const hosts = await standIns(t, w.hosts, { sync: old });
  t.deepEqual(outcomes(await w.apply(await w.plan(undefined, { selection: rs1 }), hosts)), {
    rs1: 'changed',
  });
  const synced = (await w.sim.shell('rs1', 'cut -d " " -f 1 ../synced')).trim().split('\n');
  t.deepEqual(
    new Set(synced.map((count, index) => (index % 2 === 0 ? count !== '0' : count === '0'))),
    new Set([true]),
  );
});
