const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))

/** Fixed key and nonce (a0 a1 … ab): for decoding only. */
export const KEY = hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f')
export const ARGS = ['café', 42, { ssn: '123-45-6789' }]

const BLOB = 'oKGio6Slpqeoqaqr'
const SEALED = 'vTofTCMIq51OUbX/fFizrR6OYzKjhXFBqDsLsEiTTCOvK4ODUooFIbH8fz39PPnTo1o='
const SPEC = 'AaChoqOkpaanqKmqq706H0wjCKudTlG1/3xYs60ejmMyo4VxQag7C7BIk0wjryuDg1KKBSGx/H89/Tz506Na'
const GZIPPED = 'AaChoqOkpaanqKmqq/mTdC1FywK/YGYMhU00jOXM/hDXVv/lNjW2Hsm24bzRGi6QO/v1n+Gdzq3+H3phFoVoZEhi0DekIcJMsaB5t6nta/xmE5o='
const codec = (...encodings: string[]) => ({ 'ojs.codec.encodings': encodings, 'ojs.codec.key_id': 'key-1' })
const marked = { ojs_encoded: true, encoding: 'binary/encrypted' }

/** The same args as each implementation writes them. Those of the Python SDK were made by it and read by that for JavaScript. */
export const VECTORS: Record<string, { args: unknown; meta?: Record<string, unknown>; ojs_encoded?: boolean }> = {
  specification: { args: [{ ...marked, data: SPEC }], meta: codec('binary/encrypted') },
  'specification, compressed': {
    args: [{ ...marked, encoding: 'binary/encrypted+gzip', data: GZIPPED }],
    meta: codec('gzip/plain', 'binary/encrypted'),
  },
  'specification, complete in the args': {
    args: [{ ...marked, encoding: 'binary/encrypted+gzip', data: GZIPPED, metadata: { encryption_key_id: 'key-1' } }],
  },
  'SDKs for JavaScript and Python': {
    args: ['vTofTCOXd49SAL7xK1r07FyMIjLhxCxOpi4Et02YWDXnW3HIlxtxQAKuKpH4xkY0UWZk1Wc3zFey'],
    meta: { ...codec('binary/encrypted'), 'ojs.codec.nonce': BLOB },
  },
  'SDKs for Java, Ruby, Rust and PHP': { args: [BLOB + SEALED], meta: codec('binary/encrypted') },
  'SDK for Go': { args: [{ ojs_encoded: true, data: BLOB + SEALED }], meta: codec('binary/encrypted') },
  'SDK for Go, older': {
    args: [BLOB + SEALED],
    meta: {
      'ojs.encryption.encrypted': true,
      'ojs.encryption.algorithm': 'AES-256-GCM',
      'ojs.encryption.key_id': 'key-1',
    },
  },
  'SDK for JavaScript, older': {
    args: [SEALED],
    meta: { 'ojs.encryption.encrypted': true, 'ojs.encryption.key_id': 'key-1', 'ojs.encryption.nonce': BLOB },
  },
  'SDK for Python, older': { args: [SEALED], meta: { ojs_encoded: true, ojs_key_id: 'key-1', ojs_nonce: BLOB } },
  'SDK for Rust, older': { args: [BLOB + SEALED], meta: { _encrypted: true, _encryption_key_id: 'key-1' } },
  'conformance suite': { args: [BLOB + SEALED], meta: { ojs_encoded: true, ...codec('binary/encrypted') } },
  'website of OJS': { args: SPEC, ojs_encoded: true, meta: codec('aes-256-gcm') },
  'website of OJS, compressed': { args: GZIPPED, ojs_encoded: true, meta: codec('gzip', 'aes-256-gcm') },
}

export const PAYLOAD = {
  request: { data: BLOB + SEALED, metadata: { ojs_codec: 'aes-256-gcm', ojs_key_id: 'key-1' } },
  response: { data: 'WyJjYWbDqSIsNDIseyJzc24iOiIxMjMtNDUtNjc4OSJ9XQ==' },
}
