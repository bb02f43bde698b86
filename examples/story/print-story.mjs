/** The chapters with the answer of each engine; true when all engines agree on all of them. */
export function printStory(chapters, told) {
  console.log(`\nThe story on ${told.map(({ name }) => name).join(' and ')}`)
  let agreed = 0
  for (const [i, { title }] of chapters.entries()) {
    const texts = told.map(({ answers }) => answers[i].text)
    const times = told.map(({ answers }) => `${answers[i].ms.toFixed(1)} ms`.padStart(9))
    const same = texts.every((text) => text === texts[0])
    if (same) agreed += 1
    console.log(`  ${same ? '=' : '!'} ${title.padEnd(30)} ${times.join(' ')}`)
    if (same) console.log(`      ${texts[0]}`)
    else told.forEach(({ name }, at) => console.log(`      ${name}: ${texts[at]}`))
  }
  const total = told.map(({ name, answers }) => {
    const ms = answers.reduce((sum, answer) => sum + answer.ms, 0)
    return `${name} ${Math.round(ms)} ms`
  })
  console.log(
    `\n${agreed} of ${chapters.length} answers are the same, byte for byte (${total.join(', ')})`,
  )
  return agreed === chapters.length
}
