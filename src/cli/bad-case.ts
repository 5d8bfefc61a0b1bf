/** What `decide` answers to a line that is no valid case; `path` names the place, '' the whole line. */
export interface BadCase {
  readonly error: { readonly code: 'bad-case'; readonly path: string; readonly message: string };
}

export function badCase(path: string, message: string): BadCase {
  return { error: { code: 'bad-case', path, message } };
}
