// What two operands are written as so that an engine compares them as their values compare. Numbers of
// unlike types are compared as floats where one is a float, else exactly; nothing else is converted.
import type { CompareOp, FieldType } from '@proj/dbal-schema'
import type { ValueShape } from '../dialect/dialect.ts'
import type { Rounding } from '../value/encode-value.ts'
import type { CompileContext } from './compile-context.ts'
import type { Operand } from './compile-operand.ts'
import type { Alignment } from './operand-form.ts'
import type { Sql } from './sql.ts'

const NUMBERS: ReadonlySet<FieldType> = new Set(['integer', 'bigint', 'float', 'decimal'])
/** Of decimals without a field beside them. */
const FREE_SCALE = 18

type Comparison = CompareOp | 'distinct'

/** Both operands in the forms that compare as their values do. */
export function alignOperands(
  context: CompileContext,
  left: Operand,
  right: Operand,
  op: Comparison,
): readonly [left: Sql, right: Sql] {
  const { as, form } = alignmentOf(context, left, right, op)
  return [left.sql(as, form, roundingOf(MIRRORED[op])), right.sql(as, form, roundingOf(op))]
}

/** Throws CAPABILITY_NOT_SUPPORTED for columns that the engine cannot compare exactly. */
export function alignmentOf(
  { dialect }: CompileContext,
  left: Operand,
  right: Operand,
  op: Comparison,
): Alignment {
  const as = commonShape(left, right)
  if (as.type === 'float') return { as, form: 'float' }
  if (as.type !== 'decimal') return { as, form: 'value' }
  const fields = [left, right].filter(({ fixedScale }) => fixedScale)
  const [one, other] = fields
  if (one !== undefined && other !== undefined) dialect.checkTogether?.(one.shape, other.shape)
  // Equal decimals of one scale are stored alike; so is a value that is encoded for its field.
  const isEquality = op === '=' || op === '!=' || op === 'distinct'
  const isAlike = fields.every(({ shape }) => shape.type === 'decimal' && shape.scale === as.scale)
  return { as, form: isEquality && one !== undefined && isAlike ? 'value' : 'order' }
}

/** The typed operand decides, a field before a parameter; then a literal; then both are JSON. */
function commonShape(left: Operand, right: Operand): ValueShape {
  const typed = [left, right].filter(({ kind }) => kind === 'typed')
  const [found] = [...typed.filter(({ fixedScale }) => fixedScale), ...typed]
  const literal = [left, right].find(({ kind }) => kind === 'literal')
  const shape = (found ?? literal)?.shape ?? { type: 'json' }
  const isJson = left.kind === 'jsonPath' || right.kind === 'jsonPath'
  if (isJson && shape.type === 'decimal') return { type: 'float' }
  return NUMBERS.has(shape.type) ? numberShape(shape, typed) : shape
}

function numberShape(shape: ValueShape, typed: readonly Operand[]): ValueShape {
  const has = (type: FieldType): boolean => typed.some((operand) => operand.shape.type === type)
  if (has('float')) return { type: 'float' }
  if (!has('decimal')) return shape
  const fields = typed.filter(({ fixedScale }) => fixedScale)
  const field = fields.find((operand) => operand.shape.type === 'decimal')
  // Beside a whole number a fraction is only rounded the right way.
  return field?.shape ?? { type: 'decimal', scale: fields.length > 0 ? 0 : FREE_SCALE }
}

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '!=': '!=',
  distinct: 'distinct',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** Of the right side: `a < 1.5` is `a < 2` where there are whole numbers only, `a <= 1.5` is `a <= 1`. */
function roundingOf(op: Comparison): Rounding {
  if (op === '<' || op === '>=') return 'up'
  return op === '<=' || op === '>' ? 'down' : 'apart'
}
