import { generateKey } from '@waxseal/core'
import { createFakeAwsKms, createFakeAzureKeyVault, createFakeDevVault, createFakeGcpKms, type ServiceFake } from '../fakes.js'

/** A fake for a developer's machine: names and credentials are the same at every start, keys are new. */
export interface DevFake {
  readonly fake: ServiceFake
  /** What the service's clients read, where the fake is at `url`. */
  readonly environment: (url: string) => Readonly<Record<string, string>>
  /** The keys that are there from the start. */
  readonly keyUris: (url: string) => readonly string[]
}

/** Every fake that the command starts, by the name that `--only` takes. */
export const devFakes: Readonly<Record<string, () => Promise<DevFake>>> = {
  'aws-kms': devAwsKms,
  'gcp-kms': devGcpKms,
  vault: devVault,
  'azure-key-vault': devAzureKeyVault,
}

async function devAwsKms(): Promise<DevFake> {
  const credentials = { accessKeyId: 'AKIAWAXSEALDEVFAKE00', secretAccessKey: 'the-secret-of-a-fake-is-no-secret' }
  const fake = createFakeAwsKms({ credentials })
  const alias = 'alias/waxseal-dev'
  fake.createAlias(alias, fake.keyArn)
  return {
    fake,
    environment: (url) => ({
      AWS_REGION: fake.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_KMS: url,
    }),
    keyUris: (url) => [`aws://${alias}?region=${fake.region}&endpoint=${url}`],
  }
}

async function devGcpKms(): Promise<DevFake> {
  const fake = await createFakeGcpKms({ projectId: 'waxseal-dev' })
  const keyName = fake.createKey({ cryptoKeyId: 'waxseal-dev' })
  return {
    fake,
    environment: (url) => ({
      GOOGLE_CLOUD_PROJECT: fake.projectId,
      // Tokens come from the fake's metadata server, so that no file holds a key.
      GCE_METADATA_HOST: new URL(url).host,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: `${url}/`,
    }),
    keyUris: (url) => [`gcp://${keyName}?endpoint=${url}`],
  }
}

async function devVault(): Promise<DevFake> {
  const fake = createFakeDevVault({ rootToken: 'waxseal-dev-root' })
  fake.createKey('orders')
  fake.writeSecret('waxseal', { key: generateKey() })
  return {
    fake,
    environment: (url) => ({ VAULT_ADDR: url, VAULT_TOKEN: fake.rootToken }),
    // The one never leaves the server, the other is the field `key` of a secret.
    keyUris: (url) => [`vault-transit://transit/orders?addr=${url}`, `vault://secret/waxseal?addr=${url}`],
  }
}

async function devAzureKeyVault(): Promise<DevFake> {
  const fake = createFakeAzureKeyVault({
    tenantId: '00000000-0000-4000-8000-000000000001',
    clientId: '00000000-0000-4000-8000-000000000002',
    clientSecret: 'the-secret-of-a-fake-is-no-secret',
  })
  await fake.createKey('orders')
  await fake.createKey('orders-signing', { kty: 'EC' })
  const { host } = new URL(fake.vaultUrl)
  return {
    fake,
    environment: (url) => ({
      AZURE_TENANT_ID: fake.tenantId,
      AZURE_CLIENT_ID: fake.clientId,
      AZURE_CLIENT_SECRET: fake.clientSecret,
      AZURE_AUTHORITY_HOST: url,
    }),
    keyUris: (url) => [`azure://${host}/keys/orders?signing-key=orders-signing&endpoint=${url}`],
  }
}
