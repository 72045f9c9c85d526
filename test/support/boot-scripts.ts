/** What a simulated host would lose with its power, and what its kernel is set to: lines with the file that has them. */
export const liveState = `lines() {
  for each; do
    [ ! -e "$each" ] || while read -r line; do printf '%s %s\\n' "$each" "$line"; done < "$each"
  done
}
{
  lines .sim/addresses .sim/routes .sim/routes6 .sim/rules .sim/rules6 .sim/table .sim/thresholds .sim/fou .sim/timeouts \\
    .sim/sync-* .sim/tunnel-* proc/mounts sys/class/net/lvs-*/operstate
  grep -r . proc/sys/net --exclude-dir=vs
} | sort`;

const scripts = 'usr/local/sbin/lvs-* etc/init.d/lvs-*';

const each = (verb: string, order: string): string => `for each in ${scripts}; do
  [ -e ".sim/units/\${each##*/}.service.active" ] || [ -e ".sim/units/\${each##*/}.active" ] || continue
  while read -r _ word _ start _; do [ "$word" != chkconfig: ] || break; done < "$each"
  case $each in *lvs-monitor) ;; *) echo "$start $each" ;; esac
done | sort ${order} | { while read -r _ script; do sh "$script" ${verb} < /dev/null || exit; done; }`;

/** Stops all boot scripts of a host, those that start last first. */
export const stopAll = each('stop', '-rn');

/** Starts all boot scripts of a host, as at boot. */
export const startAll = each('start', '-n');
