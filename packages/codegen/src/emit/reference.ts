// The reference manual of the domain in Markdown, for people: everything the spec says, in one file.
import type { Entity, Model } from '@proj/dbal-schema'
import type { EmittedFile } from '../generated-file.ts'
import { headerLines } from '../header.ts'
import { entitiesByPackage } from './by-package.ts'
import { capabilitySection, errorSection, roleSection } from './reference/catalogue-section.ts'
import { entitySection } from './reference/entity-section.ts'
import { entityLink } from './reference/field-table.ts'
import { blocks, heading, link, text } from './reference/markdown.ts'

type Group = readonly [name: string | undefined, entities: readonly Entity[]]

export function emitReference(model: Model): readonly EmittedFile[] {
  const groups = entitiesByPackage(model)
  const body = blocks(
    headerLines(model)
      .map((line) => `<!-- ${line} -->`)
      .join('\n'),
    '# Reference',
    contents(groups, model),
    ...groups.flatMap(([name, entities], i) => [
      heading(2, packageId(i), packageTitle(name)),
      ...entities.map((entity) => entitySection(entity, model)),
    ]),
    roleSection(model),
    errorSection(model),
    capabilitySection(model),
  )
  return [{ path: 'reference.md', text: `${body}\n` }]
}

function contents(groups: readonly Group[], { capabilities }: Model): string {
  const packages = groups.flatMap(([name, entities], i) => [
    `- ${link(packageTitle(name), packageId(i))}`,
    ...entities.map((entity) => `  - ${entityLink(entity.name)}`),
  ])
  const rest = [link('Roles', 'roles'), link('Errors', 'errors')]
  const last = capabilities.length === 0 ? [] : [link('Capabilities', 'capabilities')]
  return [...packages, ...[...rest, ...last].map((item) => `- ${item}`)].join('\n')
}

function packageTitle(name: string | undefined): string {
  return name === undefined ? 'Without a package' : `Package ${text(name)}`
}

/** Packages may be called anything; their place in the document is as good a name. */
function packageId(place: number): string {
  return `package-${place + 1}`
}
