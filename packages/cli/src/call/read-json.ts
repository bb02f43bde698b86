import { UsageError } from '../command-failure.ts'
import { isRecord } from './is-record.ts'

/** A JSON object from the command line; `-` is standard input. Throws UsageError for anything else. */
export async function readJsonObject(
  text: string,
  what: string,
): Promise<Readonly<Record<string, unknown>>> {
  const value = parse(text === '-' ? await readStandardInput() : text, what)
  if (isRecord(value)) return value
  throw new UsageError(`the ${what} must be a JSON object, such as '{"limit": 3}'`)
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`the ${what} is not JSON: ${reason}`)
  }
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}
