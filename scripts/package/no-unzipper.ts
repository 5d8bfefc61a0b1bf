/**
 * Stands in for `unzipper` in the bundle. exceljs needs it only to read workbooks from a stream; the terminal
 * writes them. Left out with it is `buffers`, which states no licence.
 */
export function Parse(): never {
  throw new Error('reading workbooks is not part of this program');
}
