/** A path below the output folder: relative, forward slashes, no step upwards. */
export function isInside(path: string): boolean {
  if (path === '' || path.startsWith('/') || /[\\:]/.test(path)) return false
  return path.split('/').every((step) => step !== '' && step !== '.' && step !== '..')
}
