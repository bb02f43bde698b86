// What a schema says and Prisma's description of it (DMMF) does not, read from the text.

export interface UnreadParts {
  /** `Model.field` of each column of a type that Prisma itself does not know. */
  readonly unsupported: readonly string[]
  /** `Model`, or `Model.field`, that Prisma's client is told to leave alone. */
  readonly ignored: readonly string[]
  /** Models whose table is in a named schema of the database, with its name. */
  readonly elsewhere: readonly { readonly model: string; readonly schema: string }[]
}

const MODEL = /^[ \t]*model\s+(\w+)\s*\{(.*?)^[ \t]*\}/gms

export function findUnreadParts(text: string): UnreadParts {
  const models = [...text.matchAll(MODEL)].map(([, name = '', body = '']) => ({ name, body }))
  const fieldsWith = (attribute: RegExp): readonly string[] =>
    models.flatMap(({ name, body }) =>
      [...body.matchAll(/^[ \t]*(\w+)[ \t]+(.*)$/gm)].flatMap(([, field = '', rest = '']) =>
        attribute.test(withoutTexts(rest)) ? [`${name}.${field}`] : [],
      ),
    )
  return {
    unsupported: fieldsWith(/^Unsupported\(/),
    ignored: [
      ...models.flatMap(({ name, body }) => (/^[ \t]*@@ignore\b/m.test(body) ? [name] : [])),
      ...fieldsWith(/\s@ignore\b/),
    ],
    elsewhere: models.flatMap(({ name, body }) => {
      const schema = /^[ \t]*@@schema\(\s*(?:map:\s*)?"([^"]+)"/m.exec(body)?.[1]
      return schema === undefined || schema === 'public' ? [] : [{ model: name, schema }]
    }),
  }
}

/** What a line says outside of quotes, up to its comment. */
function withoutTexts(line: string): string {
  return line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replace(/\/\/.*$/, '')
}
