// The way to a daemon: a page has no other, and would wait for a file of its own.
export { openRemote } from '../../backend/open-remote.ts'
