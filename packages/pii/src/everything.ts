import { languages } from './names/languages.js'
import { people } from './names/people.js'
import { nationalIds } from './national-ids/index.js'
import type { RecogniserSet } from './recogniser.js'
import { cryptoAddresses } from './recognisers/crypto.js'
import { secrets } from './secrets/index.js'

/** All sets beside the core. */
export const everything: readonly RecogniserSet[] = [people, secrets, nationalIds, cryptoAddresses, languages]
