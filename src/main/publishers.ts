/** The publishers that `app-update.yml` names, as electron-builder writes it: one on the line, or a list below it. */
export function publishersOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.startsWith('publisherName:'));
  if (at === -1) return [];
  const inline = (lines[at] ?? '').slice('publisherName:'.length).trim();
  if (inline !== '') return [plain(inline)];
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !/^\s*- /.test(line));
  return (end === -1 ? rest : rest.slice(0, end)).map((line) => plain(line.replace(/^\s*- /, '')));
}

function plain(scalar: string): string {
  return scalar.trim().replace(/^(['"])(.*)\1$/, '$2');
}
