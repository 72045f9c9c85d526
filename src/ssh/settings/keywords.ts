import type { Answer, Settings } from './answer.ts';

/**
 * Keywords of ssh_config(5) that change nothing for lvsform: it asks for no terminal and no password, forwards nothing, keeps
 * its own connections, and writes its own messages.
 */
export const harmless: ReadonlySet<string> = new Set(
  `addkeystoagent batchmode canonicaldomains canonicalizefallbacklocal canonicalizemaxdots canonicalizepermittedcnames
  casignaturealgorithms clearallforwardings compression connectionattempts controlmaster controlpath controlpersist
  dynamicforward enableescapecommandline enablesshkeysign escapechar exitonforwardfailure fingerprinthash
  forkafterauthentication forwardagent forwardx11 forwardx11timeout forwardx11trusted gatewayports
  gssapiclientidentity gssapidelegatecredentials gssapikeyexchange gssapikexalgorithms gssapirenewalforcesrekey
  gssapiserveridentity gssapitrustdns hostbasedacceptedalgorithms hostbasedauthentication ignoreunknown ipqos
  kbdinteractiveauthentication kbdinteractivedevices challengeresponseauthentication localcommand localforward loglevel
  logverbose numberofpasswordprompts obscurekeystroketiming passwordauthentication permitlocalcommand permitremoteopen
  proxyusefdpass rekeylimit remotecommand remoteforward requesttty securitykeyprovider sendenv
  serveralivecountmax serveraliveinterval sessiontype stdinnull streamlocalbindmask streamlocalbindunlink syslogfacility
  tag tcpkeepalive tunnel tunneldevice updatehostkeys usekeychain visualhostkey xauthlocation`.split(/\s+/),
);

/** Keywords that a route is made from, or that OpenSSH has used already for its answer. */
const heeded: ReadonlySet<string> = new Set(
  `host hostname port user identityfile identitiesonly identityagent stricthostkeychecking hostkeyalias revokedhostkeys
  connecttimeout addressfamily bindaddress hashknownhosts userknownhostsfile globalknownhostsfile proxyjump ciphers macs
  kexalgorithms hostkeyalgorithms pubkeyacceptedalgorithms pubkeyauthentication preferredauthentications
  canonicalizehostname gssapiauthentication`.split(/\s+/),
);

const off = /^(?:no|none|false|)$/i;

/** Older names of keywords, as a configuration may have them; `ssh -G` prints the new ones. */
const formerly: Readonly<Record<string, string>> = {
  pubkeyacceptedalgorithms: 'pubkeyacceptedkeytypes',
  requiredrsasize: 'rsaminsize',
};

/** True if ssh_config has the keyword, by this or its older name, for whichever host. */
export function isWritten(settings: Pick<Settings, 'mentions'>, keyword: string): boolean {
  const former = formerly[keyword];
  return settings.mentions(keyword) || (former !== undefined && settings.mentions(former));
}

/** Keywords that `ssh -G` prints for each host, with a default that is not `no`. */
const everywhere: ReadonlySet<string> = new Set(['requiredrsasize']);

/** The keywords of an answer that only OpenSSH itself supports. */
export function beyondUs(answer: Answer, settings: Pick<Settings, 'usual' | 'mentions'>): string[] {
  const strange = [...answer].filter(
    ([keyword, [value = '']]) =>
      !harmless.has(keyword) &&
      !heeded.has(keyword) &&
      !off.test(value) &&
      !(everywhere.has(keyword) && !isWritten(settings, keyword)),
  );
  if (strange.length === 0) return [];
  const normal = settings.usual();
  return strange
    .filter(([keyword, values]) => normal.get(keyword)?.join('\n') !== values.join('\n'))
    .map(([keyword]) => keyword);
}
