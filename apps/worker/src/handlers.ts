import { createHash } from 'node:crypto'
import { FAILURE_TYPE } from './deliberate-failure.js'

type Data = Record<string, unknown>
type Handler = (data: Data) => unknown

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const object = (value: unknown): Data => (typeof value === 'object' && value !== null ? (value as Data) : {})
const list = (value: unknown): Data[] => (Array.isArray(value) ? value.map(object) : [])

const handlers: Readonly<Record<string, Handler>> = {
  'payment.charge': ({ amount, card, lines }) => ({
    receipt: `${text(object(card).holder)} paid ${amount} with ${text(object(card).number).slice(-4).padStart(16, '•')}`,
    items: list(lines).reduce((sum, line) => sum + Number(line.quantity ?? 0), 0),
  }),
  'payout.transfer': ({ account, amount }) => ({ booking: `${amount} to ${text(object(account).iban)}` }),
  'kyc.check': ({ subject, documents }) => ({
    decision: list(documents).length > 1 ? 'approved' : 'manual review',
    name: text(object(subject).name),
  }),
  'email.send': ({ recipients, variables }) => ({
    delivered: list(recipients).map((recipient) => text(recipient.email)),
    messageId: createHash('sha256')
      .update(text(object(variables).body))
      .digest('hex')
      .slice(0, 24),
  }),
  'ticket.triage': ({ messages, reporter }) => ({
    words: list(messages).flatMap((message) => text(message.text).split(/\s+/)).length,
    answerTo: text(object(reporter).email),
  }),
  'webhook.deliver': ({ secret, payload }) => ({
    signature: createHash('sha256')
      .update(text(secret) + JSON.stringify(payload))
      .digest('hex'),
  }),
  [FAILURE_TYPE]: ({ card }) => {
    const error = new Error(`the issuer declined ${text(object(card).number)} of ${text(object(card).holder)}`)
    throw Object.assign(error, { card, cause: new Error(`balance of ${text(object(card).holder)} is too low`) })
  },
}

/** What the worker does with an opened job. Types that the demo does not know are summed up. */
export const handle = (type: string, data: Data): unknown =>
  Object.hasOwn(handlers, type)
    ? handlers[type]!(data)
    : { members: Object.keys(data).length, bytes: JSON.stringify(data).length }
