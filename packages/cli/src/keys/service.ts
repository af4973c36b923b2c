/** What a command does to keys; the names of `actions/keys.ts`. */
export type Operation =
  | 'create'
  | 'rotate'
  | 'suspend'
  | 'resume'
  | 'retire'
  | 'destroy'
  | 'cancelDestroy'
  | 'shred'
  | 'show'
  | 'stats'
  | 'verifyAudit'

/** Where keys are that no key store keeps, and how that is done there which only their keeper can do. */
export interface Service {
  readonly title: string
  /** The key as its service calls it. */
  readonly key: string
  readonly how: Partial<Readonly<Record<Operation, string>>>
  /** Whether it wraps data keys, which can be wrapped anew, and seals nothing itself. */
  readonly wraps: boolean
}

const withPlaceholder = (name: string): string => (name.startsWith('alias/') ? `<id of ${name}>` : name)

function aws(key: string): Service {
  const id = `--key-id '${withPlaceholder(key)}'`
  return {
    title: 'AWS KMS',
    key,
    wraps: true,
    how: {
      create: 'aws kms create-key, and aws kms create-alias for a name',
      rotate: `aws kms rotate-key-on-demand ${id}`,
      suspend: `aws kms disable-key ${id}`,
      resume: `aws kms enable-key ${id}`,
      destroy: `aws kms schedule-key-deletion ${id} --pending-window-in-days 30`,
      cancelDestroy: `aws kms cancel-key-deletion ${id}, then aws kms enable-key`,
      show: `aws kms describe-key --key-id '${key}'`,
      stats: 'AWS CloudTrail records every call',
      verifyAudit: 'AWS CloudTrail records every call; aws cloudtrail validate-logs',
    },
  }
}

function gcp(key: string): Service {
  const [, project, location, ring, name] =
    /^projects\/([^/]+)\/locations\/([^/]+)\/keyRings\/([^/]+)\/cryptoKeys\/([^/]+)/.exec(key) ?? []
  const place = `--keyring '${ring}' --location '${location}' --project '${project}'`
  const version = (verb: string) => `gcloud kms keys versions ${verb} <version> --key '${name}' ${place}`
  return {
    title: 'Google Cloud KMS',
    key,
    wraps: true,
    how: {
      create: `gcloud kms keys create <name> --purpose encryption ${place}`,
      rotate: `gcloud kms keys versions create --key '${name}' ${place} --primary`,
      suspend: version('disable'),
      resume: version('enable'),
      destroy: version('destroy'),
      cancelDestroy: `${version('restore')}, then enable it`,
      show: `gcloud kms keys versions list --key '${name}' ${place}`,
      stats: 'Cloud Audit Logs record every call, where data access logs are on',
      verifyAudit: 'Cloud Audit Logs record every call, where data access logs are on',
    },
  }
}

function azure(path: string): Service {
  const [, vault = '', managed, name = ''] = /^([^./]+)(\.managedhsm)?[^/]*\/keys\/([^/]+)/.exec(path) ?? []
  const place = managed ? `--hsm-name '${vault}'` : `--vault-name '${vault}'`
  const key = `${place} --name '${name}'`
  return {
    title: 'Azure Key Vault',
    key: path,
    wraps: true,
    how: {
      create: `az keyvault key create ${place} --name <name>`,
      rotate: `az keyvault key rotate ${key}`,
      suspend: `az keyvault key set-attributes ${key} --enabled false`,
      resume: `az keyvault key set-attributes ${key} --enabled true`,
      destroy: `az keyvault key delete ${key}`,
      cancelDestroy: `az keyvault key recover ${key}`,
      show: `az keyvault key list-versions ${key}`,
      stats: 'the AuditEvent logs of the vault record every call',
      verifyAudit: 'the AuditEvent logs of the vault record every call',
    },
  }
}

function transit(path: string): Service {
  const at = path.lastIndexOf('/')
  const key = `'${path.slice(0, at)}/keys/${path.slice(at + 1)}'`
  return {
    title: "Vault's transit engine",
    key: path,
    wraps: true,
    how: {
      create: `vault write -f '${path.slice(0, at)}/keys/<name>'`,
      rotate: `vault write -f ${key.slice(0, -1)}/rotate'`,
      suspend: 'take `update` on it from the policy',
      resume: 'give `update` on it back in the policy',
      retire: `vault write ${key.slice(0, -1)}/config' min_decryption_version=<oldest that opens>`,
      destroy: `vault write ${key.slice(0, -1)}/config' deletion_allowed=true, then vault delete ${key}`,
      show: `vault read ${key}`,
      stats: 'the audit devices of Vault record every call',
      verifyAudit: 'the audit devices of Vault record every call',
    },
  }
}

const NEXT = 'an entry of `waxseal keygen` put before the others'

function list(title: string, key: string, next = NEXT): Service {
  return {
    title,
    key,
    wraps: false,
    how: {
      create: 'an entry of `waxseal keygen`',
      rotate: next,
      retire: next,
      destroy: 'the entry taken out; what it sealed opens no more',
      show: '`waxseal keys list`',
    },
  }
}

const SERVICES: Readonly<Record<string, (path: string) => Service>> = {
  env: (name) => list('the environment', name),
  file: (path) => list('a key file', path, `waxseal keygen --add '${path}'`),
  vault: (path) => list('a secret of Vault', path, `${NEXT}, as the secret's next version`),
  aws,
  gcp,
  azure,
  'vault-transit': transit,
}

/** The service that an entry of `keys` names. */
export function serviceOf(entry: unknown): Service {
  if (typeof entry === 'string') {
    const [, scheme = '', path = ''] = /^([a-z-]+):\/\/([^?]*)/.exec(entry) ?? []
    const make = Object.hasOwn(SERVICES, scheme) ? SERVICES[scheme] : undefined
    if (make) return make(path)
  }
  const { file, id } = entry as { file?: unknown; id?: unknown }
  if (typeof file === 'string') return SERVICES.file!(file)
  return { title: 'a key service', key: typeof id === 'string' ? id : '', wraps: true, how: {} }
}
