// Recursive descent over the tokens of a predicate. A fault ends its term only: reading goes on at the next
// AND, OR or closing parenthesis, so that one text can show several.
import { OperandParser } from './operand-parser.ts'
import type { PredicateProblem } from './predicate-problem.ts'
import type { CompareOp } from './predicate.ts'
import type {
  ListSyntax,
  Place,
  ReferenceSyntax,
  SelectSyntax,
  SyntaxNode,
  SyntaxOperand,
} from './predicate-syntax.ts'
import { Fault, isName } from './token-cursor.ts'
import { syntax, tokenizePredicate, type Token } from './tokenize-predicate.ts'

/** In UTF-16 units. */
export const MAX_PREDICATE_LENGTH = 8192
/** Parentheses, NOT, EXISTS and SELECT inside one another. */
export const MAX_PREDICATE_DEPTH = 48

const COMPARE_OPS: ReadonlySet<string> = new Set<CompareOp>(['=', '!=', '<', '<=', '>', '>='])

/** Syntax only: no name is looked up. `node` is undefined when nothing can be said about the rest. */
export function parsePredicate(text: string): {
  node: SyntaxNode | undefined
  problems: readonly PredicateProblem[]
} {
  if (text.length > MAX_PREDICATE_LENGTH) {
    const message = `a predicate is at most ${MAX_PREDICATE_LENGTH} characters long`
    return { node: undefined, problems: [tooComplex(message, 0, text.length)] }
  }
  const { tokens, problems } = tokenizePredicate(text)
  const parser = new PredicateParser(tokens)
  const node = parser.parse()
  return { node, problems: [...problems, ...parser.problems] }
}

class PredicateParser extends OperandParser {
  readonly problems: PredicateProblem[] = []
  #depth = 0

  parse(): SyntaxNode | undefined {
    if (this.peek().kind === 'end') {
      this.problems.push(syntax('the predicate is empty', 0, 0))
      return undefined
    }
    try {
      const node = this.#or()
      const rest = this.peek()
      if (rest.kind !== 'end') this.problems.push(this.expected('AND, OR or the end', rest).problem)
      return node
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.problems.push(error.problem)
      return undefined
    }
  }

