import { wordsOf } from '../text/words.js'

/** People choose it: short, but hardly ever all letters. */
export const PASSWORD = 1
/** Machines make it. */
export const TOKEN = 2
/** Only what looks random is taken for it. */
export const WEAK = 3

export type SecretName = typeof PASSWORD | typeof TOKEN | typeof WEAK

const list = (words: string): readonly string[] => words.split(' ')
const set = (words: string): ReadonlySet<string> => new Set(list(words))

const PASSWORDS = /* @__PURE__ */ set('password passwd passphrase passwort pwd pass pw passcode passwords')
const TOKENS = /* @__PURE__ */ set('secret secrets token tokens credential credentials creds authorization apikey contribsys pat')
const WEAKS = /* @__PURE__ */ set('key keys auth oauth login session sessionid cookie jwt bearer salt dsn sid sig')
/** With `key` behind it, a token. */
const KEY_OF = /* @__PURE__ */ set(
  'api access secret private auth account signing signature encryption license licence shared master service app application admin client consumer iam cloud storage subscription deploy deployment live integration personal project server hmac webhook root rest sdk write read ingest insert user ssh gpg pgp rsa wallet aes session jwt token',
)
/** Lower case without a seam: `softlayerapikey`, `dbpassword`. */
const GLUED_PASSWORDS = /* @__PURE__ */ list('password passwd passphrase pwd')
const GLUED_TOKENS = /* @__PURE__ */ list(
  'secret token credential credentials accessid apikey accesskey secretkey privatekey authkey accountkey signingkey encryptionkey licensekey clientkey sharedkey masterkey servicekey',
)

/** Just before it: something that is public or no secret at all. */
const NOT_AFTER = /* @__PURE__ */ set(
  'public pub primary foreign sort partition cache map bucket schema sequence csrf xsrf hot object row column composite natural unique index group routing shortcut idempotency translation lookup registry next previous page cursor continuation quote pad eos bos unk sep max min num total prompt completion input output cancellation dedup dictionary hash range parent child verification record data item config field message event per no by for of has is requires invalid missing expired',
)
/** Just behind it: an attribute of the secret, not the secret. */
const NOT_BEFORE = /* @__PURE__ */ set(
  'id ids name names type types kind url uri urls path paths file files filename dir size length len count counts version algorithm alg format field fields label title header headers prefix suffix expiry expires expiration expired ttl at date time timeout duration status state policy required enabled disabled valid validation validator regex pattern hint placeholder message error errors description arn alias ref refs reference vault manager store storage provider service server endpoint host port class selector chars press pressed down up event board word stone space set limit usage num index source mode method scheme variable env environment parameter param params attribute column table signatures signature rotation strength reset changed updated created used budget bucket spec bundle derivation generator factory helper handler input output options callback template audience issuer scope scopes email user username owner level domain cost pair pairs encoding',
)

/** Cheap: most names are turned away here. */
const MAY_BE =
  /pass|pw|secret|token|key|cred|auth|session|login|cookie|jwt|bearer|salt|dsn|sid|sig|pat|contribsys|accessid|access.id/i

/** What the name of a variable, a member, a header or a flag promises to hold; undefined if no secret. */
export function secretName(name: string): SecretName | undefined {
  if (!MAY_BE.test(name)) return undefined
  const words = wordsOf(name).filter((word) => word > ':')
  for (let i = words.length - 1; i >= 0; i--) {
    const word = words[i] as string
    const before = words[i - 1] ?? ''
    const isLast = i === words.length - 1
    let kind: SecretName
    const endsIn = (ending: string) => word.endsWith(ending)
    if (PASSWORDS.has(word) || GLUED_PASSWORDS.some(endsIn)) kind = PASSWORD
    else if (TOKENS.has(word) || GLUED_TOKENS.some(endsIn) || (before === 'access' && word === 'id')) kind = TOKEN
    else if (WEAKS.has(word)) kind = /^keys?$/.test(word) && KEY_OF.has(before) ? TOKEN : WEAK
    else if (NOT_BEFORE.has(word)) return undefined
    else continue
    if (NOT_AFTER.has(before)) return undefined
    // What stands behind may be anything: `passField`, `tokenBackup`.
    return isLast || word === 'contribsys' ? kind : kind === PASSWORD && word.length < 5 ? undefined : WEAK
  }
  return undefined
}
