import { createFakeAwsKms, createFakeGcpKms, type ServiceFake } from '../fakes.js'

/** A fake for a developer's machine: names and credentials are the same at every start, keys are new. */
export interface DevFake {
  readonly fake: ServiceFake
  /** What the service's clients read, where the fake is at `url`. */
  readonly environment: (url: string) => Readonly<Record<string, string>>
  /** The key that is there from the start. */
  readonly keyUri: (url: string) => string
}

/** Every fake that the command starts, by the name that `--only` takes. */
export const devFakes: Readonly<Record<string, () => Promise<DevFake>>> = {
  'aws-kms': devAwsKms,
  'gcp-kms': devGcpKms,
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
    keyUri: (url) => `aws://${alias}?region=${fake.region}&endpoint=${url}`,
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
    keyUri: (url) => `gcp://${keyName}?endpoint=${url}`,
  }
}
