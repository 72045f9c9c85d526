import { secretToken } from '../model/secret.ts';
import { sshKeyForms } from '../model/secret-needs.ts';
import { file } from '../resources/file.ts';
import { common, type Component, type DirectorRole, directorRoles } from './component.ts';

interface KeyContext {
  readonly name: string;
  readonly path: string;
  readonly secret: string;
  readonly public: string;
  /** Addresses, separated by commas. */
  readonly from: string;
  readonly others: readonly string[];
  readonly policy: string;
}

const folder = '/root/.ssh';

/** Lets the directors' root users log in to one another: with the cluster's own key, and only from the directors' addresses. */
export const nodeKeysComponent: Component = (site) => {
  const mine = directorRoles(site, ({ failover }) => failover?.nodeKey !== undefined);
  if (mine.length === 0) return [];
  const keys = mine.map((role) => keyContext(role, site.family === 'debian' ? 'accept-new' : 'no'));
  const context = { ...common(site), keys };
  return [
    ...keys.map(({ path, secret }) => file(path, secretToken(secret), { mode: '0600', sensitive: true })),
    {
      kind: 'block',
      path: `${folder}/authorized_keys`,
      content: site.render('node-keys/authorized_keys', context),
    },
    { kind: 'block', path: `${folder}/config`, content: site.render('node-keys/ssh_config', context) },
  ];
};

/** OpenSSH before 7.6 does not know accept-new. */
function keyContext({ cluster, director }: DirectorRole, policy: 'accept-new' | 'no'): KeyContext {
  const { name, directors, failover } = cluster;
  const forms = sshKeyForms(failover!.nodeKey!);
  const others = directors.filter((each) => each.name !== director.name);
  return {
    name: `lvsform-${name}`,
    path: `${folder}/lvsform-${name}`,
    secret: forms.private,
    public: secretToken(forms.public),
    from: directors.map(({ address }) => address).join(','),
    others: others.flatMap((each) => [each.name, each.address]),
    policy,
  };
}
