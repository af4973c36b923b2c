import { Dialog } from './dialog.js'

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['↑', '↓'], 'Move through the document'],
  [['→', '←', 'Space'], 'Unfold and fold'],
  [['N', 'P'], 'Next and previous sealed value'],
  [['Enter'], 'Open, masked'],
  [['R'], 'Reveal: ask for what you may see in clear'],
  [['H'], 'Hide again'],
  [['C'], 'Copy the value'],
  [['A'], 'Open all, masked'],
  [['1', '2', '3'], 'Document, keys, audit'],
  [['?'], 'This'],
]

export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl class="keys-help">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="small">
        A document stays in this page: what is sealed in it goes to this server and nothing else does. Every call is recorded,
        with your name.
      </p>
    </Dialog>
  )
}
