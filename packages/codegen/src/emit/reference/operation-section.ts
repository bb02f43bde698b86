// The operations of an entity: what the spec declares at length, the other standard ones in a table.
import { printPredicate, type Entity, type InputSpec, type OperationSpec } from '@proj/dbal-schema'
import { exampleCall } from '../example/operation-example.ts'
import { operationErrors } from '../operation-errors.ts'
import { operationSummary } from '../operation-summary.ts'
import { entityLink } from './field-table.ts'
import { blocks, code, codeBlock, codes, table, text } from './markdown.ts'

export function operationSection(entity: Entity): string {
  const operations = [...entity.operations.values()]
  const declared = operations.filter((operation) => operation.declared)
  const standard = operations.filter((operation) => !operation.declared)
  return blocks(
    ...declared.map((operation) => declaredSection(entity, operation)),
    standard.length > 0 && declared.length > 0 ? 'And the other standard operations:' : '',
    table(
      ['Operation', 'Does', 'Answers', 'Example'],
      standard.map((operation) => [
        code(operation.name),
        text(operationSummary(entity, operation) ?? ''),
        answerText(operation),
        code(example(entity, operation) ?? ''),
      ]),
    ),
  )
}

function declaredSection(entity: Entity, operation: OperationSpec): string {
  const call = example(entity, operation)
  const facts: readonly (readonly [string, string])[] = [
    ['Input', inputText(entity, operation)],
    ['Answers', answerText(operation)],
    ['Who', whoText(operation)],
    [
      'Row',
      operation.rowLevelCheck === undefined ? '' : code(printPredicate(operation.rowLevelCheck)),
    ],
    ['Rate limit', rateText(operation)],
    ['Checks', operation.validation.map(withSentence('rule')).join('; ')],
    ['Errors', errorText(operation)],
  ]
  return blocks(
    `##### ${code(`${entity.name}.${operation.name}`)}`,
    text(operationSummary(entity, operation) ?? ''),
    facts.flatMap(([name, value]) => (value === '' ? [] : [`- ${name}: ${value}`])).join('\n'),
    call === undefined ? '' : codeBlock('ts', `await ${call}`),
  )
}

function example(entity: Entity, operation: OperationSpec): string | undefined {
  const call = exampleCall(entity, operation)
  return call === undefined ? undefined : `client.${entity.accessor}.${call}`
}

const OPTIONS =
  '`filter`, `sort`, `select`, `include`, `distinct`, `limit`, `page`, `cursor`, `count`'

function inputText(entity: Entity, operation: OperationSpec): string {
  const { builtIn, input, defaultLimit, maxLimit } = operation
  const limits = `${OPTIONS}; ${defaultLimit} rows, at most ${maxLimit}`
  const named = input.map(inputName).join(', ')
  const also = (more: string): string => (named === '' ? more : `${named}; ${more}`)
  switch (builtIn) {
    case 'create':
      return also('any other field that the caller may write')
    case 'update':
      return also(`${codes(entity.primaryKey)} and the fields to change`)
    case 'read':
    case 'delete':
      return named === '' ? entity.uniques.map((key) => codes(key)).join(' or ') : named
    case 'create_many':
      return 'a list of what `create` takes'
    case 'update_many':
      return '`filter`, `data`, `all`'
    case 'delete_many':
      return '`filter`, `all`'
    case 'upsert':
      return '`where`, `create`, `update`'
    case 'list':
    case 'search':
      return also(limits)
    case 'list_by':
      return also(`${OPTIONS}; at most ${maxLimit} rows`)
    case 'count':
      return also('`filter`')
    case 'aggregate':
      return also(
        '`filter`, `groupBy`, `count`, `sum`, `avg`, `min`, `max`, `having`, `sort`, `limit`',
      )
    default:
      return named === '' ? 'none' : named
  }
}

function inputName({ name, type, required, sensitive }: InputSpec): string {
  const words = [type, required ? 'required' : '', sensitive ? 'sensitive' : '']
  return `${code(name)} (${words.filter((word) => word !== '').join(', ')})`
}

function answerText({ builtIn, output }: OperationSpec): string {
  if (builtIn === 'aggregate') return 'figures'
  if (output.kind === 'scalar') return output.type
  const target = entityLink(output.entity)
  if (builtIn === 'list' || builtIn === 'search') return `a page of ${target}`
  return output.many ? `an array of ${target}` : target
}

function whoText({ public: open, systemOnly, verbs }: OperationSpec): string {
  if (open) return 'everyone'
  if (systemOnly) return 'the system only'
  const needs = verbs.map(({ entity, action }) => `${action} ${entityLink(entity)}`)
  return `whoever may ${needs.join(' and ')}`
}

function rateText({ rateLimit }: OperationSpec): string {
  if (rateLimit === undefined) return ''
  const { maxAttempts, windowSeconds, key } = rateLimit
  return `${maxAttempts} in ${windowSeconds} s for each ${key === undefined ? 'caller' : code(key)}`
}

function errorText(operation: OperationSpec): string {
  return operationErrors(operation)
    .map(({ code: name, reason }) => withSentence('code')({ code: name, message: reason ?? '' }))
    .join('; ')
}

function withSentence<K extends string>(
  key: K,
): (entry: Readonly<Record<K | 'message', string>>) => string {
  return (entry) =>
    entry.message === '' ? code(entry[key]) : `${code(entry[key])} (${text(entry.message)})`
}
