import test from 'ava';
import { secretToken } from '../../src/model/secret.ts';
import { file, fileKind, type ObservedFile } from '../../src/resources/file.ts';
import { saidOnlyBy, type TrafficLanguage, trafficLanguages } from '../../src/resources/traffic-files.ts';
import { plainContext } from '../support/context.ts';
import { readGolden } from '../support/golden.ts';

type Row = readonly [language: TrafficLanguage, theirs: string, ours: string, goes: readonly string[]];

const rows: readonly Row[] = [
  [
    'ipvsadm',
    '-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.0.7:80 -g\n-A -f 3 -s wlc\n',
    '-A -t 10.0.0.1:80 -s wlc\n-a -t 10.0.0.1:80 -r 10.0.0.8:80 -g -w 1\n',
    ['real server -t 10.0.0.1:80 -r 10.0.0.7:80', 'virtual service -f 3'],
  ],
  ['ipvsadm', '# ipvsadm.rules\n', '-A -t 10.0.0.1:80 -s wlc\n', []],
  ['ipvsadm', '-A -t 10.0.0.1:80 -s rr\n', '-A -t 10.0.0.1:80 -s wlc -p 300\n', []],
  [
    'keepalived',
    'vrrp_instance VI_1 {\n  virtual_ipaddress {\n    10.0.0.1/24 dev eth0\n  }\n}\nvirtual_server 10.0.0.1 80 {\n  real_server 10.0.0.7 80 {\n    weight 1\n  }\n}\n',
    'vrrp_instance web {\n  virtual_ipaddress {\n    10.0.0.1/32 dev eth0 label eth0:0\n  }\n}\n',
    ['VRRP instance VI_1', 'virtual service 10.0.0.1 80', 'real server 10.0.0.7 80 of 10.0.0.1 80'],
  ],
  // Somebody has begun with the example.
  [
    'keepalived',
    'global_defs {\n   notification_email {\n     acassen@firewall.loc\n   }\n}\nvirtual_server 10.0.0.1 443 {\n}\n',
    '',
    ['virtual service 10.0.0.1 443'],
  ],
  ['keepalived', '! global_defs {\n  # virtual_server 10.0.0.1 80 {\n\n', '', []],
  ['keepalived', 'global_defs {\n  # virtual_server 10.0.0.1 80 {\n  router_id lb1\n}\n', '', ['3 lines']],
  [
    'keepalived',
    'include /etc/keepalived/conf.d/*.conf\n',
    '',
    ['what it includes from /etc/keepalived/conf.d/*.conf'],
  ],
  ['keepalived', 'virtual_ipaddress { 10.9.9.9 }\n', '', ['address 10.9.9.9']],
  [
    'ipvsadm',
    '--add-service --tcp-service 10.0.0.9:25 -s wlc\n',
    '',
    ['virtual service --tcp-service 10.0.0.9:25'],
  ],
  ['heartbeat', 'autojoin any\n', 'node lb1\n', ['1 line']],
  [
    'ldirectord',
    'virtual=a:80\n\treal=x:80 gate\nvirtual=b:80\n\treal=x:80 gate\n',
    'virtual=a:80\n\treal=x:80 gate\nvirtual=b:80\n\treal=y:80 gate\n',
    ['real server x:80 of b:80'],
  ],
  [
    'keepalived',
    'global_defs {\n   notification_email {\n     acassen@firewall.loc\n   }\n}\nvirtual_server 192.168.200.100 443 {\n}\n',
    '',
    [],
  ],
  // A site that has kept the names of the example.
  [
    'keepalived',
    'vrrp_instance VI_1 {\n  virtual_ipaddress {\n    192.168.200.50\n  }\n}\n',
    '',
    ['VRRP instance VI_1', 'address 192.168.200.50'],
  ],
  [
    'ldirectord',
    'checktimeout=3\nvirtual=10.0.0.1:80\n\treal=10.0.0.7:80 gate\n\tfallback=127.0.0.1:80 gate\n',
    'virtual = 10.0.0.1:80\n  real = 10.0.0.8:80 gate 1\n',
    ['real server 10.0.0.7:80 of 10.0.0.1:80', 'real server 127.0.0.1:80 of 10.0.0.1:80'],
  ],
  ['ldirectord', '#virtual=10.0.0.1:80\n#\treal=10.0.0.7:80 gate\n', '', []],
  [
    'corosync',
    'totem {\n\tversion: 2\n\tcluster_name: shop\n}\nnodelist {\n\tnode {\n\t\tring0_addr: 10.0.0.2\n\t}\n}\n',
    'totem {\n  cluster_name: web\n}\nnodelist {\n  node {\n    ring0_addr: 10.0.0.2\n  }\n}\n',
    ['cluster shop'],
  ],
  // As Debian 12 ships it.
  [
    'corosync',
    'totem {\n\tversion: 2\n\tcluster_name: debian\n\tcrypto_cipher: none\n}\nnodelist {\n\tnode {\n\t\tname: node1\n\t\tring0_addr: 127.0.0.1\n\t}\n}\n',
    '',
    [],
  ],
  ['heartbeat', '# node old\nnode lb1 lb8\nbcast eth1\n', 'node lb1\nnode lb2\n', ['node lb1 lb8']],
  [
    'haresources',
    '# a comment\nlb1 10.0.0.1 httpd\n',
    'lb1 IPaddr2::10.0.0.1/32/eth0\n',
    ['resource group lb1 10.0.0.1 httpd'],
  ],
  [
    'cman',
    '<cluster name="old" config_version="4"><clusternodes><clusternode name="a" nodeid="1"/></clusternodes></cluster>',
    '<cluster name="web"><clusternodes><clusternode name="lb1"/></clusternodes></cluster>',
    ['cluster old', 'node a'],
  ],
];

