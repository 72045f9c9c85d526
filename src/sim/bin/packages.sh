# Sourced by the stand-ins for package managers: what a package brings to a simulated host.
packages=$sim/packages

bring() {
  [ -e "$sim/no-package-$1" ] && fail 100 "E: Unable to locate package $1"
  [ -e "$packages/$1" ] && return
  : > "$packages/$1"
  [ "$1" != ipvsadm ] || bring libnl
  daemon "$1"
  [ -n "$unit" ] || return 0
  : > "$sim/units/$unit.known"
  : > "$sim/units/$unit.active"
  if [ -d "$LVSFORM_ROOT/etc/init.d" ]; then
    : > "$LVSFORM_ROOT/etc/init.d/$unit"
  else
    : > "$sim/units/$unit.enabled"
  fi
  [ -d "$LVSFORM_ROOT/${conf%/*}" ] || mkdir -p "$LVSFORM_ROOT/${conf%/*}"
  [ -e "$LVSFORM_ROOT/$conf" ] || printf '# as the package brings it\n' > "$LVSFORM_ROOT/$conf"
}

# needed PACKAGE BY: in the words of dpkg 1.21 and rpm 4.16.
needed() {
  case $0 in
    */rpm) fail 1 "error: Failed dependencies:
	$1 is needed by (installed) $2" ;;
    *) fail 1 "dpkg: dependency problems prevent removal of $1:
 $2 depends on $1." ;;
  esac
}

take() {
  [ -e "$packages/$1" ] || return 0
  if [ "$1" = libnl ] && [ -e "$packages/ipvsadm" ]; then needed libnl ipvsadm; fi
  rm -f "$packages/$1"
  [ -e "$packages/pacemaker" ] || [ -e "$packages/heartbeat" ] || gone "$sim/cib"
  daemon "$1"
  [ -n "$unit" ] || return 0
  rm -f "$sim/units/$unit".* "$LVSFORM_ROOT/$conf"
  [ -d "$LVSFORM_ROOT/etc/init.d" ] && rm -f "$LVSFORM_ROOT/etc/init.d/$unit" "$LVSFORM_ROOT"/etc/rc3.d/S??"$unit"
  case $conf in etc/*/*) rmdir "$LVSFORM_ROOT/${conf%/*}" 2>/dev/null ;; esac
  return 0
}

# The unit and the configuration of a package with a daemon.
daemon() {
  unit= conf=
  debian=
  [ -f "$LVSFORM_ROOT/etc/debian_version" ] && debian=1
  case $1 in
    chrony) if [ -n "$debian" ]; then unit=chrony.service conf=etc/chrony/chrony.conf; else unit=chronyd.service conf=etc/chrony.conf; fi ;;
    keepalived)
      conf=etc/keepalived/keepalived.conf
      if [ -d "$LVSFORM_ROOT/etc/init.d" ]; then unit=keepalived; else unit=keepalived.service; fi
      ;;
    ldirectord)
      conf=etc/ha.d/ldirectord.cf
      if [ -d "$LVSFORM_ROOT/etc/init.d" ]; then unit=ldirectord; else unit=ldirectord.service; fi
      ;;
    heartbeat)
      conf=etc/ha.d/ha.cf
      if [ -d "$LVSFORM_ROOT/etc/init.d" ]; then unit=heartbeat; else unit=heartbeat.service; fi
      ;;
    corosync | pacemaker)
      unit=$1.service conf=etc/$1/$1.conf
      [ -d "$LVSFORM_ROOT/etc/init.d" ] && unit=$1
      ;;
    cman | rgmanager)
      unit=$1.service conf=etc/cluster/$1.conf
      [ -d "$LVSFORM_ROOT/etc/init.d" ] && unit=$1
      ;;
    corosync-qdevice)
      unit=$1.service conf=etc/default/$1
      [ -d "$LVSFORM_ROOT/etc/init.d" ] && unit=$1
      ;;
    ntpsec) unit=ntpsec.service conf=etc/ntpsec/ntp.conf ;;
    ntp) conf=etc/ntp.conf && if [ -d "$LVSFORM_ROOT/etc/init.d" ]; then unit=ntpd; else unit=ntpd.service; fi ;;
  esac
}
