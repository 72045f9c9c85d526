/** Everything that a host's tree holds, by path; without what a kernel keeps once it is loaded. */
export const wholeTree = `find . -type f ! -path './proc/sys/net/ipv4/vs/*' -exec sha256sum {} + | sort -k 2
find . ! -type d ! -path './proc/sys/net/ipv4/vs/*' -printf '%p %m %l\\n' | sort
find . -type d ! -path './sys/module/*' ! -path './proc/sys/net/ipv4/vs' -printf '%p %m\\n' | sort`;
