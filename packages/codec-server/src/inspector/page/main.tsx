import { render } from 'preact'
import { App } from './app.js'
import { signIn } from './session.js'
import './theme.css'
import './base.css'
import './shell.css'
import './lists.css'
import './tree.css'
import './details.css'

render(<App />, document.getElementById('app')!)
// A proxy, or a server for this machine alone, may know who this is.
signIn('')
