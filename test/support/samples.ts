import { stringFields } from './fields.ts';

/** Inventories that between them have every text that the shape knows. All are sound. */
const everywhere = {
  interface: 'eth0',
  ssh: { host: 'h.example.org', user: 'admin', identity: '~/.ssh/key' },
  vars: { motd: 'hello', deep: { list: ['a'] } },
};
/** Lines for a real server, which only keepalived takes. */
const raw = { directives: ['delay_loop 7'] };
const rs = {
  rs1: {
    address: '10.1.0.11/24',
    address6: 'fd00:1::11/64',
    groups: ['big'],
    ...everywhere,
    ssh: { ...everywhere.ssh, host: 'rs1' },
  },
  rs2: '10.1.0.12',
};
const lb1 = {
  address: '10.1.0.2/24',
  address6: 'fd00:1::2/64',
  groups: ['big'],
  ...everywhere,
  ssh: { ...everywhere.ssh, host: 'lb1' },
};
const pair = { lb1: '10.1.0.2/24', lb2: '10.1.0.3' };
const web = { vip: '10.1.0.100', real_servers: { rs1: '10.1.0.11', rs2: '10.1.0.12', rs9: '10.1.0.19' } };

const clusters: Readonly<Record<string, object>> = {
  monitor: {
    mode: 'nat',
    vip: { address: '10.3.0.100/24', interface: 'eth1' },
    network: '10.1.0.0/24',
    directors: { lb1 },
    real_servers: { ...rs, rs9: '10.1.0.19' },
    defaults: everywhere,
    probes: {
      client: {
        address: '10.3.0.50/24',
        address6: 'fd00:3::50/64',
        groups: ['big'],
        ...everywhere,
      },
      other: '10.3.0.51',
    },
    services: [
      {
        port: 80,
        vip: '10.3.0.100',
        scheduler: 'rr',
        real_servers: ['rs1', 'rs2'],
        sorry_server: 'rs9',
        persistence: { timeout: 60, netmask: '255.255.255.0' },
        check: { kind: 'http', request: '/a', expect: 'ok', status: ['200-299'], host: 'www.example.org' },
      },
      { port: 81, real_servers: { rs1: 2 }, sorry_server: { server: 'rs9' } },
      { mark: 3, ports: ['8081-8089/tcp'], vips: ['10.3.0.100'], check: 'tcp' },
      { port: 82, check: { kind: 'script', run: '/usr/bin/true' } },
    ],
    health: {
      engine: 'monitor',
      check: { kind: 'http', request: '/all', expect: 'all', status: ['200'], host: 'all' },
    },
    tunables: { sync_threshold: '3 50' },
    time: { servers: ['ntp.example.org'], from_directors: true },
    content: [
      { mount: '10.1.0.9:/srv/www', at: '/srv/www', type: 'nfs', options: 'ro,soft' },
      { rsync: 'rsync://10.1.0.9/shop/', at: '/srv/shop' },
    ],
  },
  ntpdate: {
    mode: 'dr',
    vips: ['10.1.0.100', { address: 'fd00:1::100', interface: 'eth0' }],
    directors: { lb1: '10.1.0.2/24' },
    real_servers: { rs1: '10.1.0.11', rs2: '10.1.0.12' },
    services: [{ port: 80, vip: '10.1.0.100' }],
    time: { engine: 'ntpdate', servers: ['ntp.example.org'] },
  },
  keepalived: {
    ...web,
    real_servers: { ...web.real_servers, rs1: { address: '10.1.0.11', ...raw } },
    defaults: raw,
    mode: 'dr',
    directors: pair,
    services: [
      {
        port: 80,
        check: { kind: 'http', request: '/a', expect: 'ok', host: 'www', directives: ['warmup 3'] },
      },
      { port: 53, protocol: 'udp', check: { kind: 'dns', request: 'www.example.org' } },
      { port: 514, protocol: ['udp'], check: { kind: 'udp', request: 'AB 12', expect: 'AB' } },
      { port: 82, check: { kind: 'script', run: '/usr/bin/true' } },
      { port: 83, check: { kind: 'file', run: 'a_file' } },
      {
        port: 25,
        check: { kind: 'smtp', host: 'mx.example.org' },
        directives: ['alpha'],
        real_servers: { rs1: { directives: ['warmup 2'] } },
      },
    ],
    health: {
      engine: 'keepalived',
      check: { kind: 'http', status: ['200-299'], request: '/', directives: ['warmup 1'] },
      alert: { to: ['ops@example.org'], from: 'lb@example.org', server: 'mail.example.org' },
      directives: {
        global: ['process_names'],
        blocks: ['vrrp_track_file a_file {', 'file /tmp/a', 'init_file 0', '}'],
        service: ['quorum 1'],
        server: ['notify_up "/bin/true"'],
      },
    },
    failover: {
      engine: 'keepalived',
      interface: 'eth0',
      transport: 'multicast',
      group: '224.0.0.18',
      interfaces: ['eth1'],
      script: '/usr/bin/test -e /etc/hostname',
      notify: '/usr/bin/true',
      key: { env: 'KEY' },
      gateway: { address: '10.1.0.1/24', interface: 'eth0' },
      directives: {
        global: ['vrrp_skip_check_adv_addr'],
        blocks: ['static_routes {', '}'],
        instance: ['garp_master_refresh 60'],
      },
    },
    sync: { interface: 'eth0', group: '224.0.0.81' },
  },
  ldirectord: {
    ...web,
    mode: 'dr',
    directors: pair,
    services: [
      {
        port: 3306,
        check: {
          kind: 'mysql',
          request: 'SELECT 1',
          login: 'probe',
          password: { env: 'DB' },
          database: 'shop',
          directives: ['netmask = 255.255.255.255'],
        },
      },
      { port: 80, check: { kind: 'http', request: '/', expect: 'rs', host: 'www' } },
      { port: 82, check: { kind: 'script', run: '/usr/bin/true' } },
      {
        port: 5432,
        check: {
          kind: 'pgsql',
          request: 'SELECT 1',
          login: 'a',
          password: { command: 'pass db' },
          database: 'b',
        },
      },
    ],
    health: {
      engine: 'ldirectord',
      check: {
        kind: 'mysql',
        request: 'SELECT 2',
        login: 'p',
        password: { env: 'ALL' },
        database: 'd',
      },
      alert: { to: ['ops@example.org'], from: 'lb@example.org', server: 'mail.example.org' },
      directives: { global: ['supervised = no'], service: ['quiescent = no'] },
    },
    failover: {
      engine: 'heartbeat',
      second_link: { interface: 'eth1', addresses: { lb1: '10.9.0.2', lb2: '10.9.0.3' } },
      ping: ['10.1.0.254'],
      key: { command: 'pass key' },
      directives: { global: ['debug 1'] },
    },
  },
  pacemaker: {
    ...web,
    mode: 'dr',
    directors: pair,
    services: [{ port: 80 }],
    health: {
      engine: 'ldirectord',
      check: { kind: 'mysql', request: 'S', login: 'p', password: { command: 'x' }, database: 'd' },
    },
    failover: {
      engine: 'pacemaker',
      node_key: { env: 'NODE' },
      quorum_device: { host: 'q.example.org' },
      fencing: [
        {
          agent: 'fence_ipmilan',
          hosts: ['lb1'],
          params: { ipaddr: '10.9.0.2', passwd: { env: 'IPMI' }, password: { command: 'pass ipmi' } },
        },
      ],
      directives: { global: ['debug: on'], blocks: ['logging {', 'debug: on', '}'] },
    },
  },
  cman: {
    ...web,
    mode: 'dr',
    directors: pair,
    services: [{ port: 80 }],
    failover: {
      engine: 'cman',
      node_key: { command: 'pass node' },
      transport: 'multicast',
      group: '225.0.0.9',
      fencing: [{ agent: 'fence_apc', params: { ipaddr: '10.9.0.2', option: 'a' } }],
      directives: { global: ['<dlm/>'] },
    },
  },
  nat: {
    mode: 'nat',
    vip: { address: '10.3.0.100', interface: 'eth1' },
    directors: pair,
    real_servers: { rs1: '10.1.0.11' },
    services: [{ port: 80 }],
    health: { engine: 'keepalived', check: { kind: 'script', run: '/usr/bin/true' } },
    failover: { engine: 'keepalived', gateway: '10.1.0.1/24', sync_group: 'front' },
  },
};

const second = {
  ...clusters['nat'],
  mode: 'dr',
  vip: { address: '10.3.0.101', interface: 'eth1' },
  failover: { engine: 'keepalived', id: 52, sync_group: 'front' },
};

/** Each sample by its cluster's name; the name of the whole only where the shape has one. */
export const samples: ReadonlyMap<string, object> = new Map(
  Object.entries(clusters).map(([name, cluster]) => [
    name,
    {
      ...(stringFields().includes('name') ? { name: 'all' } : {}),
      ...(name === 'monitor' ? { defaults: everywhere, groups: { big: everywhere } } : {}),
      ...(name === 'keepalived' ? { defaults: raw, groups: { big: raw } } : {}),
      clusters: { [name]: cluster, ...(name === 'nat' ? { second } : {}) },
    },
  ]),
);
