import { type FieldPolicy, fieldPolicy } from '@waxseal/core'
import { FAILURE_TYPE } from './deliberate-failure.js'

/** What is sealed of each job type that the demo ships; everything else stays readable for routing, filters and dashboards. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'payment.charge': ['/card', '/customer/name', '/customer/email', '/customer/phone', '/customer/address', '/risk/ip'],
  'payout.transfer': ['/account', '/reference'],
  'kyc.check': ['/subject', '/documents/*/number', '/documents/*/scan'],
  'email.send': ['/recipients', '/variables', '/attachments/*/name', '/attachments/*/content'],
  'ticket.triage': ['/reporter', '/subject', '/messages/*/text'],
  'webhook.deliver': ['/secret', '/payload/person', '/payload/previous'],
  [FAILURE_TYPE]: ['/card'],
}

/** The policy of a job type: the user's fields, the shipped ones, or undefined to seal all of it. */
export function createPolicies(fields: readonly string[] | undefined): (type: string) => FieldPolicy | undefined {
  const own = fields && fieldPolicy({ fields })
  const shipped = new Map(Object.entries(FIELDS).map(([type, list]) => [type, fieldPolicy({ fields: list })]))
  return (type) => (type === FAILURE_TYPE ? undefined : own) ?? shipped.get(type)
}
