import { settle } from '../flow.js'
import { checkJson } from '../format/json.js'
import { type FieldPolicy, type FieldPolicyOptions, policyOf } from './policy.js'
import { selectEntries } from './selection.js'

/**
 * What a policy would seal in a document: the pointer and the value of every selected member, for reviews, tests and leak probes.
 *
 * @example
 * for (const { pointer } of await selectFields(job, { fields: ['/user/*\/email'] })) console.log(pointer)
 */
export async function selectFields(
  document: unknown,
  policy: FieldPolicy | FieldPolicyOptions,
): Promise<{ readonly pointer: string; readonly value: unknown }[]> {
  checkJson(document)
  const groups = await settle(selectEntries(document, policyOf(policy), ''))
  return groups.flat().map(({ pointer, value }) => ({ pointer, value }))
}
