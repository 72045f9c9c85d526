import type { Story } from './story.ts';

const addresses: Readonly<Record<string, string>> = {
  rs1: '172.16.100.7',
  rs2: '172.16.100.8',
  rs3: '172.16.100.9',
};

/** A cluster by direct routing, all of it in one network. */
export const directRouting: Omit<Story, 'title' | 'bare'> = {
  client: 'client',
  director: 'lb1',
  vip: '172.16.100.1',
  otherVip: '172.16.100.200',
  datagrams: 7,
  inventory: (weights, vips) => ({
    clusters: {
      web: {
        mode: 'dr',
        vips,
        directors: { lb1: '172.16.100.2/24' },
        real_servers: Object.fromEntries(
          Object.entries(weights).map(([name, weight]) => [name, { address: addresses[name], weight }]),
        ),
        services: vips.flatMap((vip) => [
          { vip, port: 80, scheduler: 'wrr' },
          ...(vips.length > 1 ? [] : [{ vip, port: 443, scheduler: 'wlc', persistence: 300 }]),
          { vip, port: 7, protocol: 'udp', scheduler: 'rr', ask: 'udp' },
        ]),
        probes: { client: '172.16.100.50/24' },
      },
    },
  }),
  byHand: {
    lb1: 'ipvsadm -e -t 172.16.100.1:80 -r 172.16.100.7:80 -g -w 9; ipvsadm -A -t 172.16.100.1:9999; ip route del 172.16.100.1/32 dev eth0',
    rs1: 'sysctl -qw net.ipv4.conf.all.arp_ignore=0 net.ipv4.conf.lo.arp_ignore=0 net.ipv4.conf.eth0.arp_ignore=0; systemctl -q disable lvs-realserver',
    rs2: 'sed -i s/lb1/lb9/ /etc/hosts; rm /etc/sysctl.d/60-lvs-realserver.conf',
  },
  noticed: /WRONG rs1 \(\S+\) answers ARP for 172\.16\.100\.1, too/,
};
