import type { GuestFile } from './guest.ts';
import type { Serves } from './topology.ts';

/** The servers of a real server: nginx answers with the host's name; UDP and SCTP echoes put the name before the data. */
export function application({ http, https, udp, sctp, ftp }: Serves): GuestFile[] {
  return [
    { path: 'etc/lab/nginx.conf', content: nginxConf(http, https) },
    { path: 'etc/lab/udp-echo', content: udpEcho, mode: 0o755 },
    ...unit('lab-web', 'a web server that says its name', '/usr/sbin/nginx -c /etc/lab/nginx.conf'),
    ...unit('lab-udp', 'a UDP echo that says its name', `/etc/lab/udp-echo ${udp.join(' ')}`),
    ...(sctp.length > 0 ? [{ path: 'etc/lab/sctp-echo', content: sctpEcho, mode: 0o755 }] : []),
    ...sctp.flatMap((port) => [
      ...unit(`lab-sctp-${port}`, 'an SCTP echo that says its name', `/etc/lab/sctp-echo ${port}`),
    ]),
    ...ftp.flatMap((port) => [
      { path: `etc/lab/ftp-${port}.conf`, content: ftpConf(port) },
      ...unit(`lab-ftp-${port}`, 'an FTP server', `/usr/sbin/vsftpd /etc/lab/ftp-${port}.conf`),
    ]),
  ];
}

function unit(name: string, description: string, command: string): GuestFile[] {
  const path = `etc/systemd/system/${name}.service`;
  const content = `[Unit]
Description=lab: ${description}
After=network.target
[Service]
ExecStart=${command}
Restart=always
[Install]
WantedBy=multi-user.target
`;
  return [
    { path, content },
    { path: `etc/systemd/system/multi-user.target.wants/${name}.service`, content: `/${path}`, link: true },
  ];
}

/** `/` is the host's name; `/slow` sends 64 KiB in about 20 s, for long connections that survive interruptions. */
function nginxConf(http: readonly number[], https: readonly number[]): string {
  return `daemon off;
pid /run/lab-web.pid;
error_log stderr;
events { worker_connections 1024; }
http {
  access_log off;
  default_type text/plain;
  send_timeout 10m;
  keepalive_timeout 10m;
  server {
${http.map((port) => `    listen ${port};\n    listen [::]:${port};\n`).join('')}${https.map((port) => `    listen ${port} ssl;\n    listen [::]:${port} ssl;\n`).join('')}    ssl_certificate /etc/ssl/certs/lab.pem;
    ssl_certificate_key /etc/ssl/private/lab.key;
    location / { return 200 "$hostname\\n"; }
    location = /slow { root /srv/lab; limit_rate 3k; }
  }
}
`;
}

/** Anonymous FTP: the one file of /srv/lab. */
function ftpConf(port: number): string {
  return `listen=YES
listen_port=${port}
anonymous_enable=YES
no_anon_password=YES
anon_root=/srv/lab
background=NO
`;
}

/** One association after the other; each gets one answer. */
const sctpEcho = `#!/usr/bin/perl
use strict;
use warnings;
use Socket;
use Sys::Hostname;
my $name = hostname();
socket(my $server, PF_INET, SOCK_STREAM, 132) or die "socket: $!";
bind($server, sockaddr_in($ARGV[0], INADDR_ANY)) or die "bind: $!";
listen($server, 16) or die "listen: $!";
while (accept(my $client, $server)) {
    my $got = sysread($client, my $text, 65535);
    syswrite($client, "$name $text") if $got;
    close $client;
}
`;

/**
 * It has a socket for each address of the host, and looks for new addresses regularly, so that a reply comes from the address
 * that was asked. A socket whose address is gone is kept: it receives nothing until the address is back, and a table that is
 * read while it changes closes no socket.
 */
const udpEcho = `#!/usr/bin/perl
use strict;
use warnings;
use IO::Select;
use Socket;
use Sys::Hostname;
my $name = hostname();
my $select = IO::Select->new;
my %sockets;
while (1) {
    open(my $table, '<', '/proc/net/fib_trie') or die "fib_trie: $!";
    my ($address, %here) = ('');
    while (<$table>) {
        $address = $1 if /-- ([\\d.]+)/;
        $here{$address} = 1 if /32 host LOCAL/;
    }
    close $table;
    for my $place (map { my $port = $_; map {"$_:$port"} keys %here } @ARGV) {
        next if $sockets{$place};
        my ($own, $port) = split /:/, $place;
        socket(my $socket, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
        bind($socket, sockaddr_in($port, inet_aton($own))) or next;
        $select->add($sockets{$place} = $socket);
    }
    for my $socket ($select->can_read(0.25)) {
        my $peer = recv($socket, my $text, 65535, 0);
        send($socket, "$name $text", 0, $peer) if defined $peer;
    }
}
`;
