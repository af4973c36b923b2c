import { createRequire } from 'node:module'
import { KeyManagementServiceClient } from '@google-cloud/kms'
import type { FakeGcpKms } from '@waxseal/conformance/fakes'

type Members = Record<string, unknown>
type Callback = (error: { code: number; details: string } | null, response?: Members) => void
type Handler = (call: { request: Members & { name: string } }, callback: Callback) => void

// What Google's client itself uses: gRPC, and the library that gets tokens.
const ofClient = createRequire(createRequire(import.meta.url).resolve('@google-cloud/kms'))
const gax = ofClient('google-gax')
const { grpc } = gax
const { OAuth2Client } = createRequire(ofClient.resolve('google-gax'))('google-auth-library')

/** The client with this token. Without one it would look for a metadata server. */
export function googleClient(access_token: string, options: object): KeyManagementServiceClient {
  const authClient = new OAuth2Client()
  authClient.setCredentials({ access_token })
  return new KeyManagementServiceClient({ authClient, ...options })
}

const text = (value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : (value as { value?: unknown } | null)?.value

/** The fake behind gRPC on a loopback port, and clients of Google's for it. */
export async function serveGrpc(kms: FakeGcpKms) {
  const handler =
    (verb: string): Handler =>
    ({ request: { name, ...input } }, callback) => {
      const members = Object.entries(input).flatMap(([member, value]) => (value === null ? [] : [[member, text(value)]]))
      const headers = { authorization: `Bearer ${kms.createAccessToken()}`, 'content-type': 'application/json' }
      const method = verb ? { method: 'POST', body: JSON.stringify(Object.fromEntries(members)) } : {}
      kms
        .fetch(`https://cloudkms.googleapis.com/v1/${name}${verb}`, { headers, ...method })
        .then(async (response) => {
          const { error, ...answer } = (await response.json()) as Members & { error?: { status: string; message: string } }
          if (error) return callback({ code: grpc.status[error.status], details: error.message })
          if (!verb) {
            const { name, state } = answer.primary as Members
            return callback(null, { name: answer.name, primary: { name, state } })
          }
          const decoded = Object.entries(answer).map(([member, value]) => {
            if (member.endsWith('text')) return [member, Buffer.from(String(value), 'base64')]
            return [member, /text.*Crc32c$/.test(member) && typeof value === 'string' ? { value } : value]
          })
          callback(null, Object.fromEntries(decoded))
        })
        .catch(() => callback({ code: grpc.status.UNAVAILABLE, details: 'gone' }))
    }

  const proto = new gax.GrpcClient().loadProtoJSON(ofClient('../protos/protos.json'))
  const server = new grpc.Server()
  server.addService(proto.google.cloud.kms.v1.KeyManagementService.service, {
    Encrypt: handler(':encrypt'),
    Decrypt: handler(':decrypt'),
    GetCryptoKey: handler(''),
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error: Error | null, bound: number) =>
      error ? reject(error) : resolve(bound),
    )
  })
  return {
    client: () =>
      googleClient(kms.createAccessToken(), { sslCreds: grpc.credentials.createInsecure(), apiEndpoint: '127.0.0.1', port }),
    close: (): void => server.forceShutdown(),
  }
}
