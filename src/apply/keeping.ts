/** The verbs by which a transaction keeps what it replaces, and forgets it again. */
export const keeping = `
back_up() {
  to=$backup
  mkdir -p -m 700 "$lib/backup" "$backup" && save "$@" "$lib/manifest.json" || return 1
  set -- "$lib"/backup/*
  while [ $# -gt 5 ]; do
    [ "$1" = "$backup" ] || rm -rf "$1"
    shift
  done
}
keep_originals() {
  to=$lib/original
  save "$@"
}
# secure PATH...: notes what will lie beside these; and makes durable what is kept, files and directories.
secure() {
  for each do
    shift
    beside "$each"
    set -- "$@" "$staged"
  done
  printf '%s\\n' "$@" > "$lib/lock/staged" || return 1
  set -- "$backup"
  [ ! -d "$lib/original" ] || set -- "$@" "$lib/original"
  find "$@" '(' -type f -o -type d ')' -exec sync "$lib" "$lib/backup" "$lib/lock" "$lib/lock/staged" {} + 2>/dev/null || sync
}
# What a transaction that was killed had beside its files, and what it had changed for a moment.
tidy() {
  if [ -f "$lib/lock/staged" ]; then
    while IFS= read -r each; do
      if [ -f "$each" ] || [ -L "$each" ]; then rm -f -- "$each"; fi
    done < "$lib/lock/staged"
  fi
  momentary_back
  for each in "$lib"/packages.before.*; do
    [ -f "$each" ] || continue
    # What a person installed since then is told from what came with ours by Debian's tools alone.
    if [ "$family" = debian ]; then packages_came "\${each#"$lib"/packages.before.}"; else rm -f "$each"; fi
  done
}
momentary_back() {
  if [ -f "$lib/momentary" ]; then
    while read -r each value; do printf '%s\\n' "$value" > "$each"; done < "$lib/momentary"
    rm -f "$lib/momentary"
  fi
  if [ -f "$lib/maintenance" ]; then
    read -r each < "$lib/maintenance"
    crm_resource -Q -r "$each" --meta -d maintenance >/dev/null
    rm -f "$lib/maintenance"
  fi
  return 0
}
manifest() {
  private "$lib/manifest.new" "$1" && new_manifest
}
new_manifest() {
  durable "$lib/manifest.new" && mv -fT "$lib/manifest.new" "$lib/manifest.json" && durable "$lib" &&
    cp -a "$lib/manifest.json" "$lib/manifest.copy"
}
old_manifest() { cp -a "$backup/$lib/manifest.json" "$lib/manifest.new" && new_manifest; }
# Without its manifest a host would take what is ours for what was there before us.
recover_manifest() {
  if from_copy "$lib/manifest"; then
    [ -f "$lib/manifest.json" ] || rm -rf "$lib/manifest.json"
    cp -a "$lib/manifest.copy" "$lib/manifest.new" && new_manifest
  fi
}
# What has no file or unit of its own any more, but may have been left where a transaction was killed.
sweep() {
  for each in "$lib"/packages.with.*; do
    [ ! -f "$each" ] || packages_with_it "\${each#"$lib"/packages.with.}" || return 1
  done
  for each in "$lib/directories" "$lib/places"; do
    [ ! -f "$each" ] || sort -r "$each" | while IFS= read -r made; do
      rmdir "\${made#/}" 2>/dev/null
    done
  done
  return 0
}
# The state goes in one rename: what is in the way of removing it then harms nothing.
leave() { mv -fT "$lib" "$lib.removed.$me"; }
remove_left() { rm -rf "$lib.removed.$me"; }
`;
