import { useSignal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import { Details } from './details.js'
import { busy, clear, current, hide, loaded, open, openings, problem, sealedOf, select, selected } from './document-state.js'
import { copyText, sizeText } from './format.js'
import { Icon } from './icons.js'
import { Intake, useDrop } from './intake.js'
import type { Row } from './rows.js'
import type { Sealed } from './sealed.js'
import { why } from './session.js'
import { Tree } from './tree.js'
import { WhyDialog } from './why-dialog.js'

const all = (): Sealed[] => [...(loaded.value?.sealed.values() ?? [])]
/** What nobody has tried to open yet. */
const untried = (): Sealed[] => all().filter(({ pointer }) => !openings.value.has(pointer))
const countOpen = (): number => [...openings.value.values()].filter(({ status }) => status === 'open').length

/** The next sealed value in the order of the document. */
function selectNext(step: 1 | -1): void {
  const pointers = all().map(({ pointer }) => pointer)
  const at = pointers.indexOf(selected.value)
  const next = at < 0 ? (step > 0 ? 0 : pointers.length - 1) : (at + step + pointers.length) % pointers.length
  if (pointers[next] !== undefined) select(pointers[next])
}

function openAllText(left: number, count: number): string {
  if (count === 1) return 'Open it masked'
  return left === count ? `Open all ${left.toLocaleString('en-GB')} masked` : `Open ${left.toLocaleString('en-GB')} more masked`
}

function Toolbar({ onWhy }: { readonly onWhy: () => void }) {
  const { title, length } = loaded.value!
  const [count, left, opened] = [all().length, untried().length, countOpen()]
  const isBusy = busy.value.size > 0
  return (
    <div class="toolbar">
      <div class="toolbar-title">
        <h1>
          <bdi>{title}</bdi>
        </h1>
        <span class="small">
          {sizeText(length)} · {count === 0 ? 'nothing sealed' : `${count.toLocaleString('en-GB')} sealed`}
          {opened > 0 && `, ${opened.toLocaleString('en-GB')} open`}
        </span>
      </div>
      <div class="actions">
        {count > 1 && (
          <>
            <button
              type="button"
              class="quiet"
              aria-label="Previous sealed value"
              title="Previous sealed value (P)"
              onClick={() => selectNext(-1)}
            >
              <Icon name="up" />
            </button>
            <button
              type="button"
              class="quiet"
              aria-label="Next sealed value"
              title="Next sealed value (N)"
              onClick={() => selectNext(1)}
            >
              <Icon name="down" />
            </button>
          </>
        )}
        {left > 0 && (
          <button type="button" disabled={isBusy} onClick={() => open(untried(), 'masked')}>
            {openAllText(left, count)}
          </button>
        )}
        {opened > 0 && (
          <button type="button" onClick={() => hide(all().map(({ pointer }) => pointer))}>
            Hide all
          </button>
        )}
        <button type="button" onClick={onWhy} title="Purpose and reason: they go along with every call">
          {why.value.reason ? (
            <>
              Reason: <bdi class="cut">{why.value.reason}</bdi>
            </>
          ) : (
            'Reason …'
          )}
        </button>
        <button type="button" onClick={clear}>
          New
        </button>
      </div>
    </div>
  )
}

export function DocumentView() {
  const { isOver } = useDrop()
  const dialog = useSignal<'why' | Sealed | undefined>(undefined)
  const close = () => {
    dialog.value = undefined
  }
  const actions = {
    open: (sealed: Sealed) => open([sealed], 'masked'),
    reveal: (sealed: Sealed) => {
      dialog.value = sealed
    },
    hide: (sealed: Sealed) => hide([sealed.pointer]),
    copy: (row: Row) => navigator.clipboard.writeText(copyText(row.value)),
  }

  const onKey = (event: KeyboardEvent) => {
    const row = current.value
    const sealed = sealedOf(row)
    const key = event.key.toLowerCase()
    if (event.ctrlKey || event.metaKey || event.altKey || !row) return
    if (key === 'n' || key === 'p') selectNext(key === 'n' ? 1 : -1)
    else if (key === 'a') open(untried(), 'masked')
    else if (key === 'c') actions.copy(row)
    else if (key === 'r' && sealed) actions.reveal(sealed)
    else if (key === 'h' && sealed) actions.hide(sealed)
    else if (key === 'enter' && sealed && openings.value.get(sealed.pointer)?.status !== 'open') actions.open(sealed)
    else return
    event.preventDefault()
  }

  useLayoutEffect(() => {
    if (loaded.value) document.querySelector<HTMLElement>('[role=tree]')?.focus()
  }, [loaded.value])

  return (
    <>
      {loaded.value ? (
        <main class="document">
          <Toolbar
            onWhy={() => {
              dialog.value = 'why'
            }}
          />
          {problem.value && (
            <p class="bad banner" role="alert">
              {problem.value}
            </p>
          )}
          <div class="panes">
            <Tree onKey={onKey} onOpen={actions.open} />
            <Details actions={actions} />
          </div>
        </main>
      ) : (
        <Intake />
      )}
      {isOver && (
        <div class="drop-here" aria-hidden="true">
          <Icon name="drop" />
          Drop it to look into it
        </div>
      )}
      {dialog.value === 'why' && (
        <WhyDialog
          title="Purpose and reason"
          text="They go along with every call from now on, and stand in the trail beside your name."
          action="Keep"
          onGive={close}
          onClose={close}
        />
      )}
      {typeof dialog.value === 'object' && (
        <WhyDialog
          title="Reveal in clear"
          text="You will see this as far as the rules let you. That you did, and why, is on record."
          action="Reveal"
          onGive={() => {
            const sealed = dialog.value as Sealed
            close()
            open([sealed], 'clear')
          }}
          onClose={close}
        />
      )}
    </>
  )
}
