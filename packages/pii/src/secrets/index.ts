import type { RecogniserSet } from '../recogniser.js'
import { assignment } from './assignment.js'
import { hasBase62Checksum, hasHexChecksum } from './checksums.js'
import { basicCredentials, bearerToken, curlUser } from './http-credentials.js'
import { jwt } from './jwt.js'
import { privateKey } from './private-key.js'
import { shape } from './shape.js'
import { SHAPES } from './shapes.js'
import { netrc, spacedSecret } from './spaced-secret.js'
import { SECRET_TERMS } from './terms.js'
import { urlCredentials } from './url-credentials.js'

const CHECKS = { 'github-token': hasBase62Checksum, 'npm-token': hasBase62Checksum, 'atlassian-api-token': hasHexChecksum }

function create(): RecogniserSet {
  const shapes = SHAPES.trim()
    .split('\n')
    .map((line) => shape(line, CHECKS))
  return {
    recognisers: [
      ...shapes,
      jwt,
      privateKey,
      urlCredentials,
      basicCredentials,
      bearerToken,
      curlUser,
      spacedSecret,
      netrc,
      assignment,
    ],
    terms: [SECRET_TERMS],
  }
}

/**
 * Secrets: tokens of some hundred services by their shape, JSON Web Tokens, private keys, credentials in URLs, headers and commands, and
 * values whose name says that they are secret. Finds type `SECRET` with the name of the rule.
 */
export const secrets: RecogniserSet = /* @__PURE__ */ create()
