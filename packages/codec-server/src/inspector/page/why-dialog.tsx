import { useState } from 'preact/hooks'
import { Dialog } from './dialog.js'
import { headerProblem, identity, type Why, why } from './session.js'

interface WhyDialogProps {
  readonly title: string
  readonly text: string
  readonly action: string
  readonly onGive: () => void
  readonly onClose: () => void
}

/** Asks for purpose and reason, which go along with the calls from then on and into the trail. */
export function WhyDialog({ title, text, action, onGive, onClose }: WhyDialogProps) {
  const [given, setGiven] = useState<Why>(why.value)
  const isRequired = identity.value?.reason === 'required'
  const problems = { purpose: headerProblem(given.purpose.trim()), reason: headerProblem(given.reason.trim()) }
  const isMissing = isRequired && given.reason.trim() === ''

  const give = (event: Event) => {
    event.preventDefault()
    if (isMissing || problems.purpose || problems.reason) return
    why.value = { purpose: given.purpose.trim(), reason: given.reason.trim() }
    onGive()
  }
  const field = (name: keyof Why, label: string, hint: string) => (
    <label class="field">
      <span>
        {label} {(name === 'purpose' || !isRequired) && <small>optional</small>}
      </span>
      <input
        name={name}
        autocomplete="off"
        value={given[name]}
        placeholder={hint}
        required={name === 'reason' && isRequired}
        aria-invalid={problems[name] !== undefined}
        onInput={({ currentTarget }) => setGiven({ ...given, [name]: currentTarget.value })}
      />
      {problems[name] && <small class="bad">{problems[name]}</small>}
    </label>
  )
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={give} class="stack">
        <p>{text}</p>
        {field('reason', 'Reason', 'case 4711')}
        {field('purpose', 'Purpose', 'customer support')}
        <div class="actions end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={isMissing}>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
