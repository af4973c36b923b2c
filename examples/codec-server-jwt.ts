import { createCodecServer, jwtAuthentication } from '@waxseal/codec-server'
import { createMetrics } from '@waxseal/codec-server/metrics'
import { withTracing } from '@waxseal/codec-server/tracing'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const trail = { append: async () => {} }

// #region jwt
const auth = jwtAuthentication({
  keys: new URL('https://login.tmprl.cloud/.well-known/jwks.json'),
  issuer: 'https://login.tmprl.cloud/',
  audience: 'https://saas-api.tmprl.cloud',
  algorithms: ['RS256'],
  idClaim: 'email',
})
// #endregion

// #region metrics
const metrics = createMetrics()
const server = withTracing(
  createCodecServer({ sealer, auth, policy: [{ who: ['*'], give: 'masked' }], trail, onEvent: metrics.onEvent }),
)

const stranger = await server.fetch(new Request('https://codec.example.com/decode', { method: 'POST', body: '{}' }))
console.log(stranger.status) // 401

const scraped = await metrics.text()
console.log(/^waxseal_codec_calls_total.*/m.exec(scraped)?.[0]) // waxseal_codec_calls_total{operation="decode",dialect="temporal",status="401"} 1
// #endregion
