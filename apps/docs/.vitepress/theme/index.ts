// The theme without the fonts that it would bring along: those of the reader's machine do.
import theme from 'vitepress/theme-without-fonts'
import './style.css'

export default theme
