# The table of the stand-in for ipvsadm(8), in one process however many lines it has. Variables: `table` and `limits` are the
# files; `mode` is edit (edits on standard input, one a line), counts or thresholds (lists); `only` is the service to list.
BEGIN {
  while ((getline line < table) > 0) learn(line)
  while ((getline line < limits) > 0) learn_limit(line)
  if (mode != "edit") exit list()
  status = 0
  while ((getline line) > 0) if (line ~ /[^ ]/ && (code = edit(line)) != 0) status = code
  save()
  exit status
}

function fail(code, text) {
  print text > "/dev/stderr"
  return code
}

# The key of a service from words: flag, name, and perhaps -6. `after` is then the index of the word behind it.
function key_at(w, at, n) {
  after = at + 2
  if (after <= n && w[after] == "-6") {
    after++
    return w[at] " " w[at + 1] " -6"
  }
  return w[at] " " w[at + 1]
}

function learn(text, w, n, key) {
  n = split(text, w, " ")
  if (n < 3) return
  key = key_at(w, 2, n)
  if (w[1] == "-A") put_service(key, text)
  else put_real(key, w[after + 1], text)
}

function learn_limit(text, w, n, key) {
  n = split(text, w, " ")
  key = key_at(w, 1, n)
  bounds[key, w[after + 1]] = w[after + 2] " " w[after + 3]
}

# A line takes the place of the old one; a new one goes to the end.
function put_service(key, text) {
  if (!(key in service)) {
    order[++services] = key
    place[key] = services
    reals[key] = 0
  }
  service[key] = text
}

function put_real(key, real, text) {
  if (!((key, real) in at)) {
    member[key, ++reals[key]] = real
    at[key, real] = reals[key]
  }
  entry[key, real] = text
}

function drop_real(key, real) {
  delete member[key, at[key, real]]
  delete at[key, real]
  delete entry[key, real]
  set_limit(key, real, "0 0")
}

function drop_service(key, i) {
  for (i = 1; i <= reals[key]; i++) if ((key, i) in member) drop_real(key, member[key, i])
  delete order[place[key]]
  delete place[key]
  delete service[key]
}

function set_limit(key, real, text) {
  if (text == "0 0" ? (key, real) in bounds : bounds[key, real] != text) limited = 1
  if (text == "0 0") delete bounds[key, real]
  else bounds[key, real] = text
}

function edit(text, w, n, verb, key) {
  n = split(text, w, " ")
  verb = w[1]
  if (verb !~ /^-[AEDaed]$/) return fail(2, "ipvsadm: unknown option " verb)
  key = key_at(w, 2, n)
  if (verb == "-A" && key in service) return fail(255, "Service already exists")
  if (verb ~ /[ED]/ && !(key in service)) return fail(255, "No such service")
  if (verb ~ /[aed]/ && !(key in service)) return fail(255, "Service not defined")
  if (verb == "-D") drop_service(key)
  else if (verb ~ /[AE]/) return edit_service(key, w, after, n)
  else return edit_real(verb, key, w, after, n)
  return 0
}

function edit_service(key, w, i, n, scheduler, persistence, netmask, flags, ops, engine) {
  scheduler = "wlc"
  for (; i <= n; i++) {
    if (w[i] == "-s") scheduler = w[++i]
    else if (w[i] == "-p") persistence = i < n && w[i + 1] ~ /^[0-9]/ ? w[++i] : 360
    else if (w[i] == "-M") netmask = w[++i]
    else if (w[i] == "-b") flags = w[++i]
    else if (w[i] == "-o") ops = 1
    else if (w[i] == "--pe") engine = w[++i]
    else return fail(2, "ipvsadm: unexpected argument " w[i])
  }
  if (!index(" rr wrr lc wlc sh dh sed nq lblc lblcr fo ovf mh ", " " scheduler " "))
    return fail(255, "Scheduler or persistence engine not found")
  if (persistence == "" || netmask == "255.255.255.255") netmask = ""
  put_service(key, "-A " key " -s " scheduler option("-p", persistence) option("-M", netmask) option("-b", flags) (ops ? " -o" : "") option("--pe", engine))
  return 0
}

function option(name, value) { return value == "" ? "" : " " name " " value }

