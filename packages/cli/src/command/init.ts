import { basename, resolve } from 'node:path'
import { starterFiles } from '../init/starter-files.ts'
import { writeNewFiles, type NewFile } from '../init/write-new-files.ts'
import type { ImportedSchema } from '../prisma-import/import-prisma-schema.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Register } from './context.ts'

export const registerInit: Register = (program, terminal) => {
  program
    .command('init')
    .description('start a project: a workspace, dbal.config.yaml and scripts')
    .argument('[dir]', 'folder of the project', '.')
    .option(
      '--from-prisma <path>',
      'take the entities of a schema.prisma, or of a folder of such files',
    )
    .addHelpText(
      'after',
      `
Nothing is overwritten: a workspace that is there is refused, package.json and .gitignore are kept.
An import names what has no counterpart; ids that the database counts stay integers, to be sent.

Examples:
  $ dbal init shop
  $ dbal init --from-prisma prisma/schema.prisma`,
    )
    .action(async (dir: string, { fromPrisma }: { readonly fromPrisma?: string }) => {
      const folder = resolve(dir)
      const imported = fromPrisma === undefined ? undefined : await importFrom(fromPrisma)
      const files = starterFiles(basename(folder), imported)
      const { written, kept } = await writeNewFiles(folder, files)
      for (const path of written) terminal.print(`wrote ${path}`)
      for (const path of kept) terminal.print(`kept  ${path}, which is there already`)
      if (imported !== undefined) await remark(imported, files, terminal)
      sayNext(dir, kept.includes('package.json') ? files : [], terminal)
    })
}

async function importFrom(path: string): Promise<ImportedSchema> {
  const { importPrismaSchema } = await import('../prisma-import/import-prisma-schema.ts')
  const { readPrismaFiles } = await import('../prisma-import/read-prisma-files.ts')
  return importPrismaSchema(await readPrismaFiles(path), basename(path))
}

async function remark(
  imported: ImportedSchema,
  files: readonly NewFile[],
  terminal: Terminal,
): Promise<void> {
  const { compileWorkspace } = await import('@proj/dbal-schema')
  const sources = files.flatMap(({ path, text }) =>
    path.startsWith('dbal/') ? [{ path: path.slice('dbal/'.length), text }] : [],
  )
  const { diagnostics } = compileWorkspace(sources)
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  const remarks = [
    ...imported.remarks,
    'no entity has an acl: only the system principal may use them until you say who may',
    ...(errors > 0 ? [`${errors} places need your hand: dbal check shows them`] : []),
  ]
  terminal.note('')
  for (const line of remarks) terminal.note(`${terminal.styleNote('yellow', 'note')} ${line}`)
}

/** @param unsaid Files whose package.json was not written, so that its packages are still to be added. */
function sayNext(dir: string, unsaid: readonly NewFile[], terminal: Terminal): void {
  const text = unsaid.find(({ path }) => path === 'package.json')?.text
  const wanted = text === undefined ? undefined : (JSON.parse(text) as PackageJson)
  const install =
    wanted === undefined
      ? ['npm install']
      : [
          `npm install ${Object.keys(wanted.dependencies).join(' ')}`,
          `npm install --save-dev ${Object.keys(wanted.devDependencies).join(' ')}`,
        ]
  const steps = [
    ...(dir === '.' ? [] : [`cd ${quoteWord(dir)}`]),
    ...install,
    'npx dbal check',
    'npx dbal codegen',
    'npx dbal push',
  ]
  terminal.note(`\nNext:\n${steps.map((step) => `  ${step}`).join('\n')}`)
}

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

/** As a shell takes it for one word. */
function quoteWord(text: string): string {
  if (/^[\w./+@%,:=-]+$/.test(text)) return text
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
