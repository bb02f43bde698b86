// Names for C++: snake_case or PascalCase, no keyword, no macro of a common header, no double underscore,
// and unique in their scope.

const KEYWORDS = `
  alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t
  char32_t class compl concept const consteval constexpr constinit const_cast continue co_await
  co_return co_yield decltype default delete do double dynamic_cast else enum explicit export
  extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq
  nullptr operator or or_eq private protected public register reinterpret_cast requires return
  short signed sizeof static static_assert static_cast struct switch template this thread_local
  throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while
  xor xor_eq final override import module
`

/** Of the standard library, POSIX, GNU, Windows and Qt headers that an including file may have before ours. */
const MACROS = `
  NULL EOF BUFSIZ FILENAME_MAX errno assert offsetof setjmp va_arg va_copy va_end va_list va_start
  stdin stdout stderr signal_set NAN INFINITY HUGE_VAL DOMAIN SING OVERFLOW UNDERFLOW PLOSS TLOSS
  CHAR_BIT CHAR_MAX CHAR_MIN INT_MAX INT_MIN LONG_MAX LONG_MIN SHRT_MAX SHRT_MIN UINT_MAX RAND_MAX
  EXIT_SUCCESS EXIT_FAILURE SEEK_SET SEEK_CUR SEEK_END CLOCKS_PER_SEC TMP_MAX SIGABRT SIGFPE
  SIGILL SIGINT SIGSEGV SIGTERM SIG_DFL SIG_ERR SIG_IGN I complex imaginary major minor makedev
  unix linux i386 pascal cdecl near far small hyper interface min max ERROR IN OUT OPTIONAL CONST
  VOID TRUE FALSE BOOL DELETE STRICT IGNORE INFINITE ABSOLUTE RELATIVE TRANSPARENT OPAQUE PASCAL
  CALLBACK NO_ERROR NO_DATA HOST_NOT_FOUND TRY_AGAIN Yes No Bool Status True False None Always
  Success Complex emit signals slots foreach check verify require
`

const RESERVED: ReadonlySet<string> = new Set(`${KEYWORDS} ${MACROS} std`.split(/\s+/))

export type NameCase = 'snake' | 'pascal' | 'as-is'

/** Hands out names of one scope, each once; what is taken or reserved gets underscores at its end. */
export class NameScope {
  readonly #taken: Set<string>

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken)
  }

  take(parts: readonly string[], style: NameCase): string {
    let name = identifier(parts, style)
    if (RESERVED.has(name)) name = `${name}_`
    // Two underscores in a row are the compiler's: a further name is numbered.
    for (let i = 2; this.#taken.has(name); i += 1) {
      const base = identifier(parts, style)
      name = i === 2 && !RESERVED.has(base) ? `${base}_` : `${base}_${i}`
    }
    this.#taken.add(name)
    return name
  }
}

function identifier(parts: readonly string[], style: NameCase): string {
  const words = parts.map((part) =>
    style === 'snake' ? snake(part) : style === 'pascal' ? pascal(part) : separated(part),
  )
  const joined = words.join(style === 'pascal' ? '' : '_')
  const clean = joined
    .replace(/[^A-Za-z0-9_]/gu, (character) => `u${(character.codePointAt(0) ?? 0).toString(16)}`)
    .replace(/__+/g, '_')
    .replace(/^_+|_+$/g, '')
  return /^[0-9]/.test(clean) || clean === '' ? `v${clean}` : clean
}

function snake(word: string): string {
  return separated(word)
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

function pascal(word: string): string {
  return separated(word).replace(/(?:^|_+)([A-Za-z0-9])/g, (_, first: string) =>
    first.toUpperCase(),
  )
}

function separated(word: string): string {
  return word.replace(/[\s.,:;/-]+/g, '_')
}
