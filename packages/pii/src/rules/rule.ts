import { compileFields, type FieldStates } from '../document/fields.js'
import { spelt } from '../masking/kind.js'
import { fail } from '../pii-error.js'
import { typeName } from '../schema/type-name.js'

/** What is done with a member, or with a place in its text. */
export type Action = 'seal' | 'mask' | 'hash' | 'drop' | 'keep'

export interface Rule {
  /** By type, in any spelling of `typeName`. */
  readonly actions?: Readonly<Record<string, Action>>
  /** By member, whatever its type and also where nothing is found: JSON Pointers in which `*` is one level and `**` any depth. */
  readonly fields?: Readonly<Record<string, Action>>
  /** What is done with types that `actions` does not name. Default `seal`. */
  readonly otherwise?: Action
}

/** Rules as they apply to one job. */
export interface CompiledRule {
  /** The type of a declared field is its action. */
  readonly fields: FieldStates
  actionOf(type: string): Action
}

const ACTIONS: ReadonlySet<unknown> = new Set<Action>(['seal', 'mask', 'hash', 'drop', 'keep'])

function checkAction(action: unknown, of: string, hashes: boolean): void {
  if (!ACTIONS.has(action)) fail('config', `the action of ${of} is seal, mask, hash, drop or keep`)
  if (action === 'hash' && !hashes) fail('config', `the action of ${of} is hash: pseudonyms are needed`)
}

/** A rule with its types as the detector writes them. `config` where a part does not fit. */
export function checkedRule({ actions = {}, fields = {}, otherwise }: Rule, hashes: boolean): Rule {
  const named: Record<string, Action> = {}
  for (const [name, action] of Object.entries(actions)) {
    checkAction(action, name, hashes)
    const type = typeName(name)
    if (Object.hasOwn(named, type) && named[type] !== action) fail('config', `${type} has two actions`)
    named[type] = action
  }
  for (const [selector, action] of Object.entries(fields)) checkAction(action, selector, hashes)
  compileFields(fields)
  if (otherwise !== undefined) checkAction(otherwise, 'all others', hashes)
  return { actions: named, fields, ...(otherwise && { otherwise }) }
}

/** The rules given, each written over those before it. */
export function compileRules(rules: readonly Rule[]): CompiledRule {
  const actions = new Map<string, Action>()
  const fields: Record<string, Action> = {}
  let otherwise: Action = 'seal'
  for (const rule of rules) {
    for (const [type, action] of Object.entries(rule.actions ?? {})) actions.set(type, action)
    Object.assign(fields, rule.fields)
    otherwise = rule.otherwise ?? otherwise
  }
  const known = new Map<string, Action>()
  return {
    fields: compileFields(fields),
    actionOf(type) {
      const action = known.get(type) ?? actions.get(spelt(type)) ?? otherwise
      known.set(type, action)
      return action
    },
  }
}
