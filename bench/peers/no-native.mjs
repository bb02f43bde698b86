// Imported before ws: its native parts are optional, and a peer whose copy finds them here would be measured
// with them while the others are not.
process.env.WS_NO_BUFFER_UTIL = '1'
process.env.WS_NO_UTF_8_VALIDATE = '1'

/** Throws where ws was loaded before it was told. */
export function withoutNative() {
  if (process.env.WS_NO_BUFFER_UTIL !== '1') throw new Error('ws may use what is native')
}
