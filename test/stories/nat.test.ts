import { tell } from './story.ts';

/** rs1 and rs3 send replies to the director by a routing table of their own, rs2 by its default route. */
const servers: Readonly<Record<string, { address: string; port: number; gateway?: string }>> = {
  rs1: { address: '192.168.56.101', port: 8088, gateway: 'table' },
  rs2: { address: '192.168.56.103', port: 80 },
  rs3: { address: '192.168.56.104', port: 8081, gateway: 'table' },
};

tell({
  title: 'NAT with port mapping, behind a router',
  bare: false,
  client: 'client',
  director: 'lb1',
  vip: '192.168.0.178',
  otherVip: '192.168.0.179',
  inventory: (weights, vips) => ({
    clusters: {
      web: {
        mode: 'nat',
        vips: vips.map((address) => ({ address, interface: 'eth0' })),
        defaults: { interface: 'eth1' },
        directors: { lb1: '192.168.56.102/24' },
        real_servers: Object.fromEntries(
          Object.entries(weights).map(([name, weight]) => {
            const { address, gateway = 'default' } = servers[name]!;
            return [name, { address, gateway, weight }];
          }),
        ),
        services: vips.map((vip) => ({
          vip,
          port: 80,
          scheduler: 'wrr',
          real_servers: Object.fromEntries(
            Object.keys(weights).map((name) => [name, { port: servers[name]!.port }]),
          ),
        })),
        probes: { client: '10.9.0.50/24' },
        time: { servers: ['192.168.56.102'], from_directors: true },
      },
    },
  }),
  byHand: {
    lb1: 'ipvsadm -A -t 192.168.0.178:9999; ipvsadm -e -t 192.168.0.178:80 -r 192.168.56.103:80 -m -w 7; echo "# by hand" >> /etc/chrony/chrony.conf',
    rs1: 'sed -i s/lb1/lb9/ /etc/hosts; systemctl -q disable lvs-realserver',
    rs2: 'rm /usr/local/sbin/lvs-realserver',
  },
  noticed: /Plan: \d+ to add, [4-9] to change/,
});
