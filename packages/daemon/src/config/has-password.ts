const PLACEHOLDER = /\$\{\w+\}/g

/** Whether the url itself holds a password; one that `${NAME}` stands for is none. */
export function hasPassword(url: string): boolean {
  const text = url.replaceAll(PLACEHOLDER, '')
  if (/[?&;](?:password|passwd|pwd|sslpassword|authtoken)=[^&;]/i.test(text)) return true
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return false
  // Passwords with characters that no url may hold are passwords all the same.
  return URL.canParse(text) ? new URL(text).password !== '' : /:\/\/[^/@]*:[^@]+@/.test(text)
}
