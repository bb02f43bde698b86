import type { Model } from './model.ts'

/** What is made of a model, once: whoever opens the same model again has it, plans that were made with it included. */
export function byModel<T>(make: (model: Model) => T): (model: Model) => T {
  const known = new WeakMap<Model, T>()
  return (model) => {
    let made = known.get(model)
    if (made === undefined) {
      made = make(model)
      known.set(model, made)
    }
    return made
  }
}
