import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { signIn, signInError } from './session.js'

/** Where nothing else says who one is. */
export function SignIn() {
  const input = useRef<HTMLInputElement>(null)
  const isBusy = useSignal(false)
  useEffect(() => input.current?.focus(), [])

  const submit = async (event: Event) => {
    event.preventDefault()
    const given = input.current?.value.trim() ?? ''
    if (given === '') return
    isBusy.value = true
    await signIn(given)
    isBusy.value = false
    if (input.current) input.current.value = ''
    input.current?.focus()
  }
  return (
    <main class="sign-in">
      <form onSubmit={submit} class="card stack">
        <h1>Sign in</h1>
        <p>A codec server opens sealed data for people who may see it. It has to know who you are.</p>
        <label class="field">
          <span>Token</span>
          <input ref={input} type="password" autocomplete="off" spellcheck={false} required aria-describedby="token-note" />
        </label>
        <p id="token-note" class="small">
          It is kept in this page alone, and gone when you close or reload it.
        </p>
        {signInError.value && (
          <p class="bad" role="alert">
            {signInError.value}
          </p>
        )}
        <button type="submit" class="primary" disabled={isBusy.value}>
          {isBusy.value ? 'Asking …' : 'Sign in'}
        </button>
      </form>
    </main>
  )
}
