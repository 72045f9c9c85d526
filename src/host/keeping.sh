# shellcheck shell=sh
# What a transaction keeps of what it replaces, the manifest, and what is removed again.

# back_up PATH...: copies them and the manifest into $backup, and keeps the last five backups.
back_up() {
  to=$backup
  mkdir -p -m 700 "$lib/backup" "$backup" && save "$@" "$lib/manifest.json" "$lib/before" || return 1
  set -- "$lib"/backup/*
  while [ $# -gt 5 ]; do
    [ "$1" = "$backup" ] || rm -rf "$1"
    shift
  done
}

# keep_originals PATH...: copies what was there before lvsform.
keep_originals() {
  to=$lib/original
  save "$@"
}

# secure PATH...: notes what will lie beside these, and writes all copies to the disk, files and directories.
secure() {
  for each do
    shift
    beside "$each"
    set -- "$@" "$staged"
  done
  printf '%s\n' "$@" > "$lib/lock/staged" || return 1
  set -- "$backup"
  [ ! -d "$lib/original" ] || set -- "$@" "$lib/original"
  find "$@" '(' -type f -o -type d ')' -exec sync "$lib" "$lib/backup" "$lib/lock" "$lib/lock/staged" {} + 2>/dev/null || sync
}

# tidy: removes what a transaction that was killed had beside its files, and restores what it had changed for a moment.
tidy() {
  if [ -f "$lib/lock/staged" ]; then
    while IFS= read -r each; do
      if [ -f "$each" ] || [ -L "$each" ]; then rm -f -- "$each"; fi
    done < "$lib/lock/staged"
  fi
  momentary_back
  for each in "$lib"/packages.before.*; do
    [ -f "$each" ] || continue
    # Only Debian's tools can tell a package that an operator has installed since then from one that came with ours.
    if [ "$family" = debian ]; then packages_came "${each#"$lib"/packages.before.}"; else rm -f "$each"; fi
  done
}

momentary_back() {
  if [ -f "$lib/momentary" ]; then
    while read -r each value; do printf '%s\n' "$value" > "$each"; done < "$lib/momentary"
    rm -f "$lib/momentary"
  fi
  if [ -f "$lib/maintenance" ]; then
    read -r each < "$lib/maintenance"
    crm_resource -Q -r "$each" --meta -d maintenance >/dev/null
    rm -f "$lib/maintenance"
  fi
  return 0
}

# manifest TEXT BEFORE: replaces the manifest and its copy, and first what the scripts in init.d and sbin read of it. That
# may name more than is ours yet, which does no harm.
manifest() {
  private "$lib/lock/before" "$2" && private "$lib/lock/manifest.copy" "$1" && private "$lib/lock/manifest.json" "$1" &&
    new_manifest "$lib/lock/before"
}

# new_manifest [BEFORE]: moves the manifest and its copy from the lock to their places, one after the other, once the disk has
# them. No other script reads files in the lock, and they are removed with it.
new_manifest() {
  set -- "$@" "$lib/lock/manifest.copy" "$lib/lock/manifest.json"
  durable "$@" || return 1
  [ ! -d "$lib/manifest.copy" ] || rm -rf "$lib/manifest.copy"
  mv -f "$@" "$lib" && durable "$lib"
}

old_manifest() {
  set --
  [ ! -f "$backup/$lib/before" ] || set -- "$lib/lock/before"
  cp -a ${1:+"$backup/$lib/before"} "$backup/$lib/manifest.json" "$lib/lock" &&
    cp -a "$lib/lock/manifest.json" "$lib/lock/manifest.copy" && new_manifest "$@"
}

# recover_manifest: restores the manifest from its copy. Without its manifest, a host's next plan would take what is
# ours for what was there before lvsform.
recover_manifest() {
  if from_copy "$lib/manifest"; then
    [ -f "$lib/manifest.json" ] || rm -rf "$lib/manifest.json"
    cp -a "$lib/manifest.copy" "$lib/lock" && cp -a "$lib/manifest.copy" "$lib/lock/manifest.json" && new_manifest
  fi
}

# sweep: removes packages and directories that no file or unit of ours needs any more, and that a transaction may have
# left when it was killed.
sweep() {
  for each in "$lib"/packages.with.*; do
    [ ! -f "$each" ] || packages_with_it "${each#"$lib"/packages.with.}" || return 1
  done
  for each in "$lib/directories" "$lib/places"; do
    [ ! -f "$each" ] || sort -r "$each" | while IFS= read -r directory; do
      rmdir "${directory#/}" 2>/dev/null
    done
  done
  return 0
}

# leave: moves our whole state aside in one rename.
leave() { mv -fT "$lib" "$lib.removed.$me"; }

remove_left() { rm -rf "$lib.removed.$me"; }

# remove_aside PATH: removes what leave has moved there, since the host is as it was planned.
remove_aside() { rm -rf "$1" 2>&1 || say left; }

# keep_aside PATH: moves it back, since the host is not as it was planned: what was there before lvsform is in it.
keep_aside() {
  rm -rf "$1/lock"
  if [ -e "$lib" ] || ! mv -fT "$1" "$lib" 2>&1; then say left; fi
}
