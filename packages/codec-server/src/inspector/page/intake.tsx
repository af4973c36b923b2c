import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type Claim, load, messageOf, problem, show } from './document-state.js'
import { Icon } from './icons.js'
import { call, identity } from './session.js'

interface Sample {
  readonly name: string
  readonly document: unknown
  readonly context?: Claim['context']
}

/** More than a page should hold. */
const MAX_FILE_BYTES = 64 * 1024 * 1024

/** Takes a file wherever it is dropped. */
export function useDrop(): { readonly isOver: boolean } {
  const isOver = useSignal(false)
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      event.preventDefault()
      isOver.value = true
    }
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) isOver.value = false
    }
    const onDrop = (event: DragEvent) => {
      event.preventDefault()
      isOver.value = false
      const [file] = event.dataTransfer?.files ?? []
      if (file) loadFile(file)
      else {
        const text = event.dataTransfer?.getData('text/plain')
        if (text) load(text, 'dropped text')
      }
    }
    const onPaste = (event: ClipboardEvent) => {
      if (event.target instanceof HTMLElement && event.target.matches('input, textarea')) return
      const text = event.clipboardData?.getData('text/plain')
      if (text) load(text, 'pasted')
    }
    window.addEventListener('dragover', onOver)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('drop', onDrop)
    window.addEventListener('paste', onPaste)
    return () => {
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('drop', onDrop)
      window.removeEventListener('paste', onPaste)
    }
  }, [])
  return { isOver: isOver.value }
}

async function loadFile(file: File): Promise<void> {
  if (file.size > MAX_FILE_BYTES) problem.value = 'The file is larger than 64 MiB.'
  else await load(await file.text(), file.name)
}

function Samples() {
  const samples = useSignal<readonly Sample[] | undefined>(undefined)
  const error = useSignal('')
  useEffect(() => {
    call<{ samples: Sample[] }>('GET', 'samples')
      .then((answer) => {
        samples.value = answer.samples
      })
      .catch((failure) => {
        error.value = messageOf(failure)
      })
  }, [])
  if (error.value) return <p class="small">{error.value}</p>
  if (!samples.value?.length) return null
  return (
    <section class="samples" aria-label="Samples">
      <h2>Or load one of these</h2>
      <ul>
        {samples.value.map(({ name, document, context }, at) => (
          <li key={at}>
            <button
              type="button"
              onClick={() => show(document, name, JSON.stringify(document).length, context ? { context } : {})}
            >
              <bdi>{name}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Where nothing is shown yet: paste, type, drop, choose, or load a sample. */
export function Intake() {
  const area = useRef<HTMLTextAreaElement>(null)
  const file = useRef<HTMLInputElement>(null)
  useEffect(() => area.current?.focus(), [])

  const take = async (text: string) => {
    if (text.trim() !== '') await load(text, 'typed')
  }
  const onPaste = async (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData('text/plain') ?? ''
    // What is added to a text that is being written is part of it.
    if (text.trim() === '' || area.current?.value !== '') return
    event.preventDefault()
    if (!(await load(text, 'pasted')) && area.current) area.current.value = text.slice(0, 20_000)
  }
  return (
    <main class="intake">
      <h1>What does it hold?</h1>
      <p class="lead">Paste a job, a row or a workflow history. What is sealed in it stays sealed until you open it.</p>
      <form
        class="card intake-form"
        onSubmit={(event) => {
          event.preventDefault()
          take(area.current?.value ?? '')
        }}
      >
        <textarea
          ref={area}
          aria-label="Document"
          aria-describedby="intake-problem"
          spellcheck={false}
          autocomplete="off"
          rows={9}
          placeholder={'{ "id": 7, "data": "wax1.c256x…" }'}
          onPaste={onPaste}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
            event.preventDefault()
            take(event.currentTarget.value)
          }}
        />
        <div class="intake-foot">
          <span class="small">
            <Icon name="drop" /> or drop a file anywhere
          </span>
          <input
            ref={file}
            type="file"
            class="unseen"
            tabIndex={-1}
            aria-label="File"
            onChange={({ currentTarget }) => {
              const chosen = currentTarget.files?.[0]
              if (chosen) loadFile(chosen)
              currentTarget.value = ''
            }}
          />
          <button type="button" onClick={() => file.current?.click()}>
            Choose a file
          </button>
          <button type="submit" class="primary">
            Inspect
          </button>
        </div>
      </form>
      <p id="intake-problem" class="bad" role="alert">
        {problem.value}
      </p>
      {identity.value?.samples && <Samples />}
    </main>
  )
}
