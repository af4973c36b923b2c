import { z } from 'zod'

const pattern = z.string().min(1).describe('A text in which * stands for any characters.')
const texts = z.array(z.string().min(1))

export const policySchema = z
  .array(
    z.strictObject({
      who: texts.min(1).describe('Ids of callers, group:NAME, or * for everybody who is known.'),
      give: z.enum(['clear', 'masked', 'nothing']),
      where: z
        .strictObject({
          namespace: pattern.optional(),
          context: z.record(z.string(), pattern).optional(),
          scope: pattern.optional(),
          group: pattern.optional(),
        })
        .optional()
        .describe('Where the envelope belongs, as opening proves. Default: anywhere.'),
      what: z
        .strictObject({
          pointers: texts.optional().describe('Selectors of a field policy: JSON Pointers with * and **.'),
          types: texts.optional().describe('Types of personal data, as CREDIT_CARD; needs a detector.'),
        })
        .optional()
        .describe('Which parts. Default: all.'),
      seal: z.boolean().optional().describe('Whether it may also be sealed. Default no.'),
      foreign: z.boolean().optional().describe('Whether the rule holds for payloads that another system encrypted. Default no.'),
    }),
  )
  .describe('Who may see what: the first rule that applies decides, and what none applies to is withheld.')

export type PolicyConfig = z.output<typeof policySchema>