for (const [index, [language, theirs, ours, goes]] of rows.entries()) {
  test(`${language} ${index}: ${theirs.slice(0, 40).replaceAll('\n', ' / ')}`, (t) => {
    t.deepEqual(saidOnlyBy(theirs, ours, language), goes);
    t.deepEqual(saidOnlyBy(theirs, theirs, language), []);
  });
}

const paths: Record<TrafficLanguage, RegExp> = {
  ipvsadm: /ipvsadm/,
  keepalived: /keepalived\.conf/,
  ldirectord: /ldirectord\.cf/,
  corosync: /corosync\.conf/,
  heartbeat: /ha\.cf/,
  haresources: /haresources/,
  cman: /cluster\.conf/,
};

test('every document about traffic that lvsform renders says something', async (t) => {
  const { documents } = await readGolden();
  for (const language of trafficLanguages) {
    const own = [...documents].filter(([name]) => paths[language].test(name));
    t.true(own.length > 0, language);
    for (const [name, text] of own) t.not(saidOnlyBy(text, '', language).length, 0, name);
  }
});

test('what goes with a file is told where ours holds a secret, too, and its content is not', (t) => {
  const path = '/etc/keepalived/keepalived.conf';
  const ours = file(path, `auth_pass ${secretToken('web/failover')}\n`, { traffic: 'keepalived' });
  t.true(ours.sensitive);
  t.regex(fileKind.probe([ours], 'debian'), /show_content/);
  t.notRegex(fileKind.probe([file('/etc/key', secretToken('web/failover'))], 'debian'), /show_content/);
  const there = (content: string): ObservedFile => ({
    state: 'present',
    size: content.length,
    content,
    digest: '0'.repeat(64),
    mode: '0644',
    owner: 'root',
    group: 'root',
  });
  const found = fileKind.compare(ours, there('auth_pass hidden\nvrrp_instance old {\n}\n'), plainContext);
  t.deepEqual(found.change?.loses, ['VRRP instance old']);
  t.notRegex(JSON.stringify(found), /hidden/);
  t.is(fileKind.compare(ours, there('vrrp_instance VI_1 {\n}\n'), plainContext).change?.loses, undefined);
});
