import { suggest } from '../diagnostic/suggest.ts'

/** What a file of a workspace holds, by where it stands. */
export type FileKind =
  'entities' | 'operations' | 'policies' | 'seeds' | 'roles' | 'errors' | 'capabilities'

const FOLDERS: readonly FileKind[] = ['entities', 'operations', 'policies', 'seeds']
const ROOT_FILES: readonly FileKind[] = ['roles', 'errors', 'capabilities']

export function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path)
}

/** `.yaml` and `.yml` in the known places; undefined for any other file. */
export function fileKind(path: string): FileKind | undefined {
  if (!isYaml(path)) return undefined
  const [first = '', ...rest] = path.split('/')
  if (rest.length > 0) return FOLDERS.find((folder) => folder === first)
  return ROOT_FILES.find((name) => name === first.replace(/\.ya?ml$/i, ''))
}

const PLACES: readonly string[] = [
  ...FOLDERS.map((folder) => `${folder}/`),
  ...ROOT_FILES.map((name) => `${name}.yaml`),
]

/** The folder or file that the first part of a path was probably meant to be, where it is none of them. */
export function findMeantPlace(
  path: string,
): { readonly place: string; readonly meant: string } | undefined {
  const [first = '', ...rest] = path.split('/')
  const place = rest.length > 0 ? `${first}/` : first.replace(/\.ya?ml$/i, '.yaml')
  if (PLACES.includes(place)) return undefined
  const kindred = PLACES.filter((known) => known.endsWith('/') === place.endsWith('/'))
  const meant = suggest(place, kindred)
  return meant === undefined ? undefined : { place, meant }
}
