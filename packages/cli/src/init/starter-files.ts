// The files of a new project, as texts.
import type { ImportedSchema } from '../prisma-import/import-prisma-schema.ts'
import { VERSION } from '../version.ts'
import { USER, USER_OPERATIONS } from './starter-contract.ts'
import type { NewFile } from './write-new-files.ts'

type Kind = 'config' | 'entity' | 'operations'

/** With an imported schema its entities instead of the example. */
export function starterFiles(
  name: string,
  imported: ImportedSchema | undefined,
): readonly NewFile[] {
  return [
    ...(imported === undefined ? exampleFiles() : importedFiles(imported)),
    { path: 'dbal.config.yaml', text: schemaLine('config', './') + configText(imported) },
    { path: 'package.json', text: packageText(name, imported?.provider), optional: true },
    { path: '.gitignore', text: 'node_modules/\n*.db\n*.db-*\n*.duckdb\n', optional: true },
  ]
}

function exampleFiles(): readonly NewFile[] {
  return [
    { path: 'dbal/entities/user.yaml', text: schemaLine('entity') + USER },
    { path: 'dbal/operations/user.ops.yaml', text: schemaLine('operations') + USER_OPERATIONS },
  ]
}

function importedFiles({ entities }: ImportedSchema): readonly NewFile[] {
  return entities.map(({ file, yaml }) => ({
    path: `dbal/entities/${file}`,
    text: schemaLine('entity') + yaml,
  }))
}

/** Editors with the YAML language server complete and check files that start with this line. */
function schemaLine(kind: Kind, root = '../../'): string {
  const path = `node_modules/@proj/dbal-schema/schemas/${kind}.schema.json`
  return `# yaml-language-server: $schema=${root}${path}\n`
}

const SERVERS: readonly string[] = ['postgresql', 'mysql', 'cockroachdb']

function isServer(provider: string | undefined): provider is string {
  return provider !== undefined && SERVERS.includes(provider)
}

function configText(imported: ImportedSchema | undefined): string {
  const database = isServer(imported?.provider)
    ? `database: { adapter: prisma, url_env: ${imported.urlVariable ?? 'DATABASE_URL'} }`
    : 'database: { adapter: sqlite, url: "file:./dev.db" }'
  return `# Relative paths start at this file. Secrets come from the environment or from files, never from here.
workspace: ./dbal
${database}
`
}

function packageText(name: string, provider: string | undefined): string {
  const version = `^${VERSION}`
  const adapter = isServer(provider) ? '@proj/dbal-adapter-prisma' : '@proj/dbal-adapter-sqlite'
  const content = {
    name: packageName(name),
    private: true,
    type: 'module',
    scripts: {
      check: 'dbal check',
      codegen: isServer(provider) ? `dbal codegen --provider ${provider}` : 'dbal codegen',
      push: 'dbal push',
      seed: 'dbal seed',
    },
    dependencies: { '@proj/dbal': version, [adapter]: version },
    devDependencies: { '@proj/dbal-cli': version, '@proj/dbal-schema': version },
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return name === '' ? 'dbal-app' : name
}
