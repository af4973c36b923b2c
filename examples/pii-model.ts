import { createSealer, fieldPolicy, generateKey, staticKeys } from '@waxseal/core'
import { createDetector, type Model, withModel } from '@waxseal/pii'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const context = { app: 'desk', job: 'ticket' }

// #region model
/** Stands for a model: a list of findings for each text. */
const findNames: Model = async (texts) =>
  texts.map((text) =>
    [...text.matchAll(/(?<=\b(?:Mrs|Mr|Dr) )\p{Lu}\p{L}+/gu)].map(({ 0: name, index }) => ({
      type: 'PERSON',
      start: index,
      end: index + name.length,
      score: 0.7,
      validated: false,
    })),
  )
const policy = fieldPolicy({ detector: withModel(createDetector(), findNames) })

const ticket = { from: 'ada@example.com', body: 'Dr Byron asks for his parcel', queue: 'parcels' }
const sealed = await sealer.sealFields(ticket, policy, { context })
console.log(sealed.from, sealed.body, sealed.queue) // [sealed] [sealed] parcels
// #endregion
