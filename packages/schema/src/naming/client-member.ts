/** What the language and its tools ask of any object. */
const OBJECT_MEMBERS: readonly string[] = [
  'then',
  'catch',
  'finally',
  'constructor',
  'prototype',
  'toString',
  'toLocaleString',
  'toJSON',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'asymmetricMatch',
  'nodeType',
]

/** What a client object has of its own; an accessor of that name would hide it. */
const CLIENT_MEMBERS: ReadonlySet<string> = new Set([
  ...OBJECT_MEMBERS,
  'call',
  'transaction',
  'batch',
  'as',
  'system',
  'close',
  'capabilities',
  'subscribe',
  'raw',
  'explain',
  'on',
  'off',
  'once',
  'invoke',
  'model',
  'runtime',
  'principal',
])

/** What an entity's accessor has beside its operations. */
const ACCESSOR_MEMBERS: ReadonlySet<string> = new Set([
  ...OBJECT_MEMBERS,
  'find',
  'exists',
  'iterate',
  'explain',
  'subscribe',
])

export function isClientMember(accessor: string): boolean {
  return CLIENT_MEMBERS.has(accessor)
}

export function isAccessorMember(method: string): boolean {
  return ACCESSOR_MEMBERS.has(method)
}
