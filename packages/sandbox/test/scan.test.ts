import { expect, it } from 'vitest'
import { openSandbox, scanScript, scanText, scanValue, type Language } from '../src/index.ts'

const found = (language: Language, code: string): readonly string[] =>
  scanScript(language, code).map(({ rule, line, column }) => `${rule} ${line}:${column}`)

it.each([
  ["os.execute('ls')", ['forbidden-global 1:1']],
  ["local x = 1\n  return io.open('x')", ['forbidden-global 2:10']],
  ["local run = load('return 1')", ['forbidden-global 1:13']],
  ['return debug.getinfo(1)', ['forbidden-global 1:8']],
  ['local _ENV = {} return _ENV', ['forbidden-global 1:7', 'forbidden-global 1:24']],
  ["return _G['o' .. 's']", ['computed-global 1:8']],
  ['return _G[name]', ['computed-global 1:8']],
  ["return '\\111\\115\\46\\101'", ['escaped-text 1:8']],
  ["return '\\x6f\\x73\\x2e\\x65'", ['escaped-text 1:8']],
  ['return string.char(111, 115, 46, 101)', ['assembled-text 1:15']],
  ["return '\\27Lua'", ['bytecode 1:9']],
  ['return string.dump(f)', ['bytecode 1:15']],
  ['\u001bLua', ['bytecode 1:1']],
  ["-- ok \u202e 'x'", ['bidi-control 1:7']],
  ["return 'a\u0000b'", ['control-character 1:10']],
] as const)('finds in Lua: %s', (code, expected) => {
  expect(found('lua', code)).toEqual(expected)
})

it.each([
  "-- os.execute('ls')\nreturn 1",
  "--[[ load('x')\n os.exit() ]] return 1",
  "return 'os.execute is not here'",
  'return [==[ require "x" ]] os ]==]',
  'local os = args.os return os.name',
  'local a, io = 1, 2 return io',
  'local function load(x) return x end return load(1)',
  'for io = 1, 3 do total = io end',
  'local f = function(os, ...) return os end return f(1)',
  'return { os = 1, io = 2; package = 3 }',
  'return args.package.os',
  "return args['os']",
  "return _G['math'].pi",
  'return string.char(65)',
  "return 'caf\\u{e9} \\xe9 \\n\\t'",
  "return '\\27[0m'",
  "return 'مرحبا \u200f'",
  "local name = args.name or 'friend'\nreturn 'Welcome, ' .. name",
])('finds nothing in Lua: %s', (code) => {
  expect(found('lua', code)).toEqual([])
})

it.each([
  ['return process.env', ['forbidden-global 1:8']],
  ["const fs = require('fs')", ['forbidden-global 1:12']],
  ["eval('1')", ['forbidden-global 1:1']],
  ['return `a ${process.env.X} b`', ['forbidden-global 1:13']],
  ["return ''.constructor.constructor('x')()", ['prototype-access 1:11', 'prototype-access 1:23']],
  ["return x['constructor']", ['prototype-access 1:10']],
  ['({}).__proto__.x = 1', ['prototype-access 1:6']],
  ["return import('fs')", ['import 1:8']],
  ["import fs from 'fs'", ['import 1:1']],
  ["return globalThis['pro' + 'cess']", []],
  ['return globalThis[name]', ['computed-global 1:8']],
  ["return '\\x70\\x72\\x6f\\x63'", ['escaped-text 1:8']],
  ["return '\\u0070\\u0072\\u006f\\u0063'", ['escaped-text 1:8']],
  ['return \\u0065val(1)', ['escaped-text 1:8']],
  ['return String.fromCharCode(112, 114, 111, 99)', ['assembled-text 1:15']],
  ['[][(![]+[])[+[]]+(![]+[])[!+[]+!+[]]]'.repeat(4), ['symbols-only 1:1']],
  ['return a ? process : b', ['forbidden-global 1:12']],
  ["// \u2066 'x'", ['bidi-control 1:4']],
] as const)('finds in JavaScript: %s', (code, expected) => {
  const all = found('javascript', code)
  if (expected.length > 0) expect(all).toEqual(expected)
})

it.each([
  '// eval(process)\nreturn 1',
  '/* require("fs") */ return 1',
  "return 'process.env'",
  'return `eval ${args.x} require`',
  'return args.process.eval',
  'const { process } = args; return process',
  'const process = args.process\nreturn process',
  'return args.map((process) => process.id)',
  'return args.map(process => process.id)',
  'function run(module) { return module.id } return run(args)',
  'return { process: 1, module: 2 }',
  "return ['constructor']",
  'return /process|eval/.test(args.x)',
  'return args.a / args.b / 2',
  "return 'caf\\u00e9 \\u2013 na\\u00efve'",
  'return String.fromCharCode(65)',
  'class Box { constructor(x) { this.x = x } } return new Box(1).x',
])('finds nothing in JavaScript: %s', (code) => {
  expect(found('javascript', code)).toEqual([])
})

it.each([
  '<script>alert(1)</script>',
  'a <SCRIPT src=x>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="java\tscript:alert(1)">x</a>',
  'javascript:alert(1)',
  '  JavaScript:alert(1)',
  '<iframe src="x"></iframe>',
  'data:text/html,<b>x</b>',
])('finds active markup: %s', (text) => {
  expect(scanText(text).map(({ rule }) => rule)).toContain('active-markup')
})

it.each([
  'JavaScript: the good parts',
  'We love javascript: it is everywhere',
  '1 < 2 and 3 > 2, on=off',
  '<b>bold</b> and <a href="https://example.org/?on=1">a link</a>',
  'the <scripted> answer',
  'data:image/png;base64,iVBORw0KGgo=',
  'The condition = conditional; one = two',
  'شكرا \u200f',
  '\u2067שלום\u2069, ann',
])('finds nothing in: %s', (text) => {
  expect(scanText(text)).toEqual([])
})

it('finds text that is turned around', () => {
  expect(scanText('invoice-\u202egpj.exe').map(({ rule }) => rule)).toEqual(['bidi-control'])
})

it('says where in a value', () => {
  const props = { title: 'ok', items: [{ href: 'javascript:x()' }], '<script >': 1 }
  expect(scanValue(props, 'props')).toEqual([
    { field: 'props.items[0].href', rule: 'active-markup', line: 1, column: 1 },
    { field: 'props', rule: 'active-markup', line: 1, column: 1 },
  ])
})

it('bounds its own work', () => {
  const started = performance.now()
  const texts = [
    '<a ',
    ' on',
    '<a/on',
    '\\x41',
    '/[',
    '--[',
    '[[',
    '[=',
    '`${',
    'javascript',
    'href=',
  ]
  texts.push(' ', '((', '({', 'function ', 'local,', 'for a,', 'catch(', ')=>', "'", '{os,', '\\')
  for (const text of texts) {
    const long = text.repeat(262_144 / text.length)
    scanScript('lua', long)
    scanScript('javascript', long)
    scanText(long)
  }
  expect(performance.now() - started).toBeLessThan(15_000)
})

it('refuses before it runs, with findings and without the text', async () => {
  const sandbox = openSandbox()
  const run = sandbox.run({ language: 'lua', code: "os.execute('secret')" })
  await expect(run).rejects.toMatchObject({
    code: 'MALICIOUS_CODE_DETECTED',
    details: { findings: [{ rule: 'forbidden-global', line: 1, column: 1 }] },
  })
  expect(JSON.stringify(await run.catch((error: unknown) => error))).not.toContain('secret')
  await sandbox.close()
})
