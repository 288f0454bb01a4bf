// What journeys say when something is not as it must be.

class Missed extends Error {
  plain = true // says all there is to say
}

/** none fails with the lines of a list that should be empty. */
export function none(found) {
  if (found.length) throw new Missed(found.join('\n'))
}

export function is(got, want, what) {
  if (got !== want) throw new Missed(`${what}: ${JSON.stringify(got)} and not ${JSON.stringify(want)}`)
}

export function says(text, want, what) {
  if (!want.test(text)) throw new Missed(`${what} does not say ${want}: ${JSON.stringify(text.slice(0, 400))}`)
}

export function holds(condition, what) {
  if (!condition) throw new Missed(what)
}
