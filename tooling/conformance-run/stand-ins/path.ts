export { basename, dirname, extname, join, relative, resolve } from 'pathe'
