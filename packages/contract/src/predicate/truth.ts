/** Three-valued logic; `undefined` is unknown, as a comparison with NULL is. */
export type Truth = boolean | undefined

export function not(term: Truth): Truth {
  return term === undefined ? undefined : !term
}

/** False as soon as one term is, else unknown if one is. */
export function and<T>(terms: Iterable<T>, judge: (term: T) => Truth): Truth {
  let result: Truth = true
  for (const term of terms) {
    const truth = judge(term)
    if (truth === false) return false
    if (truth === undefined) result = undefined
  }
  return result
}

/** True as soon as one term is, else unknown if one is. */
export function or<T>(terms: Iterable<T>, judge: (term: T) => Truth): Truth {
  let result: Truth = false
  for (const term of terms) {
    const truth = judge(term)
    if (truth === true) return true
    if (truth === undefined) result = undefined
  }
  return result
}