function edit_real(verb, key, w, i, n, real, forward, weight, upper, lower, type, tunport, sum, port) {
  forward = "-g"; weight = 1; upper = 0; lower = 0; type = "ipip"; sum = "--tun-nocsum"
  for (; i <= n; i++) {
    if (w[i] == "-r") real = w[++i]
    else if (w[i] ~ /^-[gim]$/) forward = w[i]
    else if (w[i] == "--tun-type") type = w[++i]
    else if (w[i] == "--tun-port") tunport = w[++i]
    else if (w[i] ~ /^--tun-(nocsum|csum|remcsum)$/) sum = w[i]
    else if (w[i] == "-w") weight = w[++i]
    else if (w[i] == "-x") upper = w[++i]
    else if (w[i] == "-y") lower = w[++i]
    else return fail(2, "ipvsadm: unexpected argument " w[i])
  }
  port = key ~ /^-f/ ? 0 : after_colon(key)
  if (real !~ /\]:/ && (real ~ /^\[/ || real !~ /:/)) real = real ":" port
  # Without port mapping the kernel stores the service's port, whatever was asked for.
  if (forward != "-m" && verb != "-d") real = substr(real, 1, length(real) - length(after_colon(real))) port
  if (lower + 0 > upper + 0 && upper + 0 > 0)
    return fail(255, "Invalid operation.  Possibly wrong module version, address not unicast, ...")
  if (verb == "-a" && (key, real) in at) return fail(255, "Destination already exists")
  if (verb != "-a" && !((key, real) in at)) return fail(255, "No such destination")
  if (verb == "-d") drop_real(key, real)
  else {
    put_real(key, real, "-a " key " -r " real " " forward " -w " weight (forward == "-i" ? tunnel(type, tunport, sum) : ""))
    set_limit(key, real, upper " " lower)
  }
  return 0
}

function tunnel(type, tunport, sum) {
  if (type == "ipip") return " --tun-type ipip"
  return " --tun-type " type (type == "gue" ? " --tun-port " tunport : "") " " sum
}

function after_colon(text) {
  sub(/.*:/, "", text)
  return text
}

# awk writes new files beside the old ones, so a reader sees the old table or the new one, never a part.
function save(s, i, key, real) {
  printf "" > (table ".new")
  if (limited) printf "" > (limits ".new")
  for (s = 1; s <= services; s++) {
    if (!(s in order)) continue
    key = order[s]
    print service[key] > (table ".new")
    for (i = 1; i <= reals[key]; i++) {
      if (!((key, i) in member)) continue
      real = member[key, i]
      print entry[key, real] > (table ".new")
      if (limited && (key, real) in bounds) print key " -r " real " " bounds[key, real] > (limits ".new")
    }
  }
}

# `ipvsadm -Ln`, or with thresholds in the place of the counts.
function list(s, key) {
  if (only != "" && !(only in service)) return fail(255, "No such service")
  print "IP Virtual Server version 1.2.1 (size=4096)"
  print "Prot LocalAddress:Port Scheduler Flags"
  print "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn"
  for (s = 1; s <= services; s++) if (only == "" || order[s] == only) list_service(order[s])
  return 0
}

function list_service(key, w, n, i) {
  n = split(service[key], w, " ")
  key_at(w, 2, n)
  print (w[2] == "-t" ? "TCP" : w[2] == "-u" ? "UDP" : w[2] == "--sctp-service" ? "SCTP" : "FWM") "  " w[3] (after > 4 ? " IPv6" : "") " " w[after + 1]
  for (i = 1; i <= reals[key]; i++) list_real(key, member[key, i])
}

function list_real(key, real, w, n, ways, active, file) {
  n = split(entry[key, real], w, " ")
  key_at(w, 2, n)
  ways = w[after + 2] == "-g" ? "Route" : w[after + 2] == "-i" ? "Tunnel" : "Masq"
  file = sim "/active-" real
  if ((getline active < file) > 0) close(file)
  else active = 0
  if (mode == "counts") print "  -> " real " " ways " " w[after + 4] " " active " 0"
  else print "  -> " real " " ((key, real) in bounds ? bounds[key, real] : "0 0") " " active " 0"
}
