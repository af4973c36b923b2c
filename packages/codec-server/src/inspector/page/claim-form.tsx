import { useSignal } from '@preact/signals'
import { type Claim, claim } from './document-state.js'
import { identity } from './session.js'

const pairsText = (pairs: Claim['context']): string =>
  Object.entries(pairs ?? {})
    .map(([name, text]) => `${name} = ${text}`)
    .join('\n')

/** `name = text`, a pair a line. */
export function pairsOf(text: string): Readonly<Record<string, string>> | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const pairs = lines.map((line) => /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(line))
  if (pairs.some((pair) => !pair?.[1])) return undefined
  return Object.fromEntries(pairs.map((pair) => [pair![1]!, pair![2]!]))
}

function withScope(next: Claim): Claim {
  const { scope } = claim.value
  return scope ? { ...next, scope } : next
}

/** Asks where envelopes belong that do not say so themselves; opening proves it. */
export function ClaimForm() {
  const surfaces = identity.value?.surfaces ?? []
  const text = useSignal(pairsText(claim.value.context))
  const named = claim.value.surface?.name ?? ''
  const surface = surfaces.find(({ name }) => name === named)
  const isOdd = pairsOf(text.value) === undefined

  const choose = (name: string) => {
    claim.value = withScope(name ? { surface: { name, values: {} } } : {})
  }
  const setValue = (name: string, value: string) => {
    claim.value = withScope({ surface: { name: named, values: { ...claim.value.surface?.values, [name]: value } } })
  }
  const setPairs = (given: string) => {
    text.value = given
    const context = pairsOf(given)
    claim.value = withScope(context && Object.keys(context).length > 0 ? { context } : {})
  }
  const setScope = (scope: string) => {
    const { scope: _, ...rest } = claim.value
    claim.value = scope ? { ...rest, scope } : rest
  }
  return (
    <fieldset class="claim stack">
      <legend>Where does it belong?</legend>
      <p class="small">It stores no context, so you have to name it. A wrong one does not open.</p>
      {surfaces.length > 0 && (
        <label class="field">
          <span>Kind</span>
          <select value={named} onChange={({ currentTarget }) => choose(currentTarget.value)}>
            <option value="">its pairs, by hand</option>
            {surfaces.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {surface ? (
        surface.values.map((name) => (
          <label key={name} class="field">
            <span>{name}</span>
            <input
              autocomplete="off"
              value={claim.value.surface?.values[name] ?? ''}
              onInput={({ currentTarget }) => setValue(name, currentTarget.value)}
            />
          </label>
        ))
      ) : (
        <label class="field">
          <span>Context</span>
          <textarea
            rows={3}
            spellcheck={false}
            placeholder={'app = billing\njob = invoice'}
            value={text.value}
            aria-invalid={isOdd}
            onInput={({ currentTarget }) => setPairs(currentTarget.value)}
          />
          {isOdd && <small class="bad">A pair a line, as: app = billing</small>}
        </label>
      )}
      <label class="field">
        <span>
          Scope <small>optional: whose key</small>
        </span>
        <input
          autocomplete="off"
          value={claim.value.scope ?? ''}
          onInput={({ currentTarget }) => setScope(currentTarget.value.trim())}
        />
      </label>
    </fieldset>
  )
}
