// The sides of a comparison as tokens: literals, references, `before(…)`, and names with dots between them.
import type { Name, SyntaxOperand } from './predicate-syntax.ts'
import { isName, TokenCursor } from './token-cursor.ts'
import type { Token } from './tokenize-predicate.ts'

/** Words that cannot begin an operand; as a field's name they need backticks. */
const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'is', 'like'])

export class OperandParser extends TokenCursor {
  protected operand(): SyntaxOperand {
    const token = this.peek()
    const { offset, length } = token
    switch (token.kind) {
      case 'string':
        this.next()
        return { kind: 'string', value: token.text, offset, length }
      case 'number':
        this.next()
        return { kind: 'number', text: token.text, offset, length }
      case 'reference':
        return this.#reference()
      case 'quoted':
        return this.#field()
      case 'word':
        return this.#word(token)
      case 'symbol':
      case 'end':
        throw this.expected('a field or a value', token)
    }
  }

  #word(token: Token): SyntaxOperand {
    const { offset, length } = token
    const word = token.text.toLowerCase()
    if (KEYWORDS.has(word)) throw this.expected('a field or a value', token)
    if (word === 'true' || word === 'false') {
      this.next()
      return { kind: 'boolean', value: word === 'true', offset, length }
    }
    if (word === 'null') {
      this.next()
      return { kind: 'null', offset, length }
    }
    if (!this.isCall('before')) return this.#field()
    this.next()
    this.next()
    const names = this.path()
    this.expectSymbol(')')
    return { kind: 'before', names, ...this.since(token) }
  }

  #field(): SyntaxOperand {
    const start = this.peek()
    const names = this.path()
    return { kind: 'path', names, ...this.since(start) }
  }

  #reference(): SyntaxOperand {
    const start = this.next()
    let name: Name | undefined
    if (this.isSymbol('.')) {
      this.next()
      name = this.name('a name')
    }
    return { kind: 'reference', root: start.text, name, ...this.since(start) }
  }

  protected path(): readonly Name[] {
    const names = [this.name('a name')]
    while (this.isSymbol('.')) {
      this.next()
      names.push(this.name('a name'))
    }
    return names
  }

  protected name(what: string): Name {
    const token = this.peek()
    if (!isName(token)) throw this.expected(what, token)
    return this.next()
  }
}
