/** What a simulated host would lose with its power, and what its kernel is set to, a line each. */
export const liveState = `for each in .sim/addresses .sim/routes .sim/routes6 .sim/rules .sim/rules6 .sim/table .sim/thresholds .sim/fou \\
  .sim/timeouts .sim/sync-* .sim/tunnel-* proc/mounts; do
  [ ! -s "$each" ] || { echo "$each"; sed 's/ *$//' "$each" | sort; }
done
grep -r . proc/sys/net --exclude-dir=vs | sort
cat sys/class/net/lvs-*/operstate 2>/dev/null || :`;

const scripts = 'usr/local/sbin/lvs-* etc/init.d/lvs-*';

const each = (verb: string, order: string): string => `set -e
for script in $(for each in ${scripts}; do
  [ -e ".sim/units/\${each##*/}.service.active" ] || [ -e ".sim/units/\${each##*/}.active" ] || continue
  case $each in *lvs-monitor) ;; *) sed -n "s/^# chkconfig: 2345 \\([0-9]*\\) .*/\\1 $(echo "$each" | sed 's|/|\\\\/|g')/p" "$each" ;; esac
done | sort ${order} | cut -d' ' -f2); do sh "$script" ${verb}; done`;

/** Stops all boot scripts of a host, those that start last first. */
export const stopAll = each('stop', '-rn');

/** Starts all boot scripts of a host, as at boot. */
export const startAll = each('start', '-n');
