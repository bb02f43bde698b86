// A position in the tokens of a predicate, and what a parser asks of the token there.
import type { PredicateProblem } from './predicate-problem.ts'
import type { Place } from './predicate-syntax.ts'
import { syntax, type Token } from './tokenize-predicate.ts'

/** Carries a problem from where it is found to where reading can go on; never leaves the parser. */
export class Fault extends Error {
  readonly problem: PredicateProblem

  constructor(problem: PredicateProblem) {
    super(problem.message)
    this.problem = problem
  }
}

export class TokenCursor {
  readonly #tokens: readonly Token[]
  #at = 0

  /** `tokens` end with one of kind `end`. */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  protected peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token
  }

  protected next(): Token {
    const token = this.peek()
    this.#at++
    return token
  }

  /** Keywords are read in either case. */
  protected isWord(word: string): boolean {
    const token = this.peek()
    return token.kind === 'word' && token.text.toLowerCase() === word
  }

  protected isSymbol(symbol: string): boolean {
    const token = this.peek()
    return token.kind === 'symbol' && token.text === symbol
  }

  /** `word(`: without the parenthesis the word is a name. */
  protected isCall(word: string): boolean {
    const open = this.peek(1)
    return this.isWord(word) && open.kind === 'symbol' && open.text === '('
  }

  protected atTermEnd(): boolean {
    if (this.peek().kind === 'end' || this.isSymbol(')')) return true
    return this.isWord('and') || this.isWord('or') || this.isSymbol('&&') || this.isSymbol('||')
  }

  protected mark(): number {
    return this.#at
  }

  /** On to where the term that began at `mark` ends, with the parentheses opened in it closed. */
  protected skipTerm(mark: number): void {
    const read = this.#tokens.slice(mark, this.#at)
    let open = read.reduce((count, token) => count + nesting(token), 0)
    while (this.peek().kind !== 'end' && (open > 0 || !this.atTermEnd())) {
      open += nesting(this.peek())
      this.next()
    }
  }

  protected expectSymbol(symbol: string): void {
    if (!this.isSymbol(symbol)) throw this.expected(`\`${symbol}\``, this.peek())
    this.next()
  }

  protected expectWord(word: string): void {
    if (!this.isWord(word)) throw this.expected(word.toUpperCase(), this.peek())
    this.next()
  }

  protected expected(what: string, token: Token, hint?: string): Fault {
    const found = token.kind === 'end' ? 'the predicate ends' : `\`${shown(token)}\` stands`
    const message = `${found} where ${what} is expected`
    return new Fault(syntax(message, token.offset, token.length, hint))
  }

  /** From the start of `first` to the end of the last token read. */
  protected since(first: Place): Place {
    const last = this.#tokens[this.#at - 1] ?? first
    return { offset: first.offset, length: Math.max(0, last.offset + last.length - first.offset) }
  }
}

export function isName(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'quoted'
}

function nesting(token: Token): number {
  if (token.kind !== 'symbol') return 0
  return token.text === '(' ? 1 : token.text === ')' ? -1 : 0
}

function shown(token: Token): string {
  if (token.kind === 'reference') return `$${token.text}`
  return token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text
}