  #or(): SyntaxNode {
    return this.#chain('or', '||', () => this.#and())
  }

  #and(): SyntaxNode {
    return this.#chain('and', '&&', () => this.#not())
  }

  #chain(kind: 'and' | 'or', symbol: string, read: () => SyntaxNode): SyntaxNode {
    const start = this.peek()
    const first = read()
    const terms = [first]
    while (this.isWord(kind) || this.isSymbol(symbol)) {
      this.next()
      terms.push(read())
    }
    return terms.length === 1 ? first : { kind, terms, ...this.since(start) }
  }

  #not(): SyntaxNode {
    const start = this.peek()
    if (!this.isWord('not') && !this.isSymbol('!')) return this.#recovered()
    this.next()
    const term = this.#deeper(start, () => this.#not())
    return { kind: 'not', term, ...this.since(start) }
  }

  /** A term, or `broken` with the tokens up to the next place where a term may begin left behind. */
  #recovered(): SyntaxNode {
    const start = this.peek()
    const mark = this.mark()
    try {
      return this.#term()
    } catch (error) {
      if (!(error instanceof Fault) || error.problem.code === 'predicate-too-complex') throw error
      this.problems.push(error.problem)
      this.skipTerm(mark)
      return { kind: 'broken', ...this.since(start) }
    }
  }

  #term(): SyntaxNode {
    const start = this.peek()
    if (this.isSymbol('(')) {
      this.next()
      const node = this.#deeper(start, () => this.#or())
      this.expectSymbol(')')
      return node
    }
    if (this.isCall('exists')) return this.#exists()
    if (this.isCall('allowed')) return this.#allowed()
    return this.#comparison(this.operand())
  }

  #comparison(left: SyntaxOperand): SyntaxNode {
    const token = this.peek()
    if (token.kind === 'symbol' && COMPARE_OPS.has(token.text)) {
      this.next()
      const right = this.operand()
      return { kind: 'compare', op: token.text as CompareOp, left, right, ...this.since(left) }
    }
    if (this.isWord('is')) return this.#is(left)
    const negated = this.isWord('not')
    if (negated) this.next()
    if (this.isWord('in')) {
      this.next()
      return { kind: 'in', negated, left, list: this.#list(), ...this.since(left) }
    }
    if (this.isWord('like')) {
      this.next()
      const right = this.operand()
      return { kind: 'like', negated, left, right, ...this.since(left) }
    }
    if (negated) throw this.expected('IN or LIKE', this.peek())
    if (!this.atTermEnd()) throw this.expected('an operator', token)
    if (left.kind === 'boolean') return { ...left, kind: 'constant' }
    return { kind: 'bare', operand: left, offset: left.offset, length: left.length }
  }

  #is(operand: SyntaxOperand): SyntaxNode {
    this.next()
    const negated = this.isWord('not')
    if (negated) this.next()
    const kind = this.isWord('null') ? 'isNull' : this.isWord('missing') ? 'isMissing' : undefined
    if (kind === undefined) throw this.expected('NULL or MISSING', this.peek())
    this.next()
    return { kind, negated, operand, ...this.since(operand) }
  }

  #list(): ListSyntax | SelectSyntax | ReferenceSyntax {
    const start = this.peek()
    if (start.kind === 'reference') {
      const reference = this.operand()
      if (reference.kind === 'reference') return reference
    }
    if (!this.isSymbol('(')) throw this.expected('a list in parentheses, or `$user.<list>`', start)
    this.next()
    // `select` followed by a symbol is a field of that name.
    if (this.isWord('select') && isName(this.peek(1))) return this.#select(start)
    const items: SyntaxOperand[] = []
    while (!this.isSymbol(')')) {
      if (items.length > 0) {
        if (!this.isSymbol(',')) throw this.expected('`,` or `)`', this.peek())
        this.next()
      }
      items.push(this.operand())
    }
    this.next()
    return { kind: 'list', items }
  }

  #select(start: Token): SelectSyntax {
    this.next()
    const field = this.name('a field')
    this.expectWord('from')
    const entity = this.name('an entity')
    const where = this.#where(start)
    this.expectSymbol(')')
    return { kind: 'select', field, entity, where }
  }

  #exists(): SyntaxNode {
    const start = this.next()
    this.next()
    if (this.isWord('select') && !this.#isRelation()) {
      const hint = 'write `EXISTS(relation WHERE …)`, or `field IN (SELECT …)`'
      throw this.expected('a relation', this.peek(), hint)
    }
    const path = this.path()
    const where = this.#where(start)
    this.expectSymbol(')')
    return { kind: 'exists', path, where, ...this.since(start) }
  }

  /** `EXISTS(select WHERE …)`: a relation may be called `select`. */
  #isRelation(): boolean {
    const after = this.peek(1)
    return after.kind === 'symbol' || after.text.toLowerCase() === 'where'
  }

  #where(start: Token): SyntaxNode | undefined {
    if (!this.isWord('where')) return undefined
    this.next()
    return this.#deeper(start, () => this.#or())
  }

  #allowed(): SyntaxNode {
    const start = this.next()
    this.next()
    const path = this.path()
    this.expectSymbol(',')
    const action = this.peek()
    if (action.kind !== 'string') throw this.expected("an action, as 'read'", action)
    this.next()
    this.expectSymbol(')')
    return { kind: 'allowed', path, action, ...this.since(start) }
  }

  #deeper<T>(start: Place, read: () => T): T {
    if (++this.#depth > MAX_PREDICATE_DEPTH) {
      const message = `a predicate is at most ${MAX_PREDICATE_DEPTH} levels deep`
      throw new Fault(tooComplex(message, start.offset, start.length))
    }
    try {
      return read()
    } finally {
      this.#depth--
    }
  }
}

function tooComplex(message: string, offset: number, length: number): PredicateProblem {
  return { code: 'predicate-too-complex', message, offset, length }
}
